package io.skein.lab.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.QoS;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoundTest {
    private static final int CPUS = 4;
    private static final String DROPPED = "$SYS/broker/publish/messages/dropped";
    private static final String AVERAGE = "$SYS/broker/load/publish/dropped/1min";

    private static final Cell UNPACED = new Cell(QoS.AT_MOST_ONCE, QoS.AT_MOST_ONCE, 0, 2);

    private static RunResult lossy(Map<String, Double> sys) {
        return Runs.with(node -> {
            node.put("lost", 100).put("received", 900);
            Runs.sys(node, sys);
        });
    }

    private static RunResult missed(String field, double value) {
        return Runs.with(node -> node.put("sent_per_second", 300).put(field, value));
    }

    @Test
    void aRunThatReachedItsRateWithoutLossIsBoundByNothing() {
        assertThat(Bound.of(Runs.good(), CPUS)).isEqualTo(Bound.NOTHING);
    }

    @Test
    void lossThatTheBrokerCountsAsDroppedIsItsQueues() {
        assertThat(Bound.of(lossy(Map.of(DROPPED, 100.0)), CPUS)).isEqualTo(Bound.QUEUES);
        assertThat(Bound.of(lossy(Map.of(DROPPED, 95.0)), CPUS)).isEqualTo(Bound.QUEUES);
    }

    @Test
    void lossThatTheBrokerDoesNotCountIsNotCalledItsQueues() {
        assertThat(Bound.of(lossy(Map.of(DROPPED, 0.0)), CPUS)).isEqualTo(Bound.LOSS);
        assertThat(Bound.of(lossy(Map.of(DROPPED, 50.0)), CPUS)).isEqualTo(Bound.LOSS);
        assertThat(Bound.of(lossy(Map.of()), CPUS)).isEqualTo(Bound.LOSS);
    }

    @Test
    void anAverageOfDroppedMessagesIsNoCount() {
        RunResult run = lossy(Map.of(AVERAGE, 5_000.0, DROPPED, 0.0));
        assertThat(Bound.dropped(run)).isZero();
        assertThat(Bound.of(run, CPUS)).isEqualTo(Bound.LOSS);
        assertThat(Bound.dropped(lossy(Map.of(AVERAGE, 5_000.0)))).isNaN();
    }

    @Test
    void connectionsThatWereLostExplainTheLossBeforeAnythingElse() {
        RunResult run =
                Runs.with(node -> {
                    node.put("lost", 100);
                    node.putArray("disconnects").add("publisher 1: gone");
                    Runs.sys(node, Map.of(DROPPED, 100.0));
                });
        assertThat(Bound.of(run, CPUS)).isEqualTo(Bound.CONNECTIONS);
    }

    @Test
    void aBrokerOfOneThreadIsFullWithOneProcessorOthersWithAll() {
        assertThat(Bound.of(missed("target_cpu_share", 0.95), CPUS)).isEqualTo(Bound.BROKER_CPU);
        RunResult threads =
                Runs.with(node ->
                        node.put("sent_per_second", 300)
                                .put("target_cpu_share", 0.95)
                                .put("target_threads", 30));
        assertThat(Bound.of(threads, CPUS)).isNotEqualTo(Bound.BROKER_CPU);
    }

    @Test
    void theLaboratoryBlamesItselfWhereItWasFull() {
        assertThat(Bound.of(missed("publisher_loop_share", 0.95), CPUS)).isEqualTo(Bound.GENERATOR);
        assertThat(Bound.of(missed("lateness_p99_micros", 5_000), CPUS)).isEqualTo(Bound.GENERATOR);
        assertThat(Bound.of(missed("analyser_loop_share", 0.95), CPUS)).isEqualTo(Bound.ANALYSER);
        assertThat(Bound.of(missed("host_idle_share", 0.01), CPUS)).isEqualTo(Bound.MACHINE);
    }

    @Test
    void withoutADelayAcknowledgementsOrTheBrokerAreTheBound() {
        RunResult atMostOnce = Runs.with(UNPACED, _ -> {});
        assertThat(Bound.of(atMostOnce, CPUS)).isEqualTo(Bound.BROKER);
        RunResult acknowledged =
                Runs.with(new Cell(QoS.AT_LEAST_ONCE, QoS.AT_MOST_ONCE, 0, 2), _ -> {});
        assertThat(Bound.of(acknowledged, CPUS)).isEqualTo(Bound.ROUND_TRIPS);
    }
}
