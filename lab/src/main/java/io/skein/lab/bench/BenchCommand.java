package io.skein.lab.bench;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.result.RunFolder;
import io.skein.lab.target.TargetFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * The bench as a command: progress and errors to one stream, the table to another, an exit code.
 */
public final class BenchCommand {
    /** Measured as planned. Whether the figures can be trusted is said in the result. */
    public static final int OK = 0;

    /** Nothing was measured: a target is unreachable or refuses, or a file cannot be written. */
    public static final int FAILED = 1;

    /** The target was lost on the way; what was measured so far is kept, marked partial. */
    public static final int TARGET_LOST = 3;

    /** Stopped by the user; what was measured so far is kept, marked partial. */
    public static final int INTERRUPTED = 130;

    private BenchCommand() {}

    /**
     * Runs a bench and tells of it. While it runs, an end of the process that somebody asks for
     * (Ctrl-C, SIGTERM) lets it finish with what it has and write its files first.
     *
     * @param out gets the table
     * @param err gets progress and errors
     * @return {@link #OK}, {@link #FAILED}, {@link #TARGET_LOST} or {@link #INTERRUPTED}
     */
    public static int run(BenchOptions options, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(options, stop, out, err, ProgressLine.isTerminal());
        }
    }

    /** Runs a bench that ends early when the signal is raised; otherwise as the other method. */
    public static int run(
            BenchOptions options,
            StopSignal stop,
            PrintStream out,
            PrintStream err,
            boolean terminal) {
        Path json = options.json();
        ProgressLine progress = new ProgressLine(err, terminal);
        try {
            if (json != null) {
                BenchReport.requireWritable(json);
            }
            BenchResult result =
                    OnTarget.run(
                            options,
                            err::println,
                            stop,
                            (target, there) -> Bench.run(there, target, stop, progress));
            progress.end();
            out.print(BenchReport.table(result));
            Path folder = options.out();
            if (folder != null) {
                BenchFolder.write(result, folder);
                out.println("report        " + folder.resolve(RunFolder.REPORT));
            }
            out.flush();
            if (json != null) {
                BenchReport.writeJson(result, json);
            }
            return exitCode(result);
        } catch (LoadFailedException | TargetFailedException | IOException e) {
            progress.end();
            err.println("bench: " + e.getMessage());
            return stop.isRaised() ? INTERRUPTED : FAILED;
        }
    }

    /** The exit code that tells how a run ended. */
    public static int exitCode(BenchResult result) {
        return switch (result.round().outcome()) {
            case COMPLETE -> result.losses().isEmpty() ? OK : TARGET_LOST;
            case STOPPED -> INTERRUPTED;
            case TARGET_LOST -> TARGET_LOST;
        };
    }
}
