package io.skein.lab.chaos;

import io.skein.lab.fault.FaultKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Which faults come, one after the other, or by twos. Every kind comes before one comes again, as
 * far as kinds can hold together. Follows from its arguments alone.
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
     * @param overlap whether a second one begins while one holds
     */
    static NemesisPlan of(
            long seed, List<FaultKind> kinds, int nodes, boolean overlap, long durationNanos) {
        return new NemesisPlan(
                new Drawing(new Random(seed), kinds, nodes).faults(overlap, durationNanos));
    }

    /** Whether any two of these kinds can hold at a time. */
    static boolean canOverlap(List<FaultKind> kinds, int nodes) {
        return kinds.stream()
                .anyMatch(one -> kinds.stream().anyMatch(other -> holdTogether(one, other, nodes)));
    }

    private static boolean holdTogether(FaultKind one, FaultKind other, int nodes) {
        return nodes > 1
                ? one != FaultKind.PARTITION || other != FaultKind.PARTITION
                : isWithin(one, other) || isWithin(other, one);
    }

    /**
     * Whether one fault of a node can begin and end while another of the same node holds, and each
     * be seen to.
     */
    private static boolean isWithin(FaultKind inner, FaultKind outer) {
        return switch (outer) {
            case KILL, RESTART, FREEZE, PARTITION -> false;
            case DELAY, LOSS -> inner != FaultKind.DELAY && inner != FaultKind.LOSS;
            case DISK -> // a node may well refuse to start without room
                    inner != FaultKind.DISK
                            && inner != FaultKind.KILL
                            && inner != FaultKind.RESTART;
            case CLOCK -> inner != FaultKind.CLOCK;
        };
    }

    /**
     * Draws; not from the generator of the workload: with other faults, the clients do the same.
     */
    private static final class Drawing {
        private final Random random;
        private final List<FaultKind> kinds;
        private final int nodes;
        private final List<FaultKind> bag = new ArrayList<>();

        Drawing(Random random, List<FaultKind> kinds, int nodes) {
            this.random = random;
            this.kinds = kinds;
            this.nodes = nodes;
        }

        List<PlannedFault> faults(boolean overlap, long durationNanos) {
            List<PlannedFault> faults = new ArrayList<>();
            long at = 0;
            while (!kinds.isEmpty()) {
                List<PlannedFault> next = new ArrayList<>(List.of(one()));
                if (overlap) {
                    addBeside(next);
                }
                at += PlannedFault.nanos(next);
                if (at > durationNanos) {
                    break;
                }
                faults.addAll(next);
            }
            return faults;
        }

        private PlannedFault one() {
            fill();
            return new PlannedFault(
                    bag.removeLast(),
                    random.nextInt(nodes),
                    random.nextLong(
                            LEAST_NANOS, nodes > 1 ? PAUSE_CLUSTER_NANOS : PAUSE_ALONE_NANOS),
                    hold(),
                    false);
        }

        private void fill() {
            if (bag.isEmpty()) {
                bag.addAll(kinds);
                Collections.shuffle(bag, random);
            }
        }

        private long hold() {
            return random.nextLong(LEAST_NANOS, HOLD_NANOS);
        }

        private void addBeside(List<PlannedFault> faults) {
            PlannedFault first = faults.getFirst();
            FaultKind second = takeFor(first.kind());
            if (second == null) {
                return;
            }
            if (nodes > 1) {
                int other = (first.node() + 1 + random.nextInt(nodes - 1)) % nodes;
                long begin = random.nextLong(first.holdNanos() / 4, first.holdNanos() * 3 / 4);
                faults.add(new PlannedFault(second, other, begin, hold(), true));
                return;
            }
            boolean swapped = !isWithin(second, first.kind());
            long begin = hold() / 2;
            long hold = hold();
            long end = hold() / 2;
            faults.set(
                    0,
                    new PlannedFault(
                            swapped ? second : first.kind(),
                            0,
                            first.pauseNanos(),
                            begin + hold + end,
                            false));
            faults.add(new PlannedFault(swapped ? first.kind() : second, 0, begin, hold, true));
        }

        private @Nullable FaultKind takeFor(FaultKind first) {
            fill();
            for (int i = bag.size() - 1; i >= 0; i--) {
                if (holdTogether(first, bag.get(i), nodes)) {
                    return bag.remove(i);
                }
            }
            return null;
        }
    }
}
