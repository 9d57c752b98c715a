package io.skein.lab.devices;

import io.skein.lab.bench.BenchResult;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.result.Environment;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
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

    /**
     * One second of all classes, which begin together.
     *
     * @param p99MicrosWorst of the class that fared worst
     */
    record Second(
            double atSeconds,
            double sentPerSecond,
            double receivedPerSecond,
            double p99MicrosWorst) {}

    /** As many seconds as every class has. */
    List<Second> seconds() {
        int count =
                classes.stream()
                        .mapToInt(each -> each.bench().round().seconds().size())
                        .min()
                        .orElse(0);
        return IntStream.range(0, count).mapToObj(this::second).toList();
    }

    private Second second(int index) {
        List<RoundProgress> all =
                classes.stream().map(each -> each.bench().round().seconds().get(index)).toList();
        return new Second(
                all.getFirst().elapsedNanos() / 1e9,
                all.stream().mapToDouble(RoundProgress::sentPerSecond).sum(),
                all.stream().mapToDouble(RoundProgress::receivedPerSecond).sum(),
                all.stream().mapToDouble(each -> each.latency().p99()).max().orElse(0));
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
