package io.skein.lab.chaos;

import io.skein.lab.StopSignal;
import io.skein.lab.fault.FaultFailedException;
import io.skein.lab.fault.Node;
import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Follows its plan: makes a fault, or a second while one holds, lets them hold, undoes each, and
 * records all of it with its proofs. The next comes when nodes of a cluster are one again. A node
 * that ends though nothing was done to it is recorded too, and started again. What was made is
 * undone, also when the signal is raised. Runs on one thread.
 */
final class Nemesis {
    private static final String CALM = "no fault";
    private static final String RECOVERING = "until the cluster is whole";

    private final NemesisPlan plan;
    private final Cluster cluster;
    private final HistoryWriter history;
    private final StopSignal stop;
    private final Consumer<String> report;
    private final List<String> deaths = new ArrayList<>();
    private final Map<PlannedFault, String> held = new LinkedHashMap<>();
    private volatile String state = CALM;
    private int number;

    /**
     * A nemesis that has done nothing.
     *
     * @param report hears a line for each fault
     */
    Nemesis(
            NemesisPlan plan,
            Cluster cluster,
            HistoryWriter history,
            StopSignal stop,
            Consumer<String> report) {
        this.plan = plan;
        this.cluster = cluster;
        this.history = history;
        this.stop = stop;
        this.report = report;
    }

    /** What holds at this moment, in words; from any thread. */
    String state() {
        return state;
    }

    /** Nodes that ended by themselves, in words. */
    List<String> deaths() {
        return List.copyOf(deaths);
    }

    /**
     * Makes all faults of the plan that begin and end before the time is up.
     *
     * @param endNanos by {@link System#nanoTime}
     * @throws FaultFailedException if one could not be made, did not show or was not undone
     */
    void run(long endNanos) throws FaultFailedException {
        List<PlannedFault> left = plan.faults();
        while (!left.isEmpty()) {
            int size = left.size() > 1 && left.get(1).beside() ? 2 : 1;
            List<PlannedFault> group = left.subList(0, size);
            left = left.subList(size, left.size());
            if (System.nanoTime() + PlannedFault.nanos(group) - endNanos > 0
                    || stop.await(group.getFirst().pauseNanos())) {
                return;
            }
            reviveTheDead();
            try {
                inflict(group);
                awaitWhole();
            } finally {
                held.clear();
                tellState();
            }
        }
    }

    /** What was lost with one node is to be on two again before another fails. */
    private void awaitWhole() throws FaultFailedException {
        if (cluster.nodes().size() == 1) {
            return;
        }
        state = RECOVERING;
        long begin = System.nanoTime();
        try {
            Formation.of(cluster, stop).awaitAgain();
        } catch (ChaosFailedException e) {
            if (stop.isRaised()) {
                return;
            }
            throw new FaultFailedException(
                    "the cluster was not whole again a minute after the fault: " + e.getMessage());
        }
        report.accept(
                String.format(
                        Locale.ROOT, "  whole after %.1f s", (System.nanoTime() - begin) / 1e9));
    }

    private void inflict(List<PlannedFault> group) throws FaultFailedException {
        PlannedFault first = group.getFirst();
        Held one = make(first);
        if (group.size() == 1) {
            stop.await(first.holdNanos());
            undo(one);
            return;
        }
        PlannedFault second = group.getLast();
        stop.await(second.pauseNanos());
        Held other = make(second);
        long leftOfFirst = first.holdNanos() - second.pauseNanos();
        boolean nested = leftOfFirst > second.holdNanos();
        stop.await(Math.min(leftOfFirst, second.holdNanos()));
        undo(nested ? other : one);
        stop.await(Math.abs(leftOfFirst - second.holdNanos()));
        undo(nested ? one : other);
    }

    /** A fault that holds, with its number in the record and how it was seen to. */
    private record Held(PlannedFault fault, int number, Injection injection, String proof) {}

    private Held make(PlannedFault fault) throws FaultFailedException {
        String node = cluster.nodes().get(fault.node()).name();
        Injection injection = new Injection(cluster, fault);
        held.put(fault, fault.kind().word() + " " + node);
        tellState();
        // Recorded before it is made: clients may feel it before it is seen to hold.
        int its = begun(fault.kind().word(), node, injection.inWords());
        String proof = injection.begin();
        report.accept("  holds: " + proof);
        return new Held(fault, its, injection, proof);
    }

    private void undo(Held made) throws FaultFailedException {
        ended(
                made.number(),
                "it held: %s; it is undone: %s".formatted(made.proof(), made.injection().end()));
        held.remove(made.fault());
        tellState();
    }

    private void tellState() {
        state = held.isEmpty() ? CALM : String.join(", ", held.values());
    }

    /** Starts again what has ended by itself. */
    void reviveTheDead() throws FaultFailedException {
        for (Node node : cluster.nodes()) {
            String why = node.ended();
            if (why != null) {
                deaths.add("%s ended by itself: %s".formatted(node.name(), why));
                int its = begun("death", node.name(), why);
                ended(its, cluster.startAgain(node));
            }
        }
    }

    private int begun(String kind, String node, String words) {
        number++;
        history.record(new Event.FaultBegun(number, kind, node, words));
        report.accept("%s %s: %s".formatted(kind, node, words));
        return number;
    }

    private void ended(int its, String words) {
        history.record(new Event.FaultEnded(its, words));
        report.accept("  " + words);
    }
}
