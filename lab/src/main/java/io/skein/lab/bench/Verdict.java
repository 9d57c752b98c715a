package io.skein.lab.bench;

import io.skein.lab.load.Counts;
import io.skein.lab.load.Fleet;
import io.skein.lab.load.GeneratorFigures;
import io.skein.lab.load.RoundResult;
import io.skein.lab.workload.Arrivals;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether a round's figures can be trusted.
 *
 * <p>An open-loop run is worthless where the generator was late by itself or its event loop was
 * full while the target was not. A closed loop always drives one side to its limit: where that is
 * the generator, counts and latencies hold but the rate is only a lower bound, which is said apart.
 */
final class Verdict {
    /** A thread that works, or would if it had a processor, for this share of the time is full. */
    private static final double SATURATED = 0.95;

    private Verdict() {}

    static List<String> invalidReasons(
            BenchOptions options,
            RoundResult round,
            BenchResult.@Nullable TargetUsage target,
            Collection<Fleet.LostConnection> losses) {
        List<String> reasons = new ArrayList<>();
        Counts counts = round.counts();
        if (round.outcome() == RoundResult.Outcome.STOPPED) {
            reasons.add("stopped before its time");
        }
        if (!losses.isEmpty()) {
            reasons.add("%d connections were lost".formatted(losses.size()));
        }
        if (counts.sent() == 0) {
            reasons.add("nothing was sent");
        } else if (counts.expected() > 0 && counts.received() == 0) {
            reasons.add("nothing was received");
        }
        reasons.addAll(generatorReasons(options, round, target));
        return reasons;
    }

    /** What in an open loop was the generator's fault. */
    static List<String> generatorReasons(
            BenchOptions options, RoundResult round, BenchResult.@Nullable TargetUsage target) {
        List<String> reasons = new ArrayList<>();
        if (options.arrivals() instanceof Arrivals.Paced) {
            openLoopReasons(options, round.generator(), target, reasons);
        }
        return reasons;
    }

    private static void openLoopReasons(
            BenchOptions options,
            GeneratorFigures generator,
            BenchResult.@Nullable TargetUsage target,
            List<String> reasons) {
        double limitMicros = options.latenessLimit().toNanos() / 1000.0;
        if (generator.lateness().p99() > limitMicros) {
            reasons.add(
                    "the generator was late: 99 %% of messages within %.0f us of their time, the limit is %.0f us"
                            .formatted(generator.lateness().p99(), limitMicros));
        }
        if (isFull(generator) && !(target != null && target.cpuShare() > SATURATED)) {
            reasons.add(
                    "the generator's event loop was full (%.0f %% working, %.0f %% without a processor) while the target was not"
                            .formatted(
                                    generator.busiestLoopShare() * 100,
                                    generator.starvedLoopShare() * 100));
        }
    }

    /** Whether a closed loop ended at the generator's limit. */
    static boolean generatorBound(BenchOptions options, RoundResult round) {
        return options.arrivals() instanceof Arrivals.Saturating && isFull(round.generator());
    }

    private static boolean isFull(GeneratorFigures generator) {
        return generator.busiestLoopShare() + generator.starvedLoopShare() > SATURATED;
    }
}
