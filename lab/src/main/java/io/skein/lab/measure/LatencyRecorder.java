package io.skein.lab.measure;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Times from one thread, read by another while they come in: three significant digits from a
 * microsecond's fraction up to an hour; a longer one counts as an hour, a negative one as 0.
 */
public final class LatencyRecorder {
    /** The longest time that is told from longer ones. */
    public static final long NANOS_MAXIMUM = 3_600_000_000_000L;

    private static final int DIGITS = 3;

    private final SingleWriterRecorder recorder =
            new SingleWriterRecorder(1, NANOS_MAXIMUM, DIGITS);
    private final Histogram total = emptyHistogram();
    private @Nullable Histogram interval;

    /** An empty recorder. */
    public LatencyRecorder() {}

    /** A histogram to add others to. */
    public static Histogram emptyHistogram() {
        return new Histogram(1, NANOS_MAXIMUM, DIGITS);
    }

    /** Notes one time; only from the one writing thread. */
    public void record(long nanos) {
        recorder.recordValue(Math.clamp(nanos, 0L, NANOS_MAXIMUM));
    }

    /**
     * What came since the last call, added to {@code sum}; only from one reading thread.
     *
     * @param sum gets this interval's values
     */
    public void addIntervalTo(Histogram sum) {
        Histogram now = recorder.getIntervalHistogram(interval);
        interval = now;
        total.add(now);
        sum.add(now);
    }

    /** All that came up to the last {@link #addIntervalTo}; only from the reading thread. */
    public Histogram total() {
        return total;
    }
}
