package io.skein.lab.chaos;

import io.skein.lab.fault.FaultKind;
import io.skein.lab.fault.Node;
import io.skein.lab.fault.NodeClock;
import io.skein.lab.fault.NodeNetwork;
import io.skein.lab.fault.SmallDisk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether faults can be made here, before anything is started. */
final class FaultRequirements {
    private static final String PLACED =
            "the nodes of this target have places of their own; it takes one that the laboratory places";

    private FaultRequirements() {}

    /**
     * Checks.
     *
     * @param overlap whether two are to hold at a time
     * @param placed whether nodes listen and keep things where they want
     * @throws ChaosFailedException if one cannot; the message says what is missing for each
     */
    static void check(List<FaultKind> kinds, int nodes, boolean overlap, boolean placed)
            throws ChaosFailedException {
        List<String> missing = new ArrayList<>();
        for (FaultKind kind : kinds) {
            String what = missing(kind, nodes, placed);
            if (what != null) {
                missing.add("%s: %s".formatted(kind.word(), what));
            }
        }
        if (overlap && !NemesisPlan.canOverlap(kinds, nodes)) {
            throw new ChaosFailedException(
                    nodes > 1
                            ? "no two of these faults can hold at a time: there is one cut at most"
                            : "no two of these faults can hold at a time on one node: within a clock, delay or"
                                    + " loss there can be others, on a full disk all but kill and restart");
        }
        if (!missing.isEmpty()) {
            throw new ChaosFailedException(
                    "not every fault that was asked for can be made here; "
                            + String.join("; ", missing));
        }
    }

    private static @Nullable String missing(FaultKind kind, int nodes, boolean placed) {
        return switch (kind) {
            case KILL, RESTART, DELAY, LOSS -> null;
            case FREEZE -> Node.missingToFreeze();
            case PARTITION ->
                    nodes < 2
                            ? "it takes at least two nodes"
                            : placed ? PLACED : NodeNetwork.missing();
            case DISK -> placed ? PLACED : SmallDisk.missing();
            case CLOCK -> NodeClock.missing();
        };
    }
}
