package io.skein.lab.load;

import io.skein.lab.measure.LatencySummary;

/**
 * What happened in the last second of a round, and so far.
 *
 * @param elapsedNanos since the first message was due
 * @param draining whether sending is over
 * @param latency of what arrived in this second
 */
public record RoundProgress(
        long elapsedNanos,
        boolean draining,
        long sent,
        long received,
        double sentPerSecond,
        double receivedPerSecond,
        LatencySummary latency) {
    /** Hears of each second; called on the thread that runs the round. */
    @FunctionalInterface
    public interface Listener {
        /** A second has passed. */
        void onSecond(RoundProgress progress);
    }
}
