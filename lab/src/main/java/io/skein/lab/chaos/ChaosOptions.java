package io.skein.lab.chaos;

import io.skein.lab.check.Promises;
import io.skein.lab.fault.FaultKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a run is to be.
 *
 * @param target of the drivers, with options
 * @param faults the kinds that come; empty for a run without
 * @param overlap whether two faults may hold at a time
 * @param duration of the part with faults
 * @param publishesPerSecond of all clients together
 * @param window publishes of a client that may be without an answer, at least 1
 * @param dialect how much of MQTT clients use
 * @param promises what the target promises
 * @param out where the run is kept
 * @param commandLine how to repeat it
 */
public record ChaosOptions(
        String target,
        List<FaultKind> faults,
        boolean overlap,
        Duration duration,
        int clients,
        double publishesPerSecond,
        int window,
        long seed,
        Dialect dialect,
        Promises promises,
        Path out,
        String commandLine) {
    /** Copies the list, checks the bounds. */
    public ChaosOptions {
        faults = List.copyOf(faults);
        if (window < 1) {
            throw new IllegalArgumentException("the window is at least 1");
        }
        shape(1, true, clients, publishesPerSecond, duration, dialect, seed);
    }

    /** Whether clients go from node to node: not where their sessions would stay behind. */
    boolean roaming() {
        return KnownPromises.sessionsMove(target);
    }

    /** What the workload is drawn from, with so many nodes. */
    WorkloadShape shape(int nodes) {
        return shape(nodes, roaming(), clients, publishesPerSecond, duration, dialect, seed);
    }

    private static WorkloadShape shape(
            int nodes,
            boolean roaming,
            int clients,
            double rate,
            Duration duration,
            Dialect dialect,
            long seed) {
        return new WorkloadShape(seed, clients, nodes, roaming, rate, duration.toNanos(), dialect);
    }
}
