package io.skein.lab.load;

import io.skein.lab.measure.LatencySummary;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a round measured.
 *
 * @param sendingNanos how long was sent
 * @param totalNanos until the end of the drain
 * @param sentWhileSending equals {@code counts.sent()}
 * @param receivedWhileSending deliveries that had arrived when sending ended; rates come from these
 * @param latencyNanos the whole distribution
 * @param reconnects of clients that come and go; null if they stay
 * @param seconds one entry per second
 * @param unclean accounts of pairs in which something was lost, repeated or out of order; at most
 *     {@link #UNCLEAN_LIMIT}
 * @param uncleanPairs how many such pairs there are
 */
public record RoundResult(
        RoundPlan plan,
        Outcome outcome,
        Counts counts,
        long sendingNanos,
        long totalNanos,
        long sentWhileSending,
        long receivedWhileSending,
        LatencySummary latency,
        Histogram latencyNanos,
        GeneratorFigures generator,
        @Nullable ReconnectFigures reconnects,
        List<RoundProgress> seconds,
        List<PairAccount> unclean,
        long uncleanPairs) {
    /** How many unclean pairs are told one by one. */
    public static final int UNCLEAN_LIMIT = 100;

    /** How a round ended. */
    public enum Outcome {
        /** As planned. */
        COMPLETE,
        /** Early, because somebody asked for it. */
        STOPPED,
        /** Early, because no publisher or no subscriber was connected any more. */
        TARGET_LOST
    }

    /** Messages sent per second of sending. */
    public double sentPerSecond() {
        return sentWhileSending * 1e9 / sendingNanos;
    }

    /** Deliveries per second of sending; what came in the drain is not in it. */
    public double receivedPerSecond() {
        return receivedWhileSending * 1e9 / sendingNanos;
    }
}
