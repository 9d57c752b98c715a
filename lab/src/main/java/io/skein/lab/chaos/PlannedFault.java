package io.skein.lab.chaos;

import io.skein.lab.fault.FaultKind;
import java.util.Locale;

/**
 * One fault of the plan.
 *
 * @param node which node, counted from 0
 * @param pauseNanos time after the fault before has ended, or since the begin
 * @param holdNanos how long it lasts; a node that was ended is down so long, and then started
 */
record PlannedFault(FaultKind kind, int node, long pauseNanos, long holdNanos) {
    /** In a line, for people. */
    String inWords(String nodeName) {
        return String.format(
                Locale.ROOT,
                "after %.1f s: %s %s for %.1f s",
                pauseNanos / 1e9,
                kind.word(),
                nodeName,
                holdNanos / 1e9);
    }
}
