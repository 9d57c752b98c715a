package io.skein.lab.compare;

import io.skein.lab.report.HtmlPage;
import io.skein.lab.result.WholeFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The comparison as a command: a page, the tables to one stream, errors to another. */
public final class ReportCommand {
    /** The page was written. */
    public static final int OK = 0;

    /** A folder holds no result, or the page cannot be written. */
    public static final int FAILED = 1;

    private ReportCommand() {}

    /**
     * Compares what some folders hold.
     *
     * @param folders of runs, or of folders of runs
     * @param page where the page goes
     * @param out gets the tables and the place of the page
     * @param err gets errors
     * @return {@link #OK} or {@link #FAILED}
     */
    public static int run(List<Path> folders, Path page, PrintStream out, PrintStream err) {
        try {
            WholeFile.requireWritable(page);
            List<Result> results = new ArrayList<>();
            for (Path folder : folders) {
                results.addAll(Result.of(folder));
            }
            List<Named> named = Named.all(results);
            Comparison comparison = comparison(kind(results), named);
            List<String> findings = findings(comparison, named);
            WholeFile.write(page, html(comparison, findings, named));
            out.println(comparison.table().text());
            findings.forEach(out::println);
            out.println("report        " + page);
            out.flush();
            return OK;
        } catch (IOException e) {
            err.println("report: " + e.getMessage());
            return FAILED;
        }
    }

    /** Figures of different kinds mean different things, whatever they are called. */
    private static Result.Kind kind(List<Result> results) throws IOException {
        Map<Result.Kind, List<String>> found = new EnumMap<>(Result.Kind.class);
        for (Result result : results) {
            found.computeIfAbsent(result.kind(), _ -> new ArrayList<>())
                    .add(result.place().toString());
        }
        if (found.size() > 1) {
            throw new IOException(
                    "only runs of one kind stand side by side, and these are of %d: %s"
                            .formatted(
                                    found.size(),
                                    found.entrySet().stream()
                                            .map(kind ->
                                                    "%s (%s)"
                                                            .formatted(
                                                                    kind.getKey(),
                                                                    String.join(
                                                                            ", ", kind.getValue())))
                                            .collect(Collectors.joining(", "))));
        }
        return results.getFirst().kind();
    }

    private static Comparison comparison(Result.Kind kind, List<Named> runs) {
        return switch (kind) {
            case BENCH -> new BenchComparison(runs);
            case STRESS -> new StressComparison(runs);
            case CAPACITY -> new CapacityComparison(runs);
            case CONNECTIONS -> new ConnectionsComparison(runs);
            case DEVICES -> new DevicesComparison(runs);
            case EDGE_CLOUD -> new EdgeComparison(runs);
            case FAILOVER -> new FailoverComparison(runs);
        };
    }

    private static List<String> findings(Comparison comparison, List<Named> runs) {
        List<String> findings =
                new ArrayList<>(Differences.among(runs.stream().map(Named::result).toList()));
        for (Named run : runs) {
            List<String> reasons = new ArrayList<>();
            run.result().tree().path("invalid_reasons").forEach(each -> reasons.add(each.asText()));
            if (!reasons.isEmpty()) {
                findings.add(
                        "Do not trust %s: %s.".formatted(run.name(), String.join("; ", reasons)));
            }
        }
        findings.addAll(comparison.findings());
        return findings;
    }

    private static String html(Comparison comparison, List<String> findings, List<Named> runs)
            throws IOException {
        HtmlPage page =
                new HtmlPage(
                        "Comparison of "
                                + String.join(", ", runs.stream().map(Named::name).toList()));
        page.verdict(
                findings.isEmpty()
                        ? List.of(
                                "These runs differ in the target alone; nothing was lost, and none is invalid.")
                        : findings,
                !findings.isEmpty());
        comparison.addTo(page);
        page.heading("Where this comes from");
        page.table(List.of("name", "target", "directory", "version", "command"), sources(runs));
        return page.html();
    }

    private static List<List<String>> sources(List<Named> runs) {
        return runs.stream()
                .map(run ->
                        List.of(
                                run.name(),
                                run.result().target(),
                                run.result().place().toString(),
                                run.result().description(),
                                run.result().at("environment", "command_line").asText()))
                .toList();
    }
}
