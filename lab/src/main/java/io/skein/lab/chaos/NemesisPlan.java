package io.skein.lab.chaos;

import io.skein.lab.fault.FaultKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which faults come, one after the other, never two at once. Every kind comes before one comes
 * again. Follows from its arguments alone.
 */
record NemesisPlan(List<PlannedFault> faults) {
    private static final long LEAST_NANOS = 1_000_000_000L;
    private static final long HOLD_NANOS = 3_000_000_000L;

    /** Longer between faults of a cluster: what was lost on one node is to be on two again. */
    private static final long PAUSE_ALONE_NANOS = 2_000_000_000L;

    private static final long PAUSE_CLUSTER_NANOS = 4_000_000_000L;

    /** Copies the list. */
    NemesisPlan {
        faults = List.copyOf(faults);
    }

    /**
     * The faults of a run.
     *
     * @param kinds in this order they are numbered; empty for a run without faults
     */
    static NemesisPlan of(long seed, List<FaultKind> kinds, int nodes, long durationNanos) {
        // Not the generator of the workload: with other faults, the clients do the same.
        Random random = new Random(seed);
        List<PlannedFault> faults = new ArrayList<>();
        List<FaultKind> bag = new ArrayList<>();
        long at = 0;
        while (!kinds.isEmpty()) {
            if (bag.isEmpty()) {
                bag.addAll(kinds);
                Collections.shuffle(bag, random);
            }
            long pause = nodes > 1 ? PAUSE_CLUSTER_NANOS : PAUSE_ALONE_NANOS;
            PlannedFault fault =
                    new PlannedFault(
                            bag.removeLast(),
                            random.nextInt(nodes),
                            random.nextLong(LEAST_NANOS, pause),
                            random.nextLong(LEAST_NANOS, HOLD_NANOS));
            at += fault.pauseNanos() + fault.holdNanos();
            if (at > durationNanos) {
                break;
            }
            faults.add(fault);
        }
        return new NemesisPlan(faults);
    }
}
