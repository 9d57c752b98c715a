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
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.StreamSupport;

/** Edge against cloud with several brokers, side by side. */
final class EdgeComparison implements Comparison {
    private final List<Named> runs;
    private final Set<String> scenarios = new LinkedHashSet<>();

    EdgeComparison(List<Named> runs) {
        this.runs = runs;
        for (Named run : runs) {
            run.result().tree().path("scenarios").forEach(each -> scenarios.add(name(each)));
        }
    }

    private static String name(JsonNode scenario) {
        String route = scenario.path("route").asText().toLowerCase(Locale.ROOT).replace('_', ' ');
        return route.equals("edge") ? route : route + ", " + scenario.path("link").asText();
    }

    private static JsonNode scenario(Result run, String name) {
        return StreamSupport.stream(run.tree().path("scenarios").spliterator(), false)
                .filter(each -> name(each).equals(name))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private static ToDoubleFunction<Result> of(String name, String part, String... path) {
        return run -> {
            JsonNode node = scenario(run, name).path(part);
            for (String each : path) {
                node = node.path(each);
            }
            return Result.number(node);
        };
    }

    private static ToDoubleFunction<Result> wideBytes(String name) {
        return run ->
                (of(name, "wire", "wide", "up_wire_bytes").applyAsDouble(run)
                                + of(name, "wire", "wide", "down_wire_bytes").applyAsDouble(run))
                        / of(name, "messages", "sent").applyAsDouble(run);
    }

    private static boolean isValid(JsonNode scenario) {
        return scenario.path("valid").asBoolean(true);
    }

    @Override
    public Table table() {
        Table table = new Table(runs);
        for (String name : scenarios) {
            table.row(name + ": valid", run -> isValid(scenario(run, name)) ? "yes" : "NO")
                    .row(
                            name + ": p50",
                            Words.of(of(name, "times", "latency", "p50"), Numbers::micros))
                    .row(
                            name + ": p99",
                            Words.of(of(name, "times", "latency", "p99"), Numbers::micros))
                    .row(
                            name + ": received/s",
                            Words.of(of(name, "times", "received_per_second"), Numbers::brief))
                    .row(
                            name + ": lost",
                            Words.of(
                                    of(name, "messages", "lost"),
                                    lost -> "%,d".formatted((long) lost)))
                    .row(name + ": bytes/reading", Words.of(wideBytes(name), Numbers::brief));
        }
        return table;
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        for (Named run : runs) {
            for (String name : scenarios) {
                JsonNode scenario = scenario(run.result(), name);
                List<String> reasons = new ArrayList<>();
                scenario.path("invalid_reasons").forEach(each -> reasons.add(each.asText()));
                if (!reasons.isEmpty()) {
                    findings.add(
                            "Do not trust %s, %s: %s."
                                    .formatted(run.name(), name, String.join("; ", reasons)));
                }
                if (scenario.path("messages").path("lost").asLong() > 0) {
                    findings.add(
                            "%s lost %,d readings: %s."
                                    .formatted(
                                            run.name(),
                                            scenario.path("messages").path("lost").asLong(),
                                            name));
                }
            }
            if (run.result().tree().path("partial").asBoolean()) {
                findings.add("The scenarios of %s are not complete.".formatted(run.name()));
            }
        }
        return findings;
    }

    @Override
    public void addTo(HtmlPage page) throws IOException {
        Pictures pictures = new Pictures(runs);
        page.heading("Edge against cloud");
        page.table(table().headings(), table().rows());
        page.figures(
                List.of(
                        pictures.bars(
                                "One-way latency, 50 %",
                                "latency",
                                Numbers::micros,
                                figures(name -> of(name, "times", "latency", "p50"))),
                        pictures.bars(
                                "One-way latency, 99 %",
                                "latency",
                                Numbers::micros,
                                figures(name -> of(name, "times", "latency", "p99"))),
                        pictures.bars(
                                "Bytes over the wide link for a reading",
                                "wire [bytes/reading]",
                                Numbers::brief,
                                figures(EdgeComparison::wideBytes))));
        List<String> distributions = new ArrayList<>();
        for (String name : scenarios) {
            distributions.add(
                    pictures.distribution(
                            "Latency by percentile, " + name,
                            "latency",
                            run ->
                                    scenario(run, name)
                                            .path("times")
                                            .path("latency_histogram_nanos")));
        }
        page.figures(distributions);
    }

    private SequencedMap<String, ToDoubleFunction<Result>> figures(
            Function<String, ToDoubleFunction<Result>> figure) {
        SequencedMap<String, ToDoubleFunction<Result>> figures = new LinkedHashMap<>();
        scenarios.forEach(name -> figures.put(name, figure.apply(name)));
        return figures;
    }
}
