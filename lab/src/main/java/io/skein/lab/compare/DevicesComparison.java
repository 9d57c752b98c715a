package io.skein.lab.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.StreamSupport;

/** Populations of devices side by side. */
final class DevicesComparison implements Comparison {
    private final List<Named> runs;
    private final Set<String> classes = new LinkedHashSet<>();

    DevicesComparison(List<Named> runs) {
        this.runs = runs;
        for (Named run : runs) {
            run.result()
                    .tree()
                    .path("classes")
                    .forEach(each -> classes.add(each.path("name").asText()));
        }
    }

    private static ToDoubleFunction<Result> of(String name, String field) {
        return run -> Result.number(deviceClass(run, name).path(field));
    }

    private static JsonNode deviceClass(Result run, String name) {
        return StreamSupport.stream(run.tree().path("classes").spliterator(), false)
                .filter(each -> each.path("name").asText().equals(name))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    @Override
    public Table table() {
        Table table =
                new Table(runs)
                        .row("valid", Words::validity)
                        .row("population", Words.text("population"))
                        .row("clients", Words.count("clients"))
                        .row("sent", Words.count("sent"))
                        .row("received", Words.count("received"))
                        .row("lost", Words.count("lost"))
                        .row("duplicated", Words.count("duplicated"));
        for (String name : classes) {
            table.row(name + ", p50", Words.of(of(name, "p50_micros"), Numbers::micros))
                    .row(name + ", p99", Words.of(of(name, "p99_micros"), Numbers::micros))
                    .row(
                            name + ", lost",
                            Words.of(of(name, "lost"), lost -> "%,d".formatted((long) lost)));
        }
        return table;
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        runs.forEach(run -> findings.addAll(run.lost()));
        return findings;
    }

    @Override
    public void addTo(HtmlPage page) throws IOException {
        Pictures pictures = new Pictures(runs);
        page.heading("Populations");
        page.table(table().headings(), table().rows());
        page.figures(
                List.of(
                        pictures.bars(
                                "Latency of each class, 50 %",
                                "latency", Numbers::micros, byClass("p50_micros")),
                        pictures.bars(
                                "Latency of each class, 99 %",
                                "latency", Numbers::micros, byClass("p99_micros")),
                        pictures.distribution(
                                "Latency of all classes by percentile",
                                "latency",
                                run -> run.tree().path("latency_histogram_nanos")),
                        pictures.overTime(
                                "Messages received",
                                "rate [messages/s]",
                                "seconds",
                                "received_per_second",
                                1),
                        pictures.microsOverTime(
                                "Latency over time, 99 % of the class that fared worst",
                                "latency", "seconds", "p99_micros_worst")));
    }

    private SequencedMap<String, ToDoubleFunction<Result>> byClass(String field) {
        SequencedMap<String, ToDoubleFunction<Result>> figures = new LinkedHashMap<>();
        classes.forEach(name -> figures.put(name, of(name, field)));
        return figures;
    }
}
