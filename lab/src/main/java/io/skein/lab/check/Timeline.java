package io.skein.lab.check;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What happened in each second of a run. */
final class Timeline {
    /** How long a part is, in nanoseconds. */
    static final long PART_NANOS = 1_000_000_000L;

    private static final int DIGITS = 2;

    /**
     * One part.
     *
     * @param acknowledged publishes at QoS 1 and 2
     * @param delivered messages, at any QoS, repetitions left out
     * @param p50Nanos from PUBLISH to delivery, of what was delivered; NaN for nothing
     */
    record Part(
            long fromNanos,
            long acknowledged,
            long delivered,
            double p50Nanos,
            double p99Nanos,
            double maxNanos) {}

    private final List<Part> parts = new ArrayList<>();
    private final Histogram latency = new Histogram(DIGITS);
    private long from;
    private long acknowledged;
    private long delivered;

    void acknowledged(long nanos) {
        advance(nanos);
        acknowledged++;
    }

    void delivered(long nanos, long latencyNanos) {
        advance(nanos);
        delivered++;
        latency.recordValue(Math.max(0, latencyNanos));
    }

    /** Begins the parts up to this time. */
    void advance(long nanos) {
        while (nanos >= from + PART_NANOS) {
            parts.add(part());
            from += PART_NANOS;
            acknowledged = 0;
            delivered = 0;
            latency.reset();
        }
    }

    /** All parts, the last of which may be short. */
    List<Part> parts() {
        List<Part> all = new ArrayList<>(parts);
        all.add(part());
        return all;
    }

    private Part part() {
        boolean some = delivered > 0;
        return new Part(
                from,
                acknowledged,
                delivered,
                some ? latency.getValueAtPercentile(50) : Double.NaN,
                some ? latency.getValueAtPercentile(99) : Double.NaN,
                some ? latency.getMaxValue() : Double.NaN);
    }
}
