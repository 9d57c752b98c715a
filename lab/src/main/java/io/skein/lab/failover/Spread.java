package io.skein.lab.failover;

import java.util.stream.DoubleStream;

/**
 * What values of many repetitions were. A percentile is a value that was measured: the smallest
 * that so many are not above.
 *
 * @param count how many there were
 * @param min NaN, as the others, if there was none
 */
record Spread(int count, double min, double median, double p90, double max) {
    /** Of these values; those that are NaN are left out. */
    static Spread of(DoubleStream values) {
        double[] sorted = values.filter(value -> !Double.isNaN(value)).sorted().toArray();
        return new Spread(
                sorted.length,
                percentile(sorted, 0),
                percentile(sorted, 50),
                percentile(sorted, 90),
                percentile(sorted, 100));
    }

    private static double percentile(double[] sorted, int percent) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (sorted.length * percent + 99) / 100;
        return sorted[Math.max(0, rank - 1)];
    }
}
