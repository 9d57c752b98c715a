package io.skein.lab.compare;

import io.skein.lab.report.HtmlPage;
import io.skein.lab.result.WholeFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
            List<Comparison> comparisons = comparisons(named);
            WholeFile.write(page, html(named, comparisons));
            for (Comparison comparison : comparisons) {
                out.println(comparison.table().text());
                comparison.findings().forEach(out::println);
            }
            out.println("report        " + page);
            out.flush();
            return OK;
        } catch (IOException e) {
            err.println("report: " + e.getMessage());
            return FAILED;
        }
    }

    private static List<Comparison> comparisons(List<Named> runs) {
        List<Comparison> comparisons = new ArrayList<>();
        for (Result.Kind kind : Result.Kind.values()) {
            List<Named> some = runs.stream().filter(run -> run.result().kind() == kind).toList();
            if (!some.isEmpty()) {
                comparisons.add(
                        switch (kind) {
                            case BENCH -> new BenchComparison(some);
                            case STRESS -> new StressComparison(some);
                        });
            }
        }
        return comparisons;
    }

    private static String html(List<Named> runs, List<Comparison> comparisons) throws IOException {
        HtmlPage page =
                new HtmlPage(
                        "Comparison of "
                                + String.join(", ", runs.stream().map(Named::name).toList()));
        List<String> findings = new ArrayList<>();
        comparisons.forEach(comparison -> findings.addAll(comparison.findings()));
        boolean bad = !findings.isEmpty();
        if (!bad) {
            findings.add(
                    "These runs differ in the target alone; nothing was lost, and none is invalid.");
        }
        page.verdict(findings, bad);
        page.table(List.of("name", "target", "directory", "version", "command"), sources(runs));
        for (Comparison comparison : comparisons) {
            comparison.addTo(page);
        }
        return page.html();
    }

    private static List<List<String>> sources(List<Named> runs) {
        return runs.stream()
                .map(run -> {
                    var tree = run.result().tree();
                    return List.of(
                            run.name(),
                            run.result().target(),
                            run.result().place().toString(),
                            tree.path("target_description").asText(),
                            tree.path("environment").path("command_line").asText());
                })
                .toList();
    }
}
