package io.skein.lab.load;

import io.skein.lab.measure.LatencySummary;
import org.HdrHistogram.Histogram;

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
        /**
         * A second has passed.
         *
         * @param latencyNanos of what arrived in it; the listener's to keep
         */
        void onSecond(RoundProgress progress, Histogram latencyNanos);
    }
}
