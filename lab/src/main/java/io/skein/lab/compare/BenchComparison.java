package io.skein.lab.compare;

import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/** Benches side by side. */
final class BenchComparison implements Comparison {
    private static final double MEBIBYTE = 1024 * 1024;
    private static final SequencedMap<String, String> LATENCIES = new LinkedHashMap<>();

    static {
        LATENCIES.put("p50", "p50");
        LATENCIES.put("p99", "p99");
        LATENCIES.put("p99.9", "p99_9");
        LATENCIES.put("worst", "max");
    }

    private final List<Named> runs;

    BenchComparison(List<Named> runs) {
        this.runs = runs;
    }

    @Override
    public Table table() {
        Table table =
                new Table(runs)
                        .row("valid", Words::validity)
                        .row("sent", Words.count("sent"))
                        .row("sent/s", Words.number("rates", "sent_per_second"))
                        .row("received/s", Words.number("rates", "received_per_second"))
                        .row("lost", Words.count("lost"))
                        .row("duplicated", Words.count("duplicated"))
                        .row("out of order", Words.count("out_of_order"))
                        .row("corrupted", Words.count("corrupted"));
        LATENCIES.forEach((name, field) ->
                table.row("latency " + name, Words.micros("latency_micros", field)));
        return table.row("target us/message", Words.number("target", "cpu_micros_per_message"))
                .row("target CPU cores", Words.number("target", "cpu_share"))
                .row("target memory", Words.bytes("target", "rss_bytes"))
                .row("generator late p99", Words.of(BenchComparison::lateness, Numbers::micros));
    }

    private static double lateness(Result run) {
        return run.number("generator", "lateness_micros", "count") > 0
                ? run.number("generator", "lateness_micros", "p99")
                : Double.NaN;
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        for (Named run : runs) {
            if (run.result().tree().path("generator_bound").asBoolean()) {
                findings.add(
                        "The generator was the limit of %s: its rate is a lower bound."
                                .formatted(run.name()));
            }
            findings.addAll(run.lost());
        }
        return findings;
    }

    @Override
    public void addTo(HtmlPage page) throws IOException {
        Pictures pictures = new Pictures(runs);
        page.heading("Benches");
        page.table(table().headings(), table().rows());
        SequencedMap<String, ToDoubleFunction<Result>> latencies = new LinkedHashMap<>();
        LATENCIES.forEach(
                (name, field) -> latencies.put(name, run -> run.number("latency_micros", field)));
        SequencedMap<String, ToDoubleFunction<Result>> rates = new LinkedHashMap<>();
        rates.put("sent", run -> run.number("rates", "sent_per_second"));
        rates.put("received", run -> run.number("rates", "received_per_second"));
        page.figures(
                List.of(
                        pictures.bars("Latency", "latency", Numbers::micros, latencies),
                        pictures.bars(
                                "Messages per second", "rate [messages/s]", Numbers::brief, rates),
                        pictures.bars(
                                "CPU of the target for a message",
                                "CPU time",
                                Numbers::micros,
                                Map.of(
                                        "sent to it or delivered by it",
                                        run -> run.number("target", "cpu_micros_per_message"))),
                        pictures.bars(
                                "Memory of the target",
                                "memory",
                                Numbers::bytes,
                                Map.of("resident", run -> run.number("target", "rss_bytes"))),
                        pictures.distribution(
                                "Latency by percentile",
                                "latency",
                                run -> run.tree().path("latency_histogram_nanos")),
                        pictures.overTime(
                                "Messages received",
                                "rate [messages/s]",
                                "seconds",
                                "received_per_second",
                                1),
                        pictures.microsOverTime(
                                "Latency over time, 99 %", "latency", "seconds", "p99_micros"),
                        pictures.overTime(
                                "Memory of the target",
                                "memory [MiB]",
                                "moments",
                                "target_rss_bytes",
                                MEBIBYTE)));
    }
}
