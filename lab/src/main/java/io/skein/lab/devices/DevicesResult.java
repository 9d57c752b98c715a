package io.skein.lab.devices;

import io.skein.lab.bench.BenchResult;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.result.Environment;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * What became of a population.
 *
 * @param target what was measured, in words
 * @param classes those that were measured, in the order of the population; not empty
 */
record DevicesResult(
        DevicesOptions options,
        String target,
        Environment environment,
        Instant startedAt,
        List<ClassResult> classes) {
    /** Copies the list. */
    DevicesResult {
        classes = List.copyOf(classes);
    }

    long sum(ToLongFunction<BenchResult> figure) {
        return classes.stream().mapToLong(each -> figure.applyAsLong(each.bench())).sum();
    }

    double sentPerSecond() {
        return classes.stream().mapToDouble(each -> each.bench().round().sentPerSecond()).sum();
    }

    double receivedPerSecond() {
        return classes.stream().mapToDouble(each -> each.bench().round().receivedPerSecond()).sum();
    }

    /** Of all classes: histograms add up without loss. */
    Histogram latencyNanos() {
        Histogram all = LatencyRecorder.emptyHistogram();
        classes.forEach(each -> all.add(each.bench().round().latencyNanos()));
        return all;
    }

    /** Why the figures cannot be trusted, each reason once. */
    Set<String> invalidReasons() {
        Set<String> reasons = new LinkedHashSet<>();
        for (ClassResult each : classes) {
            each.bench()
                    .invalidReasons()
                    .forEach(reason -> reasons.add(each.devices().name() + ": " + reason));
        }
        return reasons;
    }
}
