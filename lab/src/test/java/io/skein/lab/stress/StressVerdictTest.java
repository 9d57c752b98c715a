package io.skein.lab.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.QoS;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StressVerdictTest {
    private static final String DROPPED = "$SYS/broker/publish/messages/dropped";

    private static String of(int planned, RunResult... runs) {
        return String.join("\n", StressVerdict.of(List.of(runs), List.of(), planned, 4));
    }

    @Test
    void whenAllIsWellThatIsSaid() {
        assertThat(of(1, Runs.good()))
                .contains("All 1 runs were done, and each ended as planned.")
                .contains("Nothing was lost in any run: 1,000 messages were sent and arrived.")
                .contains("every rate asked for was reached, up to 500 messages a second.")
                .contains("What bounds it: nothing")
                .doesNotContain("invalid");
    }

    @Test
    void missingAndFailedRunsAreCounted() {
        Cell cell = new Cell(QoS.AT_MOST_ONCE, QoS.AT_MOST_ONCE, 4, 1);
        RunResult failed = Runs.with(cell, node -> node.put("status", "failed"));
        assertThat(of(5, Runs.good(), failed))
                .contains("1 of 5 runs ended as planned; 1 did not, 3 are missing.");
        assertThat(of(1, failed)).contains("Nothing was measured.");
    }

    @Test
    void lossIsToldBesideTheBrokersOwnCount() {
        RunResult lossy =
                Runs.with(node -> {
                    node.put("lost", 100).put("loss_percent", 10);
                    Runs.sys(node, Map.of(DROPPED, 100.0));
                });
        assertThat(of(2, Runs.good(), lossy))
                .contains("Messages were lost in 1 run (", "10 % of 1,000.")
                .contains("The broker itself counts 100 dropped messages in those runs, of 100")
                .contains("No message was lost in the other 1 runs.")
                .contains("which itself counts what was lost as dropped");
    }

    @Test
    void lossThatNobodyCountsIsNotBlamedOnQueues() {
        RunResult lossy = Runs.with(node -> node.put("lost", 100).put("loss_percent", 10));
        assertThat(of(1, lossy))
                .contains("loss that the broker does not count as dropped")
                .doesNotContain("queue limits", "The broker itself counts");
    }

    @Test
    void runsInWhichTheLaboratoryWasLateAreSaidToBeInvalid() {
        RunResult late = Runs.with(node -> node.put("lateness_p99_micros", 2_000));
        assertThat(of(2, Runs.good(), late))
                .contains("In 1 run (", "too slow, as the publishers themselves were late by 2 ms")
                .contains("they are invalid");
    }

    @Test
    void theRateThatWasMissedMostIsNamed() {
        RunResult slow = Runs.with(node -> node.put("sent_per_second", 250));
        assertThat(of(2, Runs.good(), slow))
                .contains("was missed in 1 of 2 runs", ": 250 instead of 500 messages a second.");
    }

    @Test
    void whatWasDoneAgainLeavesATrace() {
        RunResult cut =
                Runs.with(node -> node.put("status", "partial").put("problem", "interrupted"));
        assertThat(StressVerdict.of(List.of(Runs.good()), List.of(cut), 1, 4))
                .contains(
                        "Done again after they had not ended as planned: 1 run, first publisher QoS 1,"
                                + " analyser QoS 1, delay 4 ms, 2 instances: interrupted.");
    }
}
