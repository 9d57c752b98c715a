package io.skein.lab.stress;

import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.measure.SequenceLedger;
import org.HdrHistogram.Histogram;

/**
 * What arrived of one publisher in one run. Not thread-safe: it belongs to the event loop of the
 * analyser's connection until that is closed.
 */
final class StreamAccount {
    private final SequenceLedger ledger = new SequenceLedger();
    private final Histogram gaps = LatencyRecorder.emptyHistogram();
    private final Histogram latency = LatencyRecorder.emptyHistogram();
    private long previousCounter = -1;
    private long previousNanos;
    private long firstNanos;
    private long lastNanos;

    /**
     * Notes an arrival.
     *
     * @param dueNanos when it was due, by {@link WallClock}; -1 if it does not tell
     */
    void arrived(long counter, long nanos, long dueNanos) {
        if (firstNanos == 0) {
            firstNanos = nanos;
        }
        lastNanos = nanos;
        if (ledger.record(counter) == SequenceLedger.Arrival.DUPLICATE) {
            return;
        }
        // A gap between messages is one between neighbours; over a hole it would tell of the loss.
        if (counter == previousCounter + 1 && previousCounter >= 0) {
            gaps.recordValue(clamped(nanos - previousNanos));
        }
        previousCounter = counter;
        previousNanos = nanos;
        if (dueNanos >= 0) {
            latency.recordValue(clamped(WallClock.at(nanos) - dueNanos));
        }
    }

    private static long clamped(long nanos) {
        return Math.clamp(nanos, 0, LatencyRecorder.NANOS_MAXIMUM);
    }

    long distinct() {
        return ledger.distinct();
    }

    long duplicates() {
        return ledger.duplicates();
    }

    long outOfOrder() {
        return ledger.outOfOrder();
    }

    long highest() {
        return ledger.highest();
    }

    Histogram gaps() {
        return gaps;
    }

    Histogram latency() {
        return latency;
    }

    /** From the first arrival to the last, in nanoseconds. */
    long spanNanos() {
        return lastNanos - firstNanos;
    }
}
