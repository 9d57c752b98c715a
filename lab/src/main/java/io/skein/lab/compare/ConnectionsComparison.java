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

/** Connections alone, side by side. */
final class ConnectionsComparison implements Comparison {
    private final List<Named> runs;

    ConnectionsComparison(List<Named> runs) {
        this.runs = runs;
    }

    @Override
    public Table table() {
        return new Table(runs)
                .row("asked for", Words.count("asked"))
                .row("connected", Words.count("connected"))
                .row("refused", run -> "%,d".formatted(refused(run)))
                .row("lost", Words.count("lost"))
                .row("alive at the end", Words.count("alive"))
                .row("connected/s", Words.number("connected_per_second"))
                .row("connecting p50", Words.micros("connecting_micros", "p50"))
                .row("connecting p99", Words.micros("connecting_micros", "p99"))
                .row("connecting worst", Words.micros("connecting_micros", "max"))
                .row("memory before", known("rss_bytes_before"))
                .row("memory with all", known("rss_bytes"))
                .row("memory each", Words.bytes("bytes_per_connection"));
    }

    private static long refused(Result run) {
        long times = 0;
        for (var each : run.tree().path("refusals")) {
            times += each.asLong();
        }
        return times;
    }

    /** Where memory could not be had, it is below 0. */
    private static Figure known(String field) {
        return Words.of(
                run -> run.number(field) >= 0 ? run.number(field) : Double.NaN, Numbers::bytes);
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        for (Named run : runs) {
            long refused = refused(run.result());
            if (refused > 0) {
                findings.add("%s refused %,d connections.".formatted(run.name(), refused));
            }
            if (run.result().number("lost") > 0) {
                findings.add(
                        "%s lost %,d connections."
                                .formatted(run.name(), (long) run.result().number("lost")));
            }
            if (run.result().tree().path("partial").asBoolean()) {
                findings.add("The run at %s was stopped before its end.".formatted(run.name()));
            }
        }
        return findings;
    }

    @Override
    public void addTo(HtmlPage page) throws IOException {
        Pictures pictures = new Pictures(runs);
        page.heading("Connections");
        page.table(table().headings(), table().rows());
        SequencedMap<String, ToDoubleFunction<Result>> times = new LinkedHashMap<>();
        times.put("p50", run -> run.number("connecting_micros", "p50"));
        times.put("p99", run -> run.number("connecting_micros", "p99"));
        page.figures(
                List.of(
                        pictures.bars("Time to connect", "time to CONNACK", Numbers::micros, times),
                        pictures.bars(
                                "Accepted",
                                "rate [connections/s]",
                                Numbers::brief,
                                Map.of(
                                        "while connecting",
                                        run -> run.number("connected_per_second"))),
                        pictures.bars(
                                "Memory of the target for a connection",
                                "memory",
                                Numbers::bytes,
                                Map.of("resident", run -> run.number("bytes_per_connection"))),
                        pictures.distribution(
                                "Time to connect by percentile",
                                "time to CONNACK",
                                run -> run.tree().path("connecting_histogram_nanos")),
                        pictures.overTime(
                                "Connections that stand",
                                "connections",
                                "seconds",
                                "standing",
                                1)));
    }
}
