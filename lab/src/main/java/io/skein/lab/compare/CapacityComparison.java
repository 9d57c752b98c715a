package io.skein.lab.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.StreamSupport;

/** Searches for the capacity side by side. */
final class CapacityComparison implements Comparison {
    private final List<Named> runs;

    CapacityComparison(List<Named> runs) {
        this.runs = runs;
    }

    private static List<JsonNode> probes(Result run) {
        return StreamSupport.stream(run.tree().path("probes").spliterator(), false).toList();
    }

    private static boolean isKept(JsonNode probe) {
        return probe.path("judgement").asText().equals("kept");
    }

    /** One probe of each load, by load: the last that kept the bound, or else the last. */
    private static List<JsonNode> decisive(Result run) {
        SortedMap<Double, JsonNode> byLoad = new TreeMap<>();
        for (JsonNode probe : probes(run)) {
            byLoad.merge(
                    probe.path("load").asDouble(),
                    probe,
                    (before, last) -> isKept(before) && !isKept(last) ? before : last);
        }
        return List.copyOf(byLoad.values());
    }

    /** That of the knee; missing where no load was kept. */
    private static JsonNode kneeProbe(Result run) {
        return decisive(run).stream()
                .filter(probe -> probe.path("load").asDouble() == run.number("knee"))
                .filter(CapacityComparison::isKept)
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private static ToDoubleFunction<Result> atKnee(String field) {
        return run -> Result.number(kneeProbe(run).path(field));
    }

    private static String beyond(Result run) {
        return decisive(run).stream()
                .filter(probe -> probe.path("load").asDouble() > run.number("knee"))
                .filter(probe -> !isKept(probe))
                .findFirst()
                .map(probe -> probe.path("reasons").path(0).asText())
                .orElse("-");
    }

    @Override
    public Table table() {
        return new Table(runs)
                .row("bound of p99", Words.micros("bound_p99_micros"))
                .row("knee", Words.number("knee"))
                .row("limited by", Words.text("limited_by"))
                .row("beyond it", CapacityComparison::beyond)
                .row("probes", run -> Integer.toString(probes(run).size()))
                .row(
                        "received/s at the knee",
                        Words.of(atKnee("received_per_second"), Numbers::brief))
                .row("latency p50", Words.of(atKnee("p50_micros"), Numbers::micros))
                .row("latency p99", Words.of(atKnee("p99_micros"), Numbers::micros))
                .row("latency p99.9", Words.of(atKnee("p99_9_micros"), Numbers::micros))
                .row("target CPU cores", Words.of(atKnee("target_cpu_share"), Numbers::brief));
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        for (Named run : runs) {
            String limit = run.result().tree().path("limited_by").asText();
            String beyond = beyond(run.result());
            switch (limit) {
                case "target" -> {
                    if (!(run.result().number("knee") > 0)) {
                        findings.add(
                                "%s kept the bound at no load: %s.".formatted(run.name(), beyond));
                    }
                }
                case "generator" ->
                        findings.add(
                                "The knee of %s is a lower bound, the generator's limit: %s."
                                        .formatted(run.name(), beyond));
                case "maximum" ->
                        findings.add(
                                "%s kept the bound up to the largest load that was asked for."
                                        .formatted(run.name()));
                case "stopped" ->
                        findings.add(
                                "The search at %s was stopped before its end."
                                        .formatted(run.name()));
                default ->
                        findings.add(
                                "%s was lost in the search: the knee is a lower bound."
                                        .formatted(run.name()));
            }
        }
        return findings;
    }

    @Override
    public void addTo(HtmlPage page) {
        Pictures pictures = new Pictures(runs);
        String unit = unit();
        page.heading("Capacity");
        page.table(table().headings(), table().rows());
        SequencedMap<String, ToDoubleFunction<Result>> latencies = new LinkedHashMap<>();
        latencies.put("p50", atKnee("p50_micros"));
        latencies.put("p99", atKnee("p99_micros"));
        latencies.put("p99.9", atKnee("p99_9_micros"));
        page.figures(
                List.of(
                        pictures.bars(
                                "The largest load that keeps the bound",
                                unit,
                                Numbers::brief,
                                Map.of("knee", run -> run.number("knee"))),
                        pictures.bars("Latency at the knee", "latency", Numbers::micros, latencies),
                        againstLoad(
                                new LinePlot("Latency against load, 99 %", unit, "latency")
                                        .logarithmic()
                                        .format(Numbers::micros),
                                "p99_micros"),
                        againstLoad(
                                new LinePlot("Received against load", unit, "rate [messages/s]"),
                                "received_per_second"),
                        againstLoad(
                                new LinePlot("CPU of the target against load", unit, "CPU [cores]"),
                                "target_cpu_share"),
                        againstLoad(
                                new LinePlot("Lost against load", unit, "lost [messages]"),
                                "lost")));
    }

    private String unit() {
        boolean clients = runs.getFirst().result().tree().path("scale").asText().equals("clients");
        return clients ? "load [times the clients]" : "load [msg/s]";
    }

    private String againstLoad(LinePlot plot, String field) {
        for (Named run : runs) {
            plot.add(
                    new Series(
                            run.name(),
                            decisive(run.result()).stream()
                                    .map(probe ->
                                            new Series.Point(
                                                    probe.path("load").asDouble(),
                                                    Result.number(probe.path(field))))
                                    .toList()));
        }
        return plot.svg();
    }
}
