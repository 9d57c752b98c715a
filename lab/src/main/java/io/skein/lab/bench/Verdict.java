package io.skein.lab.bench;

import io.skein.lab.agent.AgentResult;
import io.skein.lab.agent.AgentsReport;
import io.skein.lab.load.Counts;
import io.skein.lab.load.Fleet;
import io.skein.lab.load.GeneratorFigures;
import io.skein.lab.load.RoundResult;
import io.skein.lab.measure.LatencySummary;
import io.skein.lab.report.Numbers;
import io.skein.lab.workload.Arrivals;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private final BenchOptions options;
    private final RoundResult round;
    private final BenchResult.@Nullable TargetUsage target;
    private final Map<String, GeneratorFigures> generators;

    /**
     * @param agents what each of them found; null if the load was made here
     */
    Verdict(
            BenchOptions options,
            RoundResult round,
            BenchResult.@Nullable TargetUsage target,
            @Nullable AgentsReport agents) {
        this.options = options;
        this.round = round;
        this.target = target;
        this.generators = new LinkedHashMap<>();
        if (agents == null) {
            generators.put("", round.generator());
        } else {
            agents.agents()
                    .forEach(agent ->
                            generators.put(
                                    "agent " + agent.address() + ": ", agent.round().generator()));
        }
    }

    List<String> invalidReasons(Collection<Fleet.LostConnection> losses) {
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
        reasons.addAll(generatorReasons());
        return reasons;
    }

    /** What in an open loop was the generator's fault, or that of one of them. */
    List<String> generatorReasons() {
        List<String> reasons = new ArrayList<>();
        if (options.arrivals() instanceof Arrivals.Paced) {
            generators.forEach((name, generator) -> openLoopReasons(name, generator, reasons));
        }
        return reasons;
    }

    /** The same of one agent. */
    static List<String> generatorReasons(
            BenchOptions options, AgentResult agent, BenchResult.@Nullable TargetUsage target) {
        return new Verdict(options, agent.round(), target, null).generatorReasons();
    }

    private void openLoopReasons(String name, GeneratorFigures generator, List<String> reasons) {
        double limitMicros = options.latenessLimit().toNanos() / 1000.0;
        LatencySummary lateness = generator.lateness();
        if (lateness.p99() > limitMicros) {
            reasons.add(
                    "%sthe generator was late: 99 %% of messages within %s of their time, the limit is %s"
                            .formatted(
                                    name,
                                    Numbers.micros(lateness.p99()),
                                    Numbers.micros(limitMicros)));
        }
        if (isFull(generator) && !(target != null && target.cpuShare() > SATURATED)) {
            reasons.add(
                    "%sthe generator's event loop was full (%.0f %% working, %.0f %% without a processor) while the target was not"
                            .formatted(
                                    name,
                                    generator.busiestLoopShare() * 100,
                                    generator.starvedLoopShare() * 100));
        }
    }

    /** Whether a closed loop ended at the limit of a generator. */
    boolean generatorBound() {
        return options.arrivals() instanceof Arrivals.Saturating
                && generators.values().stream().anyMatch(Verdict::isFull);
    }

    private static boolean isFull(GeneratorFigures generator) {
        return generator.busiestLoopShare() + generator.starvedLoopShare() > SATURATED;
    }
}
