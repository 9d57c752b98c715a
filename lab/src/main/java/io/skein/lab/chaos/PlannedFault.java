package io.skein.lab.chaos;

import io.skein.lab.fault.FaultKind;
import java.util.List;
import java.util.Locale;

/**
 * One fault of the plan.
 *
 * @param node which node, counted from 0
 * @param pauseNanos time after the faults before have ended, or since the begin; of one beside
 *     another, after that one has begun
 * @param holdNanos how long it lasts; a node that was ended is down so long, and then started
 * @param beside whether it begins while the one before it holds
 */
record PlannedFault(FaultKind kind, int node, long pauseNanos, long holdNanos, boolean beside) {
    /** From the pause before the first to the end of the last of one or two that overlap. */
    static long nanos(List<PlannedFault> group) {
        PlannedFault first = group.getFirst();
        PlannedFault last = group.getLast();
        return first.pauseNanos
                + Math.max(first.holdNanos, last.beside ? last.pauseNanos + last.holdNanos : 0);
    }

    /** In a line, for people. */
    String inWords(String nodeName) {
        return String.format(
                Locale.ROOT,
                "%s %.1f s: %s %s for %.1f s",
                beside ? "with it, after" : "after",
                pauseNanos / 1e9,
                kind.word(),
                nodeName,
                holdNanos / 1e9);
    }
}
