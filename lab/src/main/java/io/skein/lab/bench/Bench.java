package io.skein.lab.bench;

import io.netty.handler.ssl.SslContext;
import io.skein.lab.StopSignal;
import io.skein.lab.agent.Agents;
import io.skein.lab.agent.AgentsReport;
import io.skein.lab.load.Fleet;
import io.skein.lab.load.FleetOptions;
import io.skein.lab.load.Generator;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.load.RoundPlan;
import io.skein.lab.load.RoundProbe;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.load.RoundResult;
import io.skein.lab.result.Environment;
import io.skein.lab.target.Target;
import io.skein.lab.target.TargetProcess;
import io.skein.lab.target.TargetWatch;
import io.skein.lab.target.Targets;
import io.skein.lab.workload.Reconnects;
import io.skein.lab.workload.Share;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs one workload against one or several targets. Stateless. */
public final class Bench {
    private Bench() {}

    /**
     * Connects, warms up, measures and drains; returns when all of that is done, the signal was
     * raised, or the target is gone. Interrupting the calling thread raises the signal.
     *
     * @throws LoadFailedException if nothing could be measured: a target is unreachable or refuses
     */
    public static BenchResult run(BenchOptions options, StopSignal stop, BenchListener listener)
            throws LoadFailedException {
        return run(
                options,
                Targets.at(options.targets(), options.username(), options.password()),
                stop,
                listener);
    }

    /** The same; what becomes of the target meanwhile is watched if there is a folder for it. */
    public static BenchResult run(
            BenchOptions options, Target target, StopSignal stop, BenchListener listener)
            throws LoadFailedException {
        // Not from the seed: the same seed twice must not mean the same topics twice.
        String runId = "%08x".formatted(ThreadLocalRandom.current().nextInt());
        FleetOptions fleetOptions =
                new FleetOptions(
                        options.workload(),
                        Share.WHOLE,
                        options.targets(),
                        options.protocol(),
                        options.username(),
                        options.password(),
                        encryption(options),
                        runId,
                        options.threads());
        int clients = options.workload().publishers() + options.workload().subscribers();
        IntConsumer connecting = connected -> listener.onConnecting(connected, clients);
        if (options.agents().isEmpty()) {
            try (Fleet fleet = Fleet.connect(fleetOptions, stop, connecting)) {
                return run(fleet, () -> null, options, target, runId, stop, listener);
            }
        }
        try (Agents agents =
                Agents.connect(options.agents(), fleetOptions, options.tls(), stop, connecting)) {
            return run(agents, agents::report, options, target, runId, stop, listener);
        }
    }

    private static BenchResult run(
            Generator generator,
            Supplier<@Nullable AgentsReport> agents,
            BenchOptions options,
            Target target,
            String runId,
            StopSignal stop,
            BenchListener listener)
            throws LoadFailedException {
        RoundResult warmup = warmUp(generator, options, stop, listener);
        if (warmup != null && warmup.outcome() != RoundResult.Outcome.COMPLETE) {
            throw new LoadFailedException(
                    warmup.outcome() == RoundResult.Outcome.STOPPED
                            ? "interrupted while warming up, nothing was measured"
                            : "the target was lost while warming up: " + firstLoss(generator),
                    null);
        }
        listener.onReady();
        return measure(generator, agents, options, target, runId, stop, listener);
    }

    private static @Nullable SslContext encryption(BenchOptions options)
            throws LoadFailedException {
        try {
            return options.tls().isGiven() ? options.tls().context() : null;
        } catch (IOException e) {
            throw new LoadFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String firstLoss(Generator generator) {
        return generator.losses().stream()
                .findFirst()
                .map(lost -> lost.target() + ", " + lost.loss().message())
                .orElse("connections closed");
    }

    private static @Nullable RoundResult warmUp(
            Generator generator, BenchOptions options, StopSignal stop, BenchListener listener)
            throws LoadFailedException {
        if (options.warmup().isZero()) {
            return null;
        }
        return generator.run(
                plan(options, "warmup", null, options.warmup()),
                stop,
                (progress, _) -> listener.onProgress(BenchListener.Phase.WARMUP, progress),
                RoundProbe.NONE);
    }

    private static BenchResult measure(
            Generator generator,
            Supplier<@Nullable AgentsReport> agents,
            BenchOptions options,
            Target target,
            String runId,
            StopSignal stop,
            BenchListener listener)
            throws LoadFailedException {
        TargetWatch watch = new TargetWatch(options.targets(), target.pids());
        Instant startedAt = Instant.now();
        try (BenchWatch resources = BenchWatch.of(options, target)) {
            RoundResult round =
                    generator.run(
                            plan(options, "run", options.reconnects(), options.duration()),
                            stop,
                            (progress, _) -> listener.onProgress(phase(progress), progress),
                            new RoundProbe() {
                                @Override
                                public void begin() {
                                    watch.begin();
                                    resources.begin();
                                }

                                @Override
                                public void end() {
                                    watch.end();
                                    resources.end();
                                }
                            });
            BenchResult.TargetUsage usage = usage(watch, round);
            AgentsReport report = agents.get();
            Verdict verdict = new Verdict(options, round, usage, report);
            return new BenchResult(
                    options,
                    target.described(),
                    Environment.here(),
                    startedAt,
                    runId,
                    round,
                    report,
                    verdict.invalidReasons(generator.losses()),
                    verdict.generatorBound(),
                    usage,
                    watch.notes(),
                    List.copyOf(generator.losses()),
                    resources.timeLine());
        }
    }

    private static BenchListener.Phase phase(RoundProgress progress) {
        return progress.draining() ? BenchListener.Phase.DRAINING : BenchListener.Phase.MEASURING;
    }

    private static RoundPlan plan(
            BenchOptions options, String name, @Nullable Reconnects reconnects, Duration duration) {
        return new RoundPlan(
                name,
                options.arrivals(),
                reconnects,
                duration.toNanos(),
                options.drainQuiet().toNanos(),
                options.drainLimit().toNanos(),
                options.seed());
    }

    private static BenchResult.@Nullable TargetUsage usage(TargetWatch watch, RoundResult round) {
        if (!watch.isComplete()) {
            return null;
        }
        List<TargetProcess> processes = watch.processes();
        double cpuSeconds = processes.stream().mapToDouble(TargetProcess::cpuSeconds).sum();
        long messages = round.counts().sent() + round.counts().received();
        return new BenchResult.TargetUsage(
                processes,
                cpuSeconds,
                messages == 0 ? 0 : cpuSeconds * 1e6 / messages,
                cpuSeconds * 1e9 / round.totalNanos(),
                processes.stream().mapToLong(TargetProcess::residentBytes).sum());
    }
}
