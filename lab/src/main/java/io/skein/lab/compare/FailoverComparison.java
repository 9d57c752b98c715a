package io.skein.lab.compare;

import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/** What clients felt of lost nodes, side by side. */
final class FailoverComparison implements Comparison {
    private static final String MILLIS = "millis";
    private static final List<String> SHOWN = List.of("median", "p90", "max");

    /** What is measured in every repetition. */
    private static final List<io.skein.lab.failover.Figure> TIMES =
            List.of(io.skein.lab.failover.Figure.values());

    private final List<Named> runs;

    FailoverComparison(List<Named> runs) {
        this.runs = runs;
    }

    @Override
    public Table table() {
        Table table =
                new Table(runs)
                        .row("fault", Words.text("workload", "fault"))
                        .row(
                                "repetitions",
                                run ->
                                        "%,d of %,d"
                                                .formatted(
                                                        (long) run.number("complete"),
                                                        (long)
                                                                run.number(
                                                                        "workload",
                                                                        "repetitions")));
        for (var time : TIMES) {
            for (String which : SHOWN) {
                table.row(
                        time.brief() + ", " + which,
                        Words.of(micros(time.field(), which), Numbers::micros));
            }
        }
        return table.row("acknowledged", Words.count("acknowledged"))
                .row("unanswered", Words.count("unanswered"))
                .row("lost", Words.count("lost"))
                .row("delivered again", Words.count("duplicated"))
                .row("sessions lost", Words.count("sessions_lost"));
    }

    private static ToDoubleFunction<Result> micros(String time, String which) {
        return run -> run.number(MILLIS, time, which) * 1e3;
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        for (Named run : runs) {
            Result result = run.result();
            long wanted = (long) result.number("workload", "repetitions");
            long missing = wanted - (long) result.number("complete");
            if (missing > 0) {
                findings.add(
                        "%s: %,d of %,d repetitions did not come to their end."
                                .formatted(run.name(), missing, wanted));
            }
            if (result.number("lost") > 0) {
                findings.add(
                        "%s lost %,d acknowledged messages."
                                .formatted(run.name(), (long) result.number("lost")));
            }
            if (result.number("sessions_lost") > 0) {
                findings.add(
                        "%s: %,d sessions were not there when their client came back."
                                .formatted(run.name(), (long) result.number("sessions_lost")));
            }
        }
        return findings;
    }

    @Override
    public void addTo(HtmlPage page) {
        Pictures pictures = new Pictures(runs);
        page.heading("Fail-over");
        page.table(table().headings(), table().rows());
        List<String> bars = new ArrayList<>();
        for (String which : SHOWN) {
            SequencedMap<String, ToDoubleFunction<Result>> figures = new LinkedHashMap<>();
            for (var time : TIMES) {
                figures.put(time.brief(), micros(time.field(), which));
            }
            bars.add(
                    pictures.bars(
                            "Of the repetitions: " + which, "time", Numbers::micros, figures));
        }
        page.figures(bars);
    }
}
