package io.skein.lab.chaos;

import io.skein.lab.StopSignal;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.fault.FaultFailedException;
import io.skein.lab.fault.Node;
import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryWriter;
import io.skein.lab.history.Phase;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One fault under load against nodes that stand: clients come, a node is lost and comes back, the
 * nodes are a cluster again, everything that is under way arrives, clients go and leave nothing.
 */
final class Repetition {
    private static final int LOOPS = 1;
    private static final long COME_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LEAVE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Under load after the cluster is one again. */
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final RepetitionPlan plan;
    private final Cluster cluster;
    private final boolean roaming;
    private final HistoryWriter history;
    private final StopSignal stop;
    private final Consumer<String> report;
    private final ChaosCounts counts = new ChaosCounts();

    /**
     * A repetition into this record.
     *
     * @param roaming whether clients go elsewhere when their node does not answer
     */
    Repetition(
            RepetitionPlan plan,
            Cluster cluster,
            boolean roaming,
            HistoryWriter history,
            StopSignal stop,
            Consumer<String> report) {
        this.plan = plan;
        this.cluster = cluster;
        this.roaming = roaming;
        this.history = history;
        this.stop = stop;
        this.report = report;
    }

    /**
     * Runs to the end, or until the signal is raised.
     *
     * @throws FaultFailedException if the fault could not be made or undone
     * @throws ChaosFailedException if something did not come about; the cluster is not to be used
     *     again after either
     */
    void run() throws FaultFailedException, ChaosFailedException {
        try (ClientLoops loops = ClientLoops.open(LOOPS)) {
            ChaosSetting setting =
                    new ChaosSetting(
                            loops,
                            cluster.addresses(),
                            cluster.nodes().stream().map(Node::name).toList(),
                            roaming,
                            RepetitionPlan.WINDOW,
                            cluster.deployment().username(),
                            cluster.deployment().password(),
                            history,
                            counts);
            List<ChaosClient> subscribers = clients(plan.subscribers(), setting);
            List<ChaosClient> publishers = clients(plan.publishers(), setting);
            begin(subscribers);
            begin(publishers); // subscribers are there: every message is due to somebody
            inflict();
            publishers.forEach(ChaosClient::endPlan);
            List<ChaosClient> all =
                    Stream.concat(subscribers.stream(), publishers.stream()).toList();
            drain(all);
            all.forEach(ChaosClient::leaveNothing);
            await(() -> counts.connected.sum() == 0, LEAVE_NANOS);
        }
        history.record(new Event.Reached(Phase.END));
    }

    private static List<ChaosClient> clients(List<ClientPlan> plans, ChaosSetting setting) {
        return plans.stream().map(each -> new ChaosClient(each, setting)).toList();
    }

    private void begin(List<ChaosClient> clients) throws ChaosFailedException {
        long now = System.nanoTime();
        clients.forEach(client -> client.begin(now));
        if (!await(() -> clients.stream().allMatch(ChaosClient::isReady), COME_NANOS)) {
            throw failed(
                    "%d of %d clients were not connected and subscribed within %d s"
                            .formatted(
                                    clients.stream().filter(each -> !each.isReady()).count(),
                                    clients.size(),
                                    TimeUnit.NANOSECONDS.toSeconds(COME_NANOS)));
        }
    }

    private void inflict() throws FaultFailedException, ChaosFailedException {
        PlannedFault fault = plan.fault();
        String node = cluster.nodes().get(fault.node()).name();
        Injection injection = new Injection(cluster, fault);
        stop.await(fault.pauseNanos());
        history.record(new Event.FaultBegun(1, fault.kind().word(), node, injection.inWords()));
        String proof = injection.begin();
        report.accept("%s %s: %s".formatted(fault.kind().word(), node, proof));
        stop.await(fault.holdNanos());
        history.record(new Event.Reached(Phase.UNDOING));
        String undone = injection.end();
        history.record(
                new Event.FaultEnded(1, "it held: %s; it is undone: %s".formatted(proof, undone)));
        report.accept("  " + undone);
        Formation.of(cluster, stop).awaitAgain();
        history.record(new Event.Reached(Phase.HEALED));
        stop.await(SETTLE_NANOS);
        for (Node each : cluster.nodes()) {
            String why = each.ended();
            if (why != null) {
                throw failed("%s ended by itself: %s".formatted(each.name(), why));
            }
        }
    }

    private void drain(List<ChaosClient> clients) throws ChaosFailedException {
        history.record(new Event.Reached(Phase.DRAIN_BEGIN));
        String missing = new Drain(clients, counts, stop).await();
        if (!missing.isEmpty()) {
            throw failed("it did not come to rest: " + missing);
        }
        history.record(new Event.Reached(Phase.DRAIN_END));
    }

    private ChaosFailedException failed(String words) {
        return new ChaosFailedException(stop.isRaised() ? "it was interrupted" : words);
    }

    /** Whether it came about in time. */
    private boolean await(BooleanSupplier condition, long limitNanos) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > limitNanos || stop.await(LOOK_NANOS)) {
                return false;
            }
        }
        return true;
    }
}
