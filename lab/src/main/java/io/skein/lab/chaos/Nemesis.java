package io.skein.lab.chaos;

import io.skein.lab.StopSignal;
import io.skein.lab.fault.FaultFailedException;
import io.skein.lab.fault.Node;
import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Follows its plan: makes a fault, lets it hold, undoes it, and records both with their proofs. A
 * node that ends though nothing was done to it is recorded too, and started again. What was made is
 * undone, also when the signal is raised. Runs on one thread.
 */
final class Nemesis {
    private static final String CALM = "no fault";

    private final NemesisPlan plan;
    private final Cluster cluster;
    private final HistoryWriter history;
    private final StopSignal stop;
    private final Consumer<String> report;
    private final List<String> deaths = new ArrayList<>();
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
        for (PlannedFault fault : plan.faults()) {
            if (System.nanoTime() + fault.pauseNanos() + fault.holdNanos() - endNanos > 0
                    || stop.await(fault.pauseNanos())) {
                return;
            }
            reviveTheDead();
            inflict(fault);
        }
    }

    private void inflict(PlannedFault fault) throws FaultFailedException {
        String name = cluster.nodes().get(fault.node()).name();
        Injection injection = new Injection(cluster, fault);
        state = fault.kind().word() + " " + name;
        try {
            // Recorded before it is made: clients may feel it before it is seen to hold.
            begun(fault.kind().word(), name, injection.inWords());
            String proof = injection.begin();
            report.accept("  holds: " + proof);
            stop.await(fault.holdNanos());
            ended("it held: %s; it is undone: %s".formatted(proof, injection.end()));
        } finally {
            state = CALM;
        }
    }

    /** Starts again what has ended by itself. */
    void reviveTheDead() throws FaultFailedException {
        for (Node node : cluster.nodes()) {
            String why = node.ended();
            if (why != null) {
                deaths.add("%s ended by itself: %s".formatted(node.name(), why));
                begun("death", node.name(), why);
                ended(cluster.startAgain(node));
            }
        }
    }

    private void begun(String kind, String node, String words) {
        number++;
        history.record(new Event.FaultBegun(number, kind, node, words));
        report.accept("%s %s: %s".formatted(kind, node, words));
    }

    private void ended(String words) {
        history.record(new Event.FaultEnded(number, words));
        report.accept("  " + words);
    }
}
