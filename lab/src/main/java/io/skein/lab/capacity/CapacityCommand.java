package io.skein.lab.capacity;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.agent.AgentLostException;
import io.skein.lab.bench.Bench;
import io.skein.lab.bench.BenchCommand;
import io.skein.lab.bench.BenchOptions;
import io.skein.lab.bench.BenchResult;
import io.skein.lab.bench.OnTarget;
import io.skein.lab.bench.ProgressLine;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.load.RoundResult;
import io.skein.lab.result.Environment;
import io.skein.lab.result.RunFolder;
import io.skein.lab.target.Target;
import io.skein.lab.target.TargetFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The search as a command: progress and errors to one stream, table and verdict to another. */
public final class CapacityCommand {
    private final CapacityOptions options;
    private final StopSignal stop;
    private final PrintStream out;
    private final PrintStream err;
    private final ProgressLine progress;
    private final List<Probe> probes = new ArrayList<>();
    private final Instant startedAt = Instant.now();

    private CapacityCommand(
            CapacityOptions options,
            StopSignal stop,
            PrintStream out,
            PrintStream err,
            boolean terminal) {
        this.options = options;
        this.stop = stop;
        this.out = out;
        this.err = err;
        this.progress = ProgressLine.onlyOn(terminal, err);
    }

    /**
     * Searches and tells of it. While it runs, an end of the process that somebody asks for lets it
     * write what it has first.
     *
     * @return the codes of {@link BenchCommand}
     */
    public static int run(CapacityOptions options, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(options, stop, out, err, ProgressLine.isTerminal());
        }
    }

    /** The same, ended early by a signal. */
    public static int run(
            CapacityOptions options,
            StopSignal stop,
            PrintStream out,
            PrintStream err,
            boolean terminal) {
        CapacityCommand command = new CapacityCommand(options, stop, out, err, terminal);
        try {
            return command.run();
        } catch (LoadFailedException | TargetFailedException | IOException e) {
            command.progress.end();
            err.println("capacity: " + e.getMessage());
            return stop.isRaised() ? BenchCommand.INTERRUPTED : BenchCommand.FAILED;
        }
    }

    private int run() throws LoadFailedException, TargetFailedException, IOException {
        return OnTarget.run(options.bench(), err::println, stop, this::search);
    }

    private int search(Target target, BenchOptions there) throws LoadFailedException, IOException {
        KneeSearch search =
                new KneeSearch(
                        options.from(),
                        options.minimum(),
                        options.maximum(),
                        options.precision(),
                        options.scale() == Scale.CLIENTS);
        CapacityResult.@Nullable End early = null;
        while (search.next().isPresent() && early == null) {
            double load = search.next().getAsDouble();
            BenchResult result;
            try {
                result = Bench.run(options.probe(there, load), target, stop, progress);
            } catch (LoadFailedException e) {
                if (probes.isEmpty()) {
                    throw e;
                }
                err.println("capacity: " + e.getMessage());
                early = ended(e);
                continue;
            }
            if (result.round().outcome() == RoundResult.Outcome.STOPPED) {
                early = CapacityResult.End.STOPPED;
                continue;
            }
            Probe probe = Probe.of(load, result, options.bound());
            probes.add(probe);
            search.found(probe.judgement());
            progress.end();
            err.println(CapacityTable.line(probes.size(), probe, options));
            if (target.ended() != null) {
                early = CapacityResult.End.TARGET_LOST;
            }
        }
        return told(search, target, early);
    }

    private CapacityResult.End ended(LoadFailedException why) {
        return stop.isRaised()
                ? CapacityResult.End.STOPPED
                : why instanceof AgentLostException
                        ? CapacityResult.End.AGENT_LOST
                        : CapacityResult.End.TARGET_LOST;
    }

    private int told(KneeSearch search, Target target, CapacityResult.@Nullable End early)
            throws IOException {
        progress.end();
        CapacityResult.End end =
                early != null
                        ? early
                        : search.endsAtMaximum()
                                ? CapacityResult.End.MAXIMUM
                                : search.endsAtGenerator()
                                        ? CapacityResult.End.GENERATOR
                                        : CapacityResult.End.TARGET;
        CapacityResult result =
                new CapacityResult(
                        options,
                        target.described(),
                        Environment.here(),
                        startedAt,
                        probes,
                        search.knee(),
                        end);
        out.print(CapacityTable.of(result));
        var folder = options.bench().out();
        if (folder != null) {
            CapacityFolder.write(result, folder);
            out.println("report        " + folder.resolve(RunFolder.REPORT));
        }
        out.flush();
        return switch (end) {
            case TARGET, GENERATOR, MAXIMUM -> BenchCommand.OK;
            case STOPPED -> BenchCommand.INTERRUPTED;
            case TARGET_LOST -> BenchCommand.TARGET_LOST;
            case AGENT_LOST -> BenchCommand.FAILED;
        };
    }
}
