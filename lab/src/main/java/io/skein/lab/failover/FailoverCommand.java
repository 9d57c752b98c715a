package io.skein.lab.failover;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.chaos.ChaosCommand;
import io.skein.lab.chaos.ChaosFailedException;
import io.skein.lab.chaos.RepetitionOptions;
import io.skein.lab.chaos.Repetitions;
import io.skein.lab.result.Environment;
import io.skein.lab.result.RunFolder;
import io.skein.lab.target.TargetFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code skein lab failover}: loses a node again and again under load, and tells how long clients
 * waited. Its exit codes are those of {@link ChaosCommand}.
 */
public final class FailoverCommand {
    private final RepetitionOptions options;
    private final StopSignal stop;
    private final PrintStream out;
    private final PrintStream err;
    private final Instant startedAt = Instant.now();
    private final List<FailoverResult.Repeated> repeated = new ArrayList<>();

    private FailoverCommand(
            RepetitionOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        this.options = options;
        this.stop = stop;
        this.out = out;
        this.err = err;
    }

    /**
     * Repeats as often as asked, or until the process is asked to end; what there is by then is
     * reported.
     *
     * @return {@link ChaosCommand#HELD} if all came to their end and nothing acknowledged was lost,
     *     {@link ChaosCommand#VIOLATED} if something was, {@link ChaosCommand#UNKNOWN} if some did
     *     not come to their end, {@link ChaosCommand#FAILED} if none was made, {@link
     *     ChaosCommand#INTERRUPTED}
     */
    public static int run(RepetitionOptions options, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(options, stop, out, err);
        }
    }

    /** The same, ended early by a signal. */
    static int run(RepetitionOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        try {
            return new FailoverCommand(options, stop, out, err).run();
        } catch (ChaosFailedException
                | TargetFailedException
                | IOException
                | IllegalArgumentException e) {
            err.println("failover: " + e.getMessage());
            return stop.isRaised() ? ChaosCommand.INTERRUPTED : ChaosCommand.FAILED;
        }
    }

    private int run() throws ChaosFailedException, TargetFailedException, IOException {
        Repetitions.check(options);
        RunFolder.make(options.out());
        err.printf("seed %d%n", options.seed());
        Repetitions repetitions = new Repetitions(options, stop, err::println);
        String failure = "";
        try {
            repetitions.run(this::over);
        } catch (ChaosFailedException | TargetFailedException | IOException e) {
            if (repeated.isEmpty()) {
                throw e;
            }
            failure = String.valueOf(e.getMessage());
        }
        FailoverResult result =
                new FailoverResult(
                        options,
                        repetitions.target(),
                        Environment.here(),
                        startedAt,
                        repeated,
                        failure,
                        stop.isRaised());
        out.print(FailoverTable.of(result));
        FailoverFolder.write(result, options.out());
        out.println("report        " + options.out().resolve(RunFolder.REPORT));
        out.flush();
        return code(result);
    }

    private void over(Repetitions.Outcome outcome) throws IOException {
        FailoverResult.Repeated each =
                new FailoverResult.Repeated(
                        outcome.number(), Reckoning.of(outcome.record()), outcome.problem());
        repeated.add(each);
        err.println(FailoverTable.line(each));
    }

    private static int code(FailoverResult result) {
        if (result.stopped()) {
            return ChaosCommand.INTERRUPTED;
        }
        if (result.counts().lost() > 0) {
            return ChaosCommand.VIOLATED;
        }
        return result.isWhole() ? ChaosCommand.HELD : ChaosCommand.UNKNOWN;
    }
}
