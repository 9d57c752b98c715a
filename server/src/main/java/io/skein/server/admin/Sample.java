package io.skein.server.admin;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node at one moment.
 *
 * @param sequence ascending, one a second
 * @param takenAtNanos by {@link System#nanoTime}
 * @param values of every {@link Metric} by name
 */
record Sample(
        long sequence,
        long takenAtNanos,
        @Nullable String notReady,
        Map<String, Long> values,
        ProcessState process) {
    private static final double NANOS_PER_SECOND = 1e9;

    static Sample of(NodeView node, long sequence) {
        Map<String, Long> values = new LinkedHashMap<>();
        for (Metric metric : Metric.ALL) {
            values.put(metric.name(), metric.read().applyAsLong(node));
        }
        return new Sample(sequence, System.nanoTime(), node.notReady(), values, ProcessState.now());
    }

    /**
     * What counters grew by in a second since an earlier sample; empty if there is no time between.
     */
    Map<String, Double> ratesSince(Sample earlier) {
        Map<String, Double> rates = new LinkedHashMap<>();
        double seconds = (takenAtNanos - earlier.takenAtNanos) / NANOS_PER_SECOND;
        if (seconds <= 0) {
            return rates;
        }
        for (Metric metric : Metric.ALL) {
            if (metric.kind() == Metric.Kind.COUNTER) {
                long grown = value(metric) - earlier.value(metric);
                rates.put(metric.name(), Math.round(grown / seconds * 10) / 10.0);
            }
        }
        return rates;
    }

    /** Processors kept busy since an earlier sample: 1.0 is one of them all of the time. */
    double busyProcessorsSince(Sample earlier) {
        long nanos = takenAtNanos - earlier.takenAtNanos;
        double busy = process.cpuNanos() - (double) earlier.process.cpuNanos();
        return nanos <= 0 ? 0 : Math.round(busy / nanos * 1000) / 1000.0;
    }

    long value(Metric metric) {
        return values.getOrDefault(metric.name(), 0L);
    }
}
