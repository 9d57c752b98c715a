package io.skein.lab.stress;

import io.netty.handler.ssl.SslContext;
import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.report.Numbers;
import io.skein.lab.result.Passwords;
import io.skein.lab.target.Scratch;
import io.skein.lab.target.Target;
import io.skein.lab.target.TargetFailedException;
import io.skein.lab.target.Targets;
import io.skein.lab.watch.Sources;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The matrix as a command: progress and errors to one stream, the verdict to another. */
public final class StressCommand {
    /** All runs are there. */
    public static final int OK = 0;

    /** Nothing was measured. */
    public static final int FAILED = 1;

    /** Some runs failed, or the target was lost; what was measured is kept. */
    public static final int TARGET_LOST = 3;

    /** Stopped by the user; the same command goes on where it ended. */
    public static final int INTERRUPTED = 130;

    private static final int FAILURES_LIMIT = 3;

    private final StressOptions options;
    private final StopSignal stop;
    private final PrintStream out;
    private final PrintStream err;
    private int ran;
    private int failures;
    private long runNanos;

    private StressCommand(
            StressOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        this.options = options;
        this.stop = stop;
        this.out = out;
        this.err = err;
    }

    /**
     * Does what is still to be done of a matrix. While it runs, an end of the process that somebody
     * asks for lets it write its report first.
     *
     * @return {@link #OK}, {@link #FAILED}, {@link #TARGET_LOST} or {@link #INTERRUPTED}
     */
    public static int run(StressOptions options, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(options, stop, out, err);
        }
    }

    /** The same, ended early by a signal. */
    public static int run(
            StressOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        StressCommand command = new StressCommand(options, stop, out, err);
        try {
            return command.run();
        } catch (TargetFailedException | IOException | IllegalArgumentException e) {
            err.println("stress: " + e.getMessage());
            return stop.isRaised() ? INTERRUPTED : FAILED;
        }
    }

    private int run() throws IOException, TargetFailedException {
        StressFolder folder = StressFolder.open(options);
        List<Cell> cells = options.matrix().cells();
        if (folder.isComplete(options.matrix())) {
            finish(folder, folder.targetDescription());
        } else {
            try (Scratch scratch = Scratch.in(options.out());
                    Target target =
                            Targets.shipped()
                                    .open(
                                            options.target(),
                                            scratch.directory(),
                                            err::println,
                                            stop)) {
                try {
                    runAll(folder, cells, target);
                } finally {
                    finish(folder, target.description());
                }
            }
        }
        List<RunResult> results = folder.results(options.matrix());
        StressVerdict.of(
                        results,
                        folder.attempts(options.matrix()),
                        cells.size(),
                        Runtime.getRuntime().availableProcessors())
                .forEach(out::println);
        out.flush();
        if (stop.isRaised()) {
            return INTERRUPTED;
        }
        boolean none = results.stream().noneMatch(RunResult::isMeasured);
        boolean all =
                results.size() == cells.size() && results.stream().allMatch(RunResult::isComplete);
        return none ? FAILED : all ? OK : TARGET_LOST;
    }

    private void finish(StressFolder folder, String description) throws IOException {
        Path page = folder.finish(options, Passwords.hidden(options.target()), description);
        out.println("report        " + page);
    }

    private void runAll(StressFolder folder, List<Cell> cells, Target target) throws IOException {
        BrokerAddress address = target.addresses().getFirst();
        SslContext tls = options.tls().isGiven() ? options.tls().context() : null;
        StressConnection connection =
                new StressConnection(
                        options.username() == null ? target.username() : options.username(),
                        options.username() == null ? target.password() : options.password(),
                        tls,
                        "lab-%08x-".formatted(ThreadLocalRandom.current().nextInt()));
        try (Publishers publishers = publishers(target, connection);
                Sources sources =
                        Sources.of(
                                address,
                                connection.username(),
                                connection.password(),
                                options.tls(),
                                target.metrics());
                Analyser analyser =
                        new Analyser(options, address, connection, target::pids, sources, stop)) {
            if (options.ownPublishers()) {
                Analyser.join(publishers.open(), stop);
            }
            for (int i = 0; i < cells.size() && !stop.isRaised(); i++) {
                if (folder.done(cells.get(i)).isPresent()) {
                    continue;
                }
                one(folder, analyser, cells.get(i), i, cells.size());
                String ended = stop.isRaised() ? null : target.ended();
                if (ended != null || failures >= FAILURES_LIMIT) {
                    err.println(
                            "stress: given up: "
                                    + (ended == null ? failures + " runs in a row failed" : ended));
                    return;
                }
            }
        }
    }

    private Publishers publishers(Target target, StressConnection connection) {
        // Behind a cluster, publishers are on another node than the analyser: messages cross.
        return new Publishers(
                target.addresses().getLast(),
                connection,
                1,
                options.matrix().instancesMaximum(),
                options.duration().toMillis(),
                _ -> {});
    }

    private void one(StressFolder folder, Analyser analyser, Cell cell, int index, int of)
            throws IOException {
        long began = System.nanoTime();
        RunResult result;
        try {
            result = analyser.run(cell);
            failures = 0;
        } catch (IOException e) {
            if (stop.isRaised()) {
                return; // it was not done; the next time it will be
            }
            failures++;
            result = Tally.failed(cell, Instant.now(), String.valueOf(e.getMessage()));
        }
        runNanos += System.nanoTime() - began;
        ran++;
        folder.keep(cell, result, options.matrix());
        tell(result, index + 1, of);
    }

    private void tell(RunResult run, int number, int of) {
        long leftNanos = runNanos / ran * (of - number);
        err.printf(
                Locale.ROOT,
                "%3d/%d  QoS %d -> %d  delay %d ms  %d inst.  %8s/s  loss %s %%  gap %s ms  p99 %s  %s  %s left%n",
                number,
                of,
                run.publisherQos(),
                run.analyserQos(),
                run.delayMs(),
                run.instances(),
                Numbers.brief(run.receivedPerSecond()),
                Numbers.brief(run.lossPercent()),
                Numbers.brief(run.gapMedianMs()),
                Double.isFinite(run.latencyP99Micros())
                        ? Numbers.micros(run.latencyP99Micros())
                        : "-",
                problem(run),
                left(Duration.ofNanos(leftNanos)));
    }

    private static String problem(RunResult run) {
        @Nullable String cut = run.disconnects().isEmpty() ? null : run.disconnects().getFirst();
        return !run.problem().isEmpty()
                ? "(" + run.problem() + ")"
                : cut != null ? "(" + cut + ")" : "";
    }

    private static String left(Duration duration) {
        return duration.toHours() > 0
                ? "%d h %02d min".formatted(duration.toHours(), duration.toMinutesPart())
                : duration.toMinutes() > 0
                        ? "%d min %02d s".formatted(duration.toMinutes(), duration.toSecondsPart())
                        : TimeUnit.NANOSECONDS.toSeconds(duration.toNanos()) + " s";
    }
}
