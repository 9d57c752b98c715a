package io.skein.lab.connections;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.agent.IdleAgents;
import io.skein.lab.bench.BenchCommand;
import io.skein.lab.bench.BenchOptions;
import io.skein.lab.bench.OnTarget;
import io.skein.lab.load.IdleCounts;
import io.skein.lab.load.IdleFleet;
import io.skein.lab.load.IdleGenerator;
import io.skein.lab.load.IdleOptions;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.report.Series;
import io.skein.lab.result.Environment;
import io.skein.lab.result.RunFolder;
import io.skein.lab.target.Target;
import io.skein.lab.target.TargetProcess;
import io.skein.lab.target.TargetWatch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Connections alone, as a command: progress and errors to one stream, the table to another. */
public final class ConnectionsCommand {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ConnectionsOptions options;
    private final StopSignal stop;
    private final PrintStream out;
    private final PrintStream err;
    private final Instant startedAt = Instant.now();
    private final List<Series.Point> overTime = new ArrayList<>();
    private long beganNanos;
    private long toldAtNanos;

    private ConnectionsCommand(
            ConnectionsOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        this.options = options;
        this.stop = stop;
        this.out = out;
        this.err = err;
    }

    /**
     * Connects, holds, and tells of it. While it runs, an end of the process that somebody asks for
     * lets it write what it has first.
     *
     * @return {@link BenchCommand#OK} if all were accepted and stood to the end, {@link
     *     BenchCommand#FAILED} if none was accepted, {@link BenchCommand#TARGET_LOST} if some were
     *     not or were lost, {@link BenchCommand#INTERRUPTED}
     */
    public static int run(ConnectionsOptions options, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(options, stop, out, err);
        }
    }

    /** The same, ended early by a signal. */
    public static int run(
            ConnectionsOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        ConnectionsCommand command = new ConnectionsCommand(options, stop, out, err);
        return OnTarget.command(
                "connections",
                options.bench(),
                stop,
                err,
                (target, there) -> command.told(command.measure(target, there)));
    }

    private ConnectionsResult measure(Target target, BenchOptions there)
            throws IOException, LoadFailedException {
        TargetWatch before = sample(there);
        try (IdleGenerator generator = generator(there)) {
            beganNanos = System.nanoTime();
            toldAtNanos = beganNanos;
            overTime.add(new Series.Point(0, 0));
            generator.connectAll(stop, this::everySecond);
            double connectingSeconds = (System.nanoTime() - beganNanos) / 1e9;
            hold(generator);
            TargetWatch after = sample(there);
            return new ConnectionsResult(
                    options,
                    target.described(),
                    Environment.here(),
                    startedAt,
                    generator.result(),
                    connectingSeconds,
                    memory(before, after),
                    stop.isRaised(),
                    List.copyOf(overTime));
        }
    }

    private IdleGenerator generator(BenchOptions there) throws IOException, LoadFailedException {
        IdleOptions idle =
                new IdleOptions(
                        there.targets(),
                        there.protocol(),
                        there.username(),
                        there.password(),
                        there.tls().isGiven() ? there.tls().context() : null,
                        "lab-%08x-c".formatted(ThreadLocalRandom.current().nextInt()),
                        there.threads(),
                        options.count(),
                        1,
                        0,
                        options.perSecond(),
                        options.keepAliveSeconds(),
                        options.sources());
        return options.agents().isEmpty()
                ? new IdleFleet(idle)
                : IdleAgents.greet(options.agents(), idle, there.tls(), stop);
    }

    private static TargetWatch sample(BenchOptions there) {
        TargetWatch watch = new TargetWatch(there.targets());
        watch.begin();
        watch.end();
        return watch;
    }

    private static ConnectionsResult.Memory memory(TargetWatch before, TargetWatch after) {
        return new ConnectionsResult.Memory(bytes(before), bytes(after), after.notes());
    }

    private static long bytes(TargetWatch watch) {
        return watch.isComplete()
                ? watch.processes().stream().mapToLong(TargetProcess::residentBytes).sum()
                : -1;
    }

    /** Holds them for their time, or until none stands. */
    private void hold(IdleGenerator generator) throws LoadFailedException {
        long until = System.nanoTime() + options.hold().toNanos();
        IdleCounts counts = generator.counts();
        while (counts.standing() > 0 && System.nanoTime() < until && !stop.isRaised()) {
            stop.await(Math.clamp(until - System.nanoTime(), 1, SECOND / 10));
            counts = generator.counts();
            everySecond(counts);
        }
    }

    private void everySecond(IdleCounts counts) {
        long now = System.nanoTime();
        if (now - toldAtNanos < SECOND) {
            return;
        }
        toldAtNanos = now;
        int standing = counts.standing();
        double seconds = (now - beganNanos) / 1e9;
        overTime.add(new Series.Point(seconds, standing));
        err.printf(
                Locale.ROOT,
                "%5.0f s   %,d connections   %,d refused   %,d lost%n",
                seconds,
                standing,
                counts.refused(),
                counts.lost());
    }

    private int told(ConnectionsResult result) throws IOException {
        out.print(ConnectionsReport.table(result));
        Path folder = options.bench().out();
        if (folder != null) {
            ConnectionsReport.write(result, folder);
            out.println("report        " + folder.resolve(RunFolder.REPORT));
        }
        out.flush();
        if (result.stopped()) {
            return BenchCommand.INTERRUPTED;
        }
        return result.isWhole()
                ? BenchCommand.OK
                : result.connected() == 0 ? BenchCommand.FAILED : BenchCommand.TARGET_LOST;
    }
}
