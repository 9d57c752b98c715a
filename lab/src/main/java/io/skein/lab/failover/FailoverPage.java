package io.skein.lab.failover;

import io.skein.lab.report.BarPlot;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Repetitions as a page for people. */
final class FailoverPage {
    /** Below this a wait is drawn as this, for decades have no 0. */
    private static final double MILLIS_LEAST = 0.001;

    private final FailoverResult result;
    private final HtmlPage page;

    private FailoverPage(FailoverResult result) {
        this.result = result;
        this.page =
                new HtmlPage(
                        "Fail-over of %s: %s"
                                .formatted(
                                        result.options().target(),
                                        result.options().fault().word()));
    }

    static String html(FailoverResult result) {
        return new FailoverPage(result).html();
    }

    private String html() {
        page.note("started %s · %s".formatted(result.startedAt(), result.options().commandLine()));
        page.note(result.target());
        page.verdict(result.sentences(), !result.isWhole() || result.counts().lost() > 0);
        page.heading("Times");
        page.note(
                "Of the repetitions that came to their end. A percentile is a value that was measured.");
        page.table(
                List.of("", "N", "min", "median", "p90", "max"),
                Arrays.stream(Figure.values()).map(this::spread).toList());
        page.figures(List.of(overRepetitions(), bars()));
        page.heading("Repetitions");
        List<String> headings = new ArrayList<>(List.of("", "node"));
        Arrays.stream(Figure.values()).map(Figure::brief).forEach(headings::add);
        headings.addAll(
                List.of(
                        "published",
                        "acknowledged",
                        "unanswered",
                        "delivered",
                        "lost",
                        "duplicated",
                        "sessions lost",
                        "why it is not complete"));
        page.table(headings, result.repetitions().stream().map(FailoverPage::row).toList());
        page.heading("Environment");
        page.paragraph(result.environment().sentence());
        return page.html();
    }

    private List<String> spread(Figure figure) {
        Spread spread = result.spread(figure);
        return List.of(
                figure.words(),
                Integer.toString(spread.count()),
                Figure.text(spread.min()),
                Figure.text(spread.median()),
                Figure.text(spread.p90()),
                Figure.text(spread.max()));
    }

    private String overRepetitions() {
        LinePlot plot =
                new LinePlot("Repetition by repetition", "repetition", "time")
                        .logarithmic()
                        .format(Numbers::micros);
        for (Figure figure : Figure.values()) {
            plot.add(
                    new Series(
                            figure.brief(),
                            result.complete().stream()
                                    .map(each ->
                                            new Series.Point(
                                                    each.number(),
                                                    micros(each.figures().of(figure))))
                                    .toList()));
        }
        return plot.svg();
    }

    private static double micros(double millis) {
        return Math.max(millis, MILLIS_LEAST) * 1e3;
    }

    private String bars() {
        BarPlot plot = new BarPlot("Median, p90 and maximum", "time", Numbers::micros);
        for (Figure figure : Figure.values()) {
            Spread spread = result.spread(figure);
            plot.add(
                    figure.words(),
                    List.of(
                            new BarPlot.Bar("median", 0, spread.median() * 1e3),
                            new BarPlot.Bar("p90", 1, spread.p90() * 1e3),
                            new BarPlot.Bar("max", 2, spread.max() * 1e3)));
        }
        return plot.svg();
    }

    private static List<String> row(FailoverResult.Repeated repeated) {
        Figures figures = repeated.figures();
        List<String> row =
                new ArrayList<>(List.of(Integer.toString(repeated.number()), figures.node()));
        for (Figure figure : Figure.values()) {
            row.add(Figure.text(figures.of(figure)));
        }
        Figures.Counts counts = figures.counts();
        for (long count :
                new long[] {
                    counts.published(),
                    counts.acknowledged(),
                    counts.unanswered(),
                    counts.received(),
                    counts.lost(),
                    counts.duplicated(),
                    counts.sessionsLost()
                }) {
            row.add("%,d".formatted(count));
        }
        row.add(repeated.problem());
        return row;
    }
}
