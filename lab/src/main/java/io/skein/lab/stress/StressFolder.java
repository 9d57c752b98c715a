package io.skein.lab.stress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.result.Csv;
import io.skein.lab.result.Environment;
import io.skein.lab.result.EnvironmentJson;
import io.skein.lab.result.Passwords;
import io.skein.lab.result.ResultJson;
import io.skein.lab.result.RunFolder;
import io.skein.lab.result.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The folder of a matrix: a file for each run as soon as it is done, which makes it possible to go
 * on later, the table of all, and the page. Each file is whole at any time.
 */
final class StressFolder {
    static final String MATRIX = "matrix.csv";

    private static final String DESCRIPTION = "target_description";
    private static final String RUNS = "runs";
    private static final String ATTEMPTS = "attempts";

    private final Path folder;

    private StressFolder(Path folder) {
        this.folder = folder;
    }

    /** What has to be the same for runs to belong together. */
    private record Plan(String target, long durationMs, boolean foreignPublishers) {}

    /**
     * Opens a folder, fresh or begun.
     *
     * @throws IOException if it cannot be written to, or holds runs of another experiment
     */
    static StressFolder open(StressOptions options) throws IOException {
        RunFolder.open(options.out());
        StressFolder opened = new StressFolder(options.out());
        Files.createDirectories(options.out().resolve(RUNS));
        Plan plan =
                new Plan(
                        Passwords.hidden(options.target()),
                        options.duration().toMillis(),
                        options.foreignPublishers());
        Plan begun = RunFolder.begunWith(options.out(), plan, Plan.class);
        if (!begun.equals(plan)) {
            throw new IOException(
                    "%s holds runs of another experiment (%s with runs of %d ms); name a fresh directory, or the same target and duration to go on with it"
                            .formatted(options.out(), begun.target(), begun.durationMs()));
        }
        return opened;
    }

    private Path file(Cell cell) {
        return folder.resolve(RUNS).resolve(cell.id() + ".json");
    }

    /** The result of a run that was done before; empty if it was not, or failed. */
    Optional<RunResult> done(Cell cell) throws IOException {
        return result(cell).filter(RunResult::isComplete);
    }

    /** Whether every run of a matrix was done before, so that nothing is left but to report. */
    boolean isComplete(Matrix matrix) throws IOException {
        for (Cell cell : matrix.cells()) {
            if (done(cell).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** What the target was the last time that it was there; empty where no report says. */
    String targetDescription() throws IOException {
        Path file = folder.resolve(RunFolder.RESULT);
        return Files.exists(file)
                ? ResultJson.read(file, JsonNode.class).path(DESCRIPTION).asText()
                : "";
    }

    private Optional<RunResult> result(Cell cell) throws IOException {
        Path file = file(cell);
        return Files.exists(file)
                ? Optional.of(ResultJson.read(file, RunResult.class))
                : Optional.empty();
    }

    /** Keeps a result, and has it in the table; one that it replaces stays as an attempt. */
    void keep(Cell cell, RunResult result, Matrix matrix) throws IOException {
        if (Files.exists(file(cell))) {
            Path attempts = Files.createDirectories(folder.resolve(ATTEMPTS));
            int number = 1;
            while (Files.exists(attempt(attempts, cell, number))) {
                number++;
            }
            Files.move(file(cell), attempt(attempts, cell, number));
        }
        ResultJson.write(file(cell), result);
        WholeFile.write(folder.resolve(MATRIX), table(results(matrix)));
    }

    private static Path attempt(Path attempts, Cell cell, int number) {
        return attempts.resolve("%s-%d.json".formatted(cell.id(), number));
    }

    /** What was tried before and done again, in the order of the matrix. */
    List<RunResult> attempts(Matrix matrix) throws IOException {
        Path attempts = folder.resolve(ATTEMPTS);
        List<RunResult> results = new ArrayList<>();
        for (Cell cell : matrix.cells()) {
            for (int number = 1; Files.exists(attempt(attempts, cell, number)); number++) {
                results.add(ResultJson.read(attempt(attempts, cell, number), RunResult.class));
            }
        }
        return results;
    }

    /** All results there are, in the order of the matrix. */
    List<RunResult> results(Matrix matrix) throws IOException {
        List<RunResult> results = new ArrayList<>();
        for (Cell cell : matrix.cells()) {
            result(cell).ifPresent(results::add);
        }
        return results;
    }

    /** Writes table, page and result of all runs; returns the page. */
    Path finish(StressOptions options, String target, String description) throws IOException {
        List<RunResult> runs = results(options.matrix());
        Environment environment = Environment.here();
        List<RunResult> attempts = attempts(options.matrix());
        List<String> verdict =
                StressVerdict.of(
                        runs, attempts, options.matrix().cells().size(), environment.cpus());
        WholeFile.write(folder.resolve(MATRIX), table(runs));
        ObjectNode root = ResultJson.begin("stress");
        root.put("target", target);
        root.put(DESCRIPTION, description);
        root.put("planned_runs", options.matrix().cells().size());
        root.put(
                "partial",
                runs.stream().filter(RunResult::isComplete).count()
                        < options.matrix().cells().size());
        root.put("duration_seconds", options.duration().toMillis() / 1e3);
        ArrayNode sentences = root.putArray("verdict");
        verdict.forEach(sentences::add);
        ArrayNode array = root.putArray("runs");
        runs.forEach(run -> array.add(judged(run, environment.cpus())));
        root.set("attempts", ResultJson.tree(attempts));
        root.set("environment", EnvironmentJson.tree(environment, 0, options.commandLine()));
        StressPage page =
                new StressPage(options, target, description, runs, attempts, verdict, environment);
        RunFolder.write(folder, page.html(), root);
        return folder.resolve(RunFolder.REPORT);
    }

    private static ObjectNode judged(RunResult run, int cpus) {
        ObjectNode node = ResultJson.object(run);
        List<String> reasons = Validity.reasons(run);
        node.put("valid", reasons.isEmpty());
        ArrayNode list = node.putArray("invalid_reasons");
        reasons.forEach(list::add);
        node.put("bound_by", bound(run, cpus));
        return node;
    }

    private static String bound(RunResult run, int cpus) {
        return run.isMeasured() ? Bound.of(run, cpus).name().toLowerCase(Locale.ROOT) : "";
    }

    private static String table(List<RunResult> runs) {
        Csv csv =
                new Csv(
                        List.of(
                                "publisher_qos",
                                "analyser_qos",
                                "delay_ms",
                                "instances",
                                "status",
                                "problem",
                                "valid",
                                "invalid_reasons",
                                "sent",
                                "received",
                                "lost",
                                "duplicated",
                                "out_of_order",
                                "stale",
                                "loss_percent",
                                "out_of_order_percent",
                                "asked_per_second",
                                "sent_per_second",
                                "received_per_second",
                                "gap_median_ms",
                                "gap_p95_ms",
                                "gap_p99_ms",
                                "latency_p50_micros",
                                "latency_p99_micros",
                                "latency_max_micros",
                                "acknowledged",
                                "refused",
                                "unsettled",
                                "unsent",
                                "lateness_p99_micros",
                                "target_cpu_share",
                                "target_rss_bytes_max",
                                "target_threads",
                                "host_idle_share",
                                "disconnects",
                                "sys_dropped",
                                "bound_by",
                                "received_per_second_by_publisher"));
        int cpus = Runtime.getRuntime().availableProcessors();
        for (RunResult run : runs) {
            csv.row(
                    run.publisherQos(),
                    run.analyserQos(),
                    run.delayMs(),
                    run.instances(),
                    run.status(),
                    run.problem(),
                    Validity.isValid(run),
                    String.join("; ", Validity.reasons(run)),
                    run.sent(),
                    run.received(),
                    run.lost(),
                    run.duplicated(),
                    run.outOfOrder(),
                    run.stale(),
                    run.lossPercent(),
                    run.outOfOrderPercent(),
                    run.askedPerSecond(),
                    run.sentPerSecond(),
                    run.receivedPerSecond(),
                    run.gapMedianMs(),
                    run.gapP95Ms(),
                    run.gapP99Ms(),
                    run.latencyP50Micros(),
                    run.latencyP99Micros(),
                    run.latencyMaxMicros(),
                    run.acknowledged(),
                    run.refused(),
                    run.unsettled(),
                    run.unsent(),
                    run.latenessP99Micros(),
                    run.targetCpuShare(),
                    run.targetRssBytesMax(),
                    run.targetThreads(),
                    run.hostIdleShare(),
                    String.join("; ", run.disconnects()),
                    Bound.dropped(run),
                    bound(run, cpus),
                    rates(run));
        }
        return csv.toString();
    }

    private static String rates(RunResult run) {
        return String.join(
                " ",
                run.publishers().stream()
                        .map(one -> String.format(Locale.ROOT, "%.1f", one.receivedPerSecond()))
                        .toList());
    }
}
