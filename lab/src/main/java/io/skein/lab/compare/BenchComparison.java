package io.skein.lab.compare;

import com.fasterxml.jackson.databind.JsonNode;
import io.skein.lab.report.BarPlot;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Percentiles;
import io.skein.lab.report.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import org.HdrHistogram.Histogram;

/** Benches side by side. */
final class BenchComparison implements Comparison {
    private static final double MEBIBYTE = 1024 * 1024;

    private final List<Named> runs;

    BenchComparison(List<Named> runs) {
        this.runs = runs;
    }

    @Override
    public Table table() {
        Table table =
                new Table(runs)
                        .row("valid", BenchComparison::validity)
                        .row("sent", count("sent"))
                        .row("sent/s", number("rates", "sent_per_second"))
                        .row("received/s", number("rates", "received_per_second"))
                        .row("lost", count("lost"))
                        .row("duplicated", count("duplicated"))
                        .row("out of order", count("out_of_order"))
                        .row("corrupted", count("corrupted"));
        latencies()
                .forEach((name, field) ->
                        table.row(
                                "latency " + name,
                                run -> micros(run.number("latency_micros", field))));
        return table.row("target us/message", number("target", "cpu_micros_per_message"))
                .row("target CPU cores", number("target", "cpu_share"))
                .row("target memory", run -> bytes(run.number("target", "rss_bytes")))
                .row("generator late p99", BenchComparison::lateness);
    }

    private static Comparison.Figure count(String field) {
        return run -> {
            double value = run.number(field);
            return Double.isFinite(value) ? "%,d".formatted((long) value) : "-";
        };
    }

    private static Comparison.Figure number(String... path) {
        return run -> Numbers.brief(run.number(path));
    }

    private static String micros(double value) {
        return Double.isFinite(value) ? Numbers.micros(value) : "-";
    }

    private static String bytes(double value) {
        return Double.isFinite(value) ? Numbers.bytes(value) : "-";
    }

    private static String lateness(Result run) {
        return run.number("generator", "lateness_micros", "count") > 0
                ? micros(run.number("generator", "lateness_micros", "p99"))
                : "-";
    }

    private static String validity(Result run) {
        String partial = run.tree().path("partial").asBoolean() ? ", partial" : "";
        return (run.tree().path("valid").asBoolean() ? "yes" : "NO") + partial;
    }

    private static Map<String, String> latencies() {
        return new TreeMap<>(Map.of("p50", "p50", "p99", "p99", "p99.9", "p99_9", "worst", "max"));
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>(Differences.among(results()));
        for (Named run : runs) {
            List<String> reasons = new ArrayList<>();
            run.result().tree().path("invalid_reasons").forEach(each -> reasons.add(each.asText()));
            if (!reasons.isEmpty()) {
                findings.add(
                        "Do not trust %s: %s.".formatted(run.name(), String.join("; ", reasons)));
            }
            if (run.result().tree().path("generator_bound").asBoolean()) {
                findings.add(
                        "The generator was the limit of %s: its rate is a lower bound."
                                .formatted(run.name()));
            }
            if (run.result().number("lost") > 0) {
                findings.add(
                        "%s lost %s of %s deliveries."
                                .formatted(
                                        run.name(),
                                        Numbers.brief(run.result().number("lost")),
                                        Numbers.brief(run.result().number("expected"))));
            }
        }
        return findings;
    }

    private List<Result> results() {
        return runs.stream().map(Named::result).toList();
    }

    @Override
    public void addTo(HtmlPage page) throws IOException {
        page.heading("Benches");
        page.table(table().headings(), table().rows());
        page.figures(
                List.of(
                        bars(
                                "Messages per second",
                                Numbers::brief,
                                Map.of(
                                        "sent", new String[] {"rates", "sent_per_second"},
                                        "received", new String[] {"rates", "received_per_second"})),
                        bars("Latency", Numbers::micros, latencyBars()),
                        bars(
                                "CPU of the target per message [us]",
                                Numbers::brief,
                                Map.of("CPU", new String[] {"target", "cpu_micros_per_message"})),
                        bars(
                                "Memory of the target",
                                Numbers::bytes,
                                Map.of("resident", new String[] {"target", "rss_bytes"}))));
        page.figures(
                List.of(
                        distribution(),
                        overTime("received_per_second", "Messages received per second")));
        page.figures(List.of(overTime("p99_micros", "Latency, 99 % [us]"), memory()));
    }

    private static Map<String, String[]> latencyBars() {
        Map<String, String[]> bars = new TreeMap<>();
        latencies()
                .forEach((name, field) -> bars.put(name, new String[] {"latency_micros", field}));
        return bars;
    }

    private String bars(
            String title, DoubleFunction<String> format, Map<String, String[]> figures) {
        BarPlot plot = new BarPlot(title, format);
        new TreeMap<>(figures)
                .forEach((name, path) -> {
                    List<BarPlot.Bar> bars = new ArrayList<>();
                    for (int i = 0; i < runs.size(); i++) {
                        Named run = runs.get(i);
                        bars.add(new BarPlot.Bar(run.name(), i, run.result().number(path)));
                    }
                    plot.add(name, bars);
                });
        return plot.svg();
    }

    private String distribution() throws IOException {
        LinePlot plot =
                LinePlot.ofPercentiles("Latency by percentile", "latency")
                        .logarithmic()
                        .format(Numbers::micros);
        for (Named run : runs) {
            Histogram histogram =
                    run.result().histogram(run.result().tree().path("latency_histogram_nanos"));
            plot.add(
                    histogram.getTotalCount() == 0
                            ? new Series(run.name(), List.of())
                            : Percentiles.of(run.name(), histogram));
        }
        return plot.svg();
    }

    private String overTime(String field, String title) {
        return timeLine(title, "seconds", field, 1);
    }

    private String memory() {
        return timeLine("Memory of the target [MiB]", "moments", "target_rss_bytes", MEBIBYTE);
    }

    private String timeLine(String title, String array, String field, double unit) {
        LinePlot plot = new LinePlot(title, "seconds", "");
        for (Named run : runs) {
            List<Series.Point> points = new ArrayList<>();
            for (JsonNode each : run.result().tree().path(array)) {
                points.add(
                        new Series.Point(
                                Result.number(each.path("at_seconds")),
                                Result.number(each.path(field)) / unit));
            }
            plot.add(new Series(run.name(), points));
        }
        return plot.svg();
    }
}
