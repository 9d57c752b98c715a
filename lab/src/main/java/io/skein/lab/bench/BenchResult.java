package io.skein.lab.bench;

import io.skein.lab.agent.AgentsReport;
import io.skein.lab.load.Fleet;
import io.skein.lab.load.RoundResult;
import io.skein.lab.result.Environment;
import io.skein.lab.target.TargetProcess;
import io.skein.lab.watch.Moment;
import io.skein.lab.watch.Reading;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a bench found.
 *
 * @param measured what was measured, in words
 * @param startedAt when the measured interval began
 * @param runId part of the run's topics and client identifiers
 * @param round of all agents together where there are some
 * @param agents what each agent found, and how their clocks compare; null without agents
 * @param invalidReasons why the figures cannot be trusted; empty if they can
 * @param generatorBound whether a closed loop ended at the generator's limit, not the target's: the
 *     counts hold, the rate is a lower bound of what the target can do
 * @param target what the target used, or null if not all of it could be measured
 * @param targetNotes why not
 * @param losses connections that ended without being asked to
 * @param timeLine what was watched meanwhile; empty where nothing was
 */
public record BenchResult(
        BenchOptions options,
        String measured,
        Environment environment,
        Instant startedAt,
        String runId,
        RoundResult round,
        @Nullable AgentsReport agents,
        List<String> invalidReasons,
        boolean generatorBound,
        @Nullable TargetUsage target,
        List<String> targetNotes,
        List<Fleet.LostConnection> losses,
        TimeLine timeLine) {

    /** Whether the figures can be trusted. Loss and the like are findings, not reasons against. */
    public boolean isValid() {
        return invalidReasons.isEmpty();
    }

    /**
     * Why the figures tell of the generator rather than of the target, in an open loop; empty if
     * they do not.
     */
    public List<String> generatorReasons() {
        return new Verdict(options, round, target, agents).generatorReasons();
    }

    /** Whether the run ended before its time. */
    public boolean isPartial() {
        return round.outcome() != RoundResult.Outcome.COMPLETE;
    }

    /**
     * What was watched while it ran.
     *
     * @param beganNanos when the first message was due, by {@link System#nanoTime}
     */
    public record TimeLine(long beganNanos, List<Moment> moments, List<Reading> readings) {
        static final TimeLine EMPTY = new TimeLine(0, List.of(), List.of());

        /** Seconds since the first message was due. */
        double seconds(long nanos) {
            return (nanos - beganNanos) / 1e9;
        }
    }

    /**
     * What the target used in the measured interval, drain included.
     *
     * @param cpuSeconds of all its processes
     * @param cpuMicrosPerMessage CPU per message sent to it or delivered by it
     * @param cpuShare CPU in cores
     * @param residentBytes memory at the end
     */
    public record TargetUsage(
            List<TargetProcess> processes,
            double cpuSeconds,
            double cpuMicrosPerMessage,
            double cpuShare,
            long residentBytes) {}
}
