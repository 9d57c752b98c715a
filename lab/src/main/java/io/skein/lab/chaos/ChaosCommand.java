package io.skein.lab.chaos;

import io.skein.lab.ShutdownGuard;
import io.skein.lab.StopSignal;
import io.skein.lab.check.CheckCommand;
import io.skein.lab.check.Judgement;
import io.skein.lab.fault.Leftovers;
import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryReader;
import io.skein.lab.history.HistoryWriter;
import io.skein.lab.target.TargetFailedException;
import io.skein.lab.target.Targets;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** {@code skein lab chaos}: starts a target, breaks it under load, and judges what clients saw. */
public final class ChaosCommand {
    /** Exit code: every declared promise held. */
    public static final int HELD = CheckCommand.HELD;

    /** Exit code: the run could not be. */
    public static final int FAILED = CheckCommand.FAILED;

    /** Exit code: a promise was broken. */
    public static final int VIOLATED = CheckCommand.VIOLATED;

    /** Exit code: the run says too little to judge. */
    public static final int UNKNOWN = CheckCommand.UNKNOWN;

    /** Exit code: it was stopped. */
    public static final int INTERRUPTED = 130;

    private final ChaosOptions options;
    private final StopSignal stop;
    private final PrintStream out;
    private final PrintStream err;
    private final ChaosCounts counts = new ChaosCounts();

    /** The first violation, or why nothing can be told. */
    private String words = "";

    private ChaosCommand(ChaosOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        this.options = options;
        this.stop = stop;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs to the end, or until the process is asked to end.
     *
     * @return one of the exit codes of this class
     */
    public static int run(ChaosOptions options, PrintStream out, PrintStream err) {
        StopSignal stop = new StopSignal();
        try (var _ = ShutdownGuard.open(stop)) {
            return run(options, stop, out, err);
        }
    }

    /** The same, ended early by a signal. */
    static int run(ChaosOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        return report(options, stop, out, err).code();
    }

    /** The same, and what came of it. */
    static ChaosReport report(
            ChaosOptions options, StopSignal stop, PrintStream out, PrintStream err) {
        long begin = System.nanoTime();
        ChaosCommand command = new ChaosCommand(options, stop, out, err);
        int code;
        try {
            code = command.run();
        } catch (ChaosFailedException
                | TargetFailedException
                | IOException
                | IllegalArgumentException e) {
            err.println("chaos: " + e.getMessage());
            code = stop.isRaised() ? INTERRUPTED : FAILED;
            command.words = String.valueOf(e.getMessage());
        }
        return new ChaosReport(
                options.seed(),
                code,
                (System.nanoTime() - begin) / 1e9,
                command.counts.published.sum(),
                command.counts.acknowledged.sum(),
                command.counts.received.sum(),
                command.words.lines().findFirst().orElse(""));
    }

    private int run() throws ChaosFailedException, TargetFailedException, IOException {
        Targets targets = Targets.shipped();
        int nodes = targets.nodes(options.target());
        FaultRequirements.check(
                options.faults(), nodes, options.overlap(), targets.isPlaced(options.target()));
        WorkloadPlan workload = WorkloadPlan.of(options.shape(nodes));
        NemesisPlan faults =
                NemesisPlan.of(
                        options.seed(),
                        options.faults(),
                        nodes,
                        options.overlap(),
                        options.duration().toNanos());
        Path record = options.out().resolve(HistoryReader.FILE);
        if (Files.exists(record)) {
            throw new ChaosFailedException(
                    "%s holds a run already; name another directory with --out"
                            .formatted(options.out()));
        }
        Files.createDirectories(options.out());
        PlanFile.write(options, workload, faults);
        tellPlan(faults);
        ChaosRun.Outcome outcome = run(nodes, workload, faults, record);
        outcome.deaths().forEach(out::println);
        outcome.problems().forEach(problem -> out.println("unknown: " + problem));
        if (stop.isRaised()) {
            return INTERRUPTED;
        }
        Judgement judgement = CheckCommand.judge(options.out(), options.promises(), out, err);
        int judged = CheckCommand.code(judgement.verdict());
        int code = outcome.problems().isEmpty() || judged == VIOLATED ? judged : UNKNOWN;
        words =
                switch (code) {
                    case VIOLATED -> String.valueOf(judgement.firstViolationInWords());
                    case UNKNOWN ->
                            outcome.problems().isEmpty()
                                    ? String.join(" ", judgement.sentences())
                                    : outcome.problems().getFirst();
                    default -> "";
                };
        return code;
    }

    private ChaosRun.Outcome run(int nodes, WorkloadPlan workload, NemesisPlan faults, Path record)
            throws ChaosFailedException, TargetFailedException, IOException {
        try (Leftovers leftovers =
                        Leftovers.open(Leftovers.directoryOfThisMachine(), err::println);
                Cluster cluster =
                        Cluster.start(
                                new ClusterShape(
                                        options.target(), nodes, options.faults(), options.seed()),
                                options.out().toAbsolutePath().resolve("nodes"),
                                leftovers,
                                stop,
                                err::println)) {
            Formation.of(cluster, stop).await();
            try (HistoryWriter history = HistoryWriter.create(record)) {
                history.record(
                        new Event.Start(
                                "%s: %s"
                                        .formatted(
                                                options.target(),
                                                cluster.deployment().description()),
                                options.seed(),
                                Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                                options.commandLine()));
                ChaosRun run = new ChaosRun(options, cluster, history, counts, stop, err::println);
                ChaosRun.Outcome outcome = run.run(workload, faults);
                out.println(run.counts());
                out.printf("%,d events in %s%n", history.events(), record);
                return outcome;
            }
        }
    }

    private void tellPlan(NemesisPlan faults) {
        List<String> lines = new ArrayList<>();
        for (PlannedFault fault : faults.faults()) {
            lines.add(fault.inWords("node-" + (fault.node() + 1)));
        }
        err.println(
                "seed %d; faults: %s"
                        .formatted(
                                options.seed(),
                                lines.isEmpty() ? "none" : String.join(", ", lines)));
    }
}
