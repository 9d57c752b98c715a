package io.skein.lab.chaos;

import io.skein.lab.StopSignal;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.fault.FaultFailedException;
import io.skein.lab.fault.Node;
import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryWriter;
import io.skein.lab.history.Phase;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One run against nodes that stand: faults under load, healing, drain, readers at the end. */
final class ChaosRun {
    private static final int LOOPS = 1;
    private static final long LEAVE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What readers of retained messages have to read them. */
    private static final long READ_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int READERS_FROM = 100_000;

    private final ChaosOptions options;
    private final Cluster cluster;
    private final HistoryWriter history;
    private final StopSignal stop;
    private final Consumer<String> report;
    private final ChaosCounts counts;

    /** A run into this record. */
    ChaosRun(
            ChaosOptions options,
            Cluster cluster,
            HistoryWriter history,
            ChaosCounts counts,
            StopSignal stop,
            Consumer<String> report) {
        this.options = options;
        this.cluster = cluster;
        this.history = history;
        this.counts = counts;
        this.stop = stop;
        this.report = report;
    }

    /**
     * What came of it, beside the record.
     *
     * @param problems why the record says less than it should, in words; empty if it is whole
     * @param deaths nodes that ended by themselves, in words
     */
    record Outcome(List<String> problems, List<String> deaths) {}

    /** Runs to the end, or until the signal is raised. */
    Outcome run(WorkloadPlan workload, NemesisPlan faults) {
        Nemesis nemesis = new Nemesis(faults, cluster, history, stop, report);
        List<String> problems = new ArrayList<>();
        try (ClientLoops loops = ClientLoops.open(LOOPS)) {
            ChaosSetting setting =
                    new ChaosSetting(
                            loops,
                            cluster.addresses(),
                            cluster.nodes().stream().map(Node::name).toList(),
                            options.roaming(),
                            options.window(),
                            cluster.deployment().username(),
                            cluster.deployment().password(),
                            history,
                            counts);
            List<ChaosClient> clients =
                    workload.clients().stream()
                            .map(plan -> new ChaosClient(plan, setting))
                            .toList();
            long begin = System.nanoTime();
            clients.forEach(client -> client.begin(begin));
            try (var _ = Progress.show(counts, clients.size(), nemesis::state, report)) {
                suffer(nemesis, clients, begin, problems);
                if (problems.isEmpty() && !stop.isRaised()) {
                    settle(clients, setting, problems);
                }
            }
            leave(clients);
        }
        if (stop.isRaised()) {
            problems.add("it was interrupted");
        } else if (problems.isEmpty()) {
            history.record(new Event.Reached(Phase.END));
        }
        return new Outcome(List.copyOf(problems), nemesis.deaths());
    }

    private void suffer(
            Nemesis nemesis, List<ChaosClient> clients, long begin, List<String> problems) {
        long end = begin + options.duration().toNanos();
        try {
            nemesis.run(end);
            stop.await(Math.max(0, end - System.nanoTime()));
            nemesis.reviveTheDead();
            history.record(new Event.Reached(Phase.HEALED));
        } catch (FaultFailedException e) {
            problems.add(String.valueOf(e.getMessage()));
        } finally {
            clients.forEach(ChaosClient::endPlan);
        }
    }

    private void settle(List<ChaosClient> clients, ChaosSetting setting, List<String> problems) {
        clients.stream()
                .filter(client -> client.plan().will() != null)
                .forEach(ChaosClient::vanish);
        history.record(new Event.Reached(Phase.DRAIN_BEGIN));
        List<ChaosClient> staying =
                clients.stream().filter(client -> client.plan().will() == null).toList();
        String missing = new Drain(staying, counts, stop).await();
        if (!missing.isEmpty()) {
            problems.add("it did not come to rest: " + missing);
            return;
        }
        List<ChaosClient> readers = readRetained(setting);
        history.record(new Event.Reached(Phase.DRAIN_END));
        leave(readers);
    }

    /** A subscriber that comes late on each node. */
    private List<ChaosClient> readRetained(ChaosSetting setting) {
        List<ChaosClient> readers = new ArrayList<>();
        for (int node = 0; node < setting.addresses().size(); node++) {
            readers.add(new ChaosClient(reader(node), setting));
        }
        readers.forEach(reader -> reader.begin(System.nanoTime()));
        await(() -> readers.stream().allMatch(ChaosClient::isReady), LEAVE_NANOS);
        stop.await(READ_NANOS);
        return readers;
    }

    private ClientPlan reader(int node) {
        ProtocolVersion only = options.dialect().only();
        return new ClientPlan(
                READERS_FROM + node,
                "chaos-reader-" + node,
                only == null ? ProtocolVersion.MQTT_5 : only,
                false,
                node,
                500,
                List.of(new ClientPlan.Filter(WorkloadPlan.RETAINED, QoS.AT_LEAST_ONCE)),
                null,
                List.of());
    }

    private void leave(List<ChaosClient> clients) {
        clients.forEach(ChaosClient::leave);
        await(() -> clients.stream().noneMatch(ChaosClient::isReady), LEAVE_NANOS);
    }

    private void await(BooleanSupplier condition, long limitNanos) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()
                && System.nanoTime() - begin < limitNanos
                && !stop.await(PAUSE_NANOS)) {
            // looks again
        }
    }

    /** What all clients did. */
    String counts() {
        return "%,d published, %,d acknowledged, %,d received, %,d failed, %,d unknown"
                .formatted(
                        counts.published.sum(),
                        counts.acknowledged.sum(),
                        counts.received.sum(),
                        counts.failed.sum(),
                        counts.unknown.sum());
    }
}
