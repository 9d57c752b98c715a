package io.skein.lab.agent;

import io.skein.lab.load.Counts;
import io.skein.lab.load.GeneratorFigures;
import io.skein.lab.load.ReconnectFigures;
import io.skein.lab.load.RoundPlan;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.load.RoundResult;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.measure.LatencySummary;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The rounds of several generators as one: counts are sums, since each message is counted by whom
 * it was sent and each delivery by whom it came to; distributions are added.
 */
final class MergedRound {
    private final List<RoundResult> parts;

    private MergedRound(List<RoundResult> parts) {
        this.parts = parts;
    }

    /**
     * @param parts at least one
     * @param seconds of all together
     */
    static RoundResult of(RoundPlan plan, List<RoundResult> parts, List<RoundProgress> seconds) {
        return new MergedRound(parts).result(plan, seconds);
    }

    private RoundResult result(RoundPlan plan, List<RoundProgress> seconds) {
        Histogram latency = merged(RoundResult::latencyNanos);
        return new RoundResult(
                plan,
                outcome(),
                counts(),
                max(RoundResult::sendingNanos),
                max(RoundResult::totalNanos),
                sum(RoundResult::sentWhileSending),
                sum(RoundResult::receivedWhileSending),
                LatencySummary.of(latency),
                latency,
                generator(),
                reconnects(),
                seconds,
                parts.stream()
                        .flatMap(part -> part.unclean().stream())
                        .limit(RoundResult.UNCLEAN_LIMIT)
                        .toList(),
                sum(RoundResult::uncleanPairs));
    }

    private RoundResult.Outcome outcome() {
        List<RoundResult.Outcome> outcomes = parts.stream().map(RoundResult::outcome).toList();
        if (outcomes.contains(RoundResult.Outcome.TARGET_LOST)) {
            return RoundResult.Outcome.TARGET_LOST;
        }
        return outcomes.contains(RoundResult.Outcome.STOPPED)
                ? RoundResult.Outcome.STOPPED
                : RoundResult.Outcome.COMPLETE;
    }

    private Counts counts() {
        return new Counts(
                count(Counts::sent),
                count(Counts::unsent),
                count(Counts::acknowledged),
                count(Counts::refused),
                count(Counts::unsettled),
                count(Counts::received),
                count(Counts::expected),
                count(Counts::lost),
                count(Counts::lostAcknowledged),
                count(Counts::duplicated),
                count(Counts::outOfOrder),
                count(Counts::corrupted),
                count(Counts::stale));
    }

    private GeneratorFigures generator() {
        return new GeneratorFigures(
                parts.stream().mapToInt(part -> part.generator().threads()).sum(),
                merged(part -> part.generator().latenessNanos()),
                sum(part -> part.generator().heldBack()),
                sum(part -> part.generator().writeOffs()),
                parts.stream().mapToDouble(part -> part.generator().cpuShare()).sum(),
                maxShare(GeneratorFigures::busiestLoopShare),
                maxShare(GeneratorFigures::starvedLoopShare),
                sum(part -> part.generator().collectionMillis()));
    }

    private @Nullable ReconnectFigures reconnects() {
        List<ReconnectFigures> each =
                parts.stream().map(RoundResult::reconnects).filter(Objects::nonNull).toList();
        if (each.isEmpty()) {
            return null;
        }
        Histogram connecting = LatencyRecorder.emptyHistogram();
        each.forEach(figures -> connecting.add(figures.connectingNanos()));
        return new ReconnectFigures(
                each.stream().mapToLong(ReconnectFigures::count).sum(),
                each.stream().mapToLong(ReconnectFigures::failed).sum(),
                each.stream().mapToLong(ReconnectFigures::sessionsLost).sum(),
                connecting);
    }

    private long count(ToLongFunction<Counts> count) {
        return sum(part -> count.applyAsLong(part.counts()));
    }

    private long sum(ToLongFunction<RoundResult> figure) {
        return parts.stream().mapToLong(figure).sum();
    }

    private long max(ToLongFunction<RoundResult> figure) {
        return parts.stream().mapToLong(figure).max().orElseThrow();
    }

    private double maxShare(ToDoubleFunction<GeneratorFigures> share) {
        return parts.stream().map(RoundResult::generator).mapToDouble(share).max().orElseThrow();
    }

    private Histogram merged(Function<RoundResult, Histogram> histogram) {
        Histogram sum = LatencyRecorder.emptyHistogram();
        parts.forEach(part -> sum.add(histogram.apply(part)));
        return sum;
    }
}
