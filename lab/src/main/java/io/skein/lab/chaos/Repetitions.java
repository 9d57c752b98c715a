package io.skein.lab.chaos;

import io.skein.lab.StopSignal;
import io.skein.lab.fault.FaultFailedException;
import io.skein.lab.fault.Leftovers;
import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryReader;
import io.skein.lab.history.HistoryWriter;
import io.skein.lab.target.TargetFailedException;
import io.skein.lab.target.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The same fault again and again against one cluster that stays up, under the same load. Each
 * repetition leaves a record of its own, which {@code skein lab check} judges like any other. After
 * one that did not come to its end, the nodes are ended and others started.
 */
public final class Repetitions {
    /** In a row that did not come to their end: there is something that repeating does not cure. */
    private static final int FAILURES_LIMIT = 3;

    private final RepetitionOptions options;
    private final StopSignal stop;
    private final Consumer<String> report;
    private String target = "";
    private int lives;
    private int failures;

    /**
     * Repetitions to be.
     *
     * @param stop ends them early
     * @param report hears lines of what goes on
     */
    public Repetitions(RepetitionOptions options, StopSignal stop, Consumer<String> report) {
        this.options = options;
        this.stop = stop;
        this.report = report;
    }

    /**
     * One that is over.
     *
     * @param number from 1
     * @param record what clients did and saw
     * @param problem why it did not come to its end, in words; empty if it did
     */
    public record Outcome(int number, Path record, String problem) {}

    /** Hears of each repetition as it is over. */
    public interface Listener {
        /**
         * One is over; not called for one that was interrupted.
         *
         * @throws IOException if what was recorded cannot be read, which ends all
         */
        void over(Outcome outcome) throws IOException;
    }

    /** What was started, in words; empty before. */
    public String target() {
        return target;
    }

    /**
     * Whether this can be done here.
     *
     * @throws ChaosFailedException if not; the message says what is missing
     */
    public static void check(RepetitionOptions options)
            throws ChaosFailedException, TargetFailedException {
        Targets targets = Targets.shipped();
        FaultRequirements.check(
                List.of(options.fault()),
                targets.nodes(options.target()),
                false,
                targets.isPlaced(options.target()));
    }

    /**
     * Makes all of them, or as many as there are before the signal is raised.
     *
     * @throws ChaosFailedException if the nodes form no cluster, or three in a row do not come to
     *     their end
     */
    public void run(Listener listener)
            throws ChaosFailedException, TargetFailedException, IOException {
        int nodes = Targets.shipped().nodes(options.target());
        List<RepetitionPlan> plans = RepetitionPlan.all(options, names(nodes));
        try (Leftovers leftovers = Leftovers.open(Leftovers.directoryOfThisMachine(), report)) {
            int next = 0;
            while (next < plans.size() && !stop.isRaised()) {
                lives++;
                next = live(nodes, plans, next, leftovers, listener);
            }
        }
    }

    private static List<String> names(int nodes) {
        return IntStream.rangeClosed(1, nodes).mapToObj(node -> "node-" + node).toList();
    }

    /**
     * With nodes that are started for it; returns what comes next, which fresh nodes have to do.
     */
    private int live(
            int nodes, List<RepetitionPlan> plans, int from, Leftovers leftovers, Listener listener)
            throws ChaosFailedException, TargetFailedException, IOException {
        Path directory = options.out().toAbsolutePath().resolve("nodes-" + lives);
        try (Cluster cluster =
                Cluster.start(
                        new ClusterShape(
                                options.target(), nodes, List.of(options.fault()), options.seed()),
                        directory,
                        leftovers,
                        stop,
                        report)) {
            target = cluster.deployment().description();
            Formation.of(cluster, stop).await();
            int next = from;
            String problem = "";
            while (next < plans.size() && problem.isEmpty() && !stop.isRaised()) {
                Outcome outcome = repeat(cluster, plans.get(next), next + 1);
                next++;
                if (!stop.isRaised()) {
                    listener.over(outcome);
                }
                problem = outcome.problem();
                count(problem);
            }
            return next;
        }
    }

    private void count(String problem) throws ChaosFailedException {
        failures = problem.isEmpty() ? 0 : failures + 1;
        if (failures == FAILURES_LIMIT && !stop.isRaised()) {
            throw new ChaosFailedException(
                    "%d repetitions in a row, each with fresh nodes, did not come to their end; of the last one: %s"
                            .formatted(FAILURES_LIMIT, problem));
        }
    }

    private Outcome repeat(Cluster cluster, RepetitionPlan plan, int number) throws IOException {
        report.accept("repetition %d of %d".formatted(number, options.repetitions()));
        Path directory =
                Files.createDirectories(
                        options.out()
                                .resolve(String.format(Locale.ROOT, "repetitions/%04d", number)));
        Path record = directory.resolve(HistoryReader.COMPRESSED_FILE);
        List<String> problems = new ArrayList<>();
        try (HistoryWriter history = HistoryWriter.create(record)) {
            history.record(
                    new Event.Start(
                            "%s: %s".formatted(options.target(), target),
                            options.seed(),
                            Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                            options.commandLine()));
            new Repetition(plan, cluster, options.roaming(), history, stop, report).run();
        } catch (FaultFailedException | ChaosFailedException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return new Outcome(number, record, String.join("", problems));
    }
}
