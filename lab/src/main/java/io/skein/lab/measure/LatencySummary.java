package io.skein.lab.measure;

import org.HdrHistogram.Histogram;

/**
 * The distribution of a time, in microseconds.
 *
 * @param count how many values; with 0 all others are 0
 */
public record LatencySummary(
        long count,
        double mean,
        double min,
        double p50,
        double p90,
        double p99,
        double p999,
        double p9999,
        double max) {
    private static final double NANOS_PER_MICRO = 1_000.0;

    /** The summary of a histogram of nanoseconds. */
    public static LatencySummary of(Histogram nanos) {
        if (nanos.getTotalCount() == 0) {
            return new LatencySummary(0, 0, 0, 0, 0, 0, 0, 0, 0);
        }
        return new LatencySummary(
                nanos.getTotalCount(),
                nanos.getMean() / NANOS_PER_MICRO,
                nanos.getMinValue() / NANOS_PER_MICRO,
                at(nanos, 50),
                at(nanos, 90),
                at(nanos, 99),
                at(nanos, 99.9),
                at(nanos, 99.99),
                nanos.getMaxValue() / NANOS_PER_MICRO);
    }

    private static double at(Histogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }
}
