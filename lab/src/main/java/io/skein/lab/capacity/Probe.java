package io.skein.lab.capacity;

import io.skein.lab.agent.AgentsReport;
import io.skein.lab.bench.BenchResult;
import io.skein.lab.load.Counts;
import io.skein.lab.load.RoundResult;
import io.skein.lab.report.Numbers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One load and what became of it.
 *
 * @param load in units of the scale
 * @param reasons why it was not kept; empty if it was
 * @param result what was measured
 */
record Probe(double load, Judgement judgement, List<String> reasons, BenchResult result) {
    static Probe of(double load, BenchResult result, Duration bound) {
        List<String> untold = untold(result, bound);
        if (!untold.isEmpty()) {
            return new Probe(load, Judgement.UNKNOWN, untold, result);
        }
        List<String> broken = broken(result, bound);
        if (broken.isEmpty()) {
            // Latency counts from the instant a message was due: how late the generator was is in
            // it.
            return new Probe(load, Judgement.KEPT, broken, result);
        }
        // A target that is overloaded on the same machine makes a generator late too, but which of
        // them was first cannot be told.
        List<String> generator = result.generatorReasons();
        return generator.isEmpty()
                ? new Probe(load, Judgement.BROKEN, broken, result)
                : new Probe(load, Judgement.UNKNOWN, generator, result);
    }

    /** Clocks of agents that do not agree far enough for the bound. */
    private static List<String> untold(BenchResult result, Duration bound) {
        AgentsReport agents = result.agents();
        return agents == null || agents.latencyErrorNanos() < bound.toNanos()
                ? List.of()
                : List.of(
                        "the clocks of the agents agree within %s only"
                                .formatted(Numbers.micros(agents.latencyErrorNanos() / 1e3)));
    }

    private static List<String> broken(BenchResult result, Duration bound) {
        List<String> reasons = new ArrayList<>();
        RoundResult round = result.round();
        Counts counts = round.counts();
        note(reasons, counts.lost(), "lost");
        note(reasons, counts.corrupted(), "corrupted");
        note(reasons, counts.unsent(), "not taken in time");
        note(reasons, counts.refused(), "refused");
        note(reasons, counts.unsettled(), "never acknowledged");
        note(reasons, result.losses().size(), "connections lost");
        double p99 = round.latency().p99();
        if (p99 > bound.toNanos() / 1e3) {
            reasons.add(
                    "p99 of %s is above %s"
                            .formatted(Numbers.micros(p99), Numbers.micros(bound.toNanos() / 1e3)));
        }
        if (counts.sent() == 0) {
            reasons.add("nothing was sent");
        }
        return reasons;
    }

    private static void note(List<String> reasons, long count, String what) {
        if (count > 0) {
            reasons.add("%,d %s".formatted(count, what));
        }
    }
}
