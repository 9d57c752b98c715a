package io.skein.lab.check;

import io.skein.lab.check.Counts.Count;
import io.skein.lab.history.Event.Start;
import io.skein.lab.report.Band;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Mark;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Percentiles;
import io.skein.lab.report.Series;
import io.skein.lab.report.SpanPlot;
import io.skein.lab.report.SpanPlot.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** A judgement as a page for people, with the run as a time line. */
final class CheckPage {
    private static final int CLIENTS = 40;
    private static final double SECOND = 1e9;

    private final Judgement judgement;
    private final HtmlPage page;
    private final List<Band> faults = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();

    private CheckPage(Judgement judgement) {
        this.judgement = judgement;
        Start start = judgement.start();
        this.page = new HtmlPage("Promises of " + (start == null ? "a broker" : start.target()));
    }

    static String html(Judgement judgement) {
        return new CheckPage(judgement).html();
    }

    private String html() {
        for (FaultSpan span : judgement.run().faults().spans()) {
            faults.add(
                    new Band(
                            "%s %s: %s".formatted(span.kind(), span.node(), span.words()),
                            span.fromNanos() / SECOND,
                            span.toNanos() / SECOND));
        }
        for (Anomaly anomaly : Anomaly.values()) {
            for (long nanos : judgement.findings().marks(anomaly)) {
                marks.add(new Mark(anomaly.words(), nanos / SECOND));
            }
        }
        page.verdict(judgement.sentences(), judgement.verdict() != Verdict.HELD);
        Start start = judgement.start();
        if (start != null) {
            page.note(
                    "%s, seed %d, %s"
                            .formatted(start.startedAt(), start.seed(), start.commandLine()));
        }
        promises();
        timeline();
        service();
        findings();
        figures();
        return page.html();
    }

    private void promises() {
        page.heading("Promises");
        page.note(judgement.promises().name() + ": " + judgement.promises().description());
        List<List<String>> rows = new ArrayList<>();
        for (PromiseVerdict each : judgement.verdicts()) {
            rows.add(
                    List.of(
                            each.promise().name(),
                            each.promise().statement(),
                            each.declared(),
                            each.state().toString(),
                            "%,d".formatted(each.checked()),
                            "%,d".formatted(each.violations()),
                            String.join("; ", each.reasons())));
        }
        page.table(List.of("", "", "promised", "state", "checked", "violations", "why"), rows);
    }

    private void timeline() {
        page.heading("The run");
        page.note(
                "Shaded: a fault held. Triangles: something was wrong. Point at either to read what.");
        page.wideFigures(
                List.of(
                        plot("Rates", "messages/s")
                                .add(series("acknowledged", Timeline.Part::acknowledged))
                                .add(series("delivered", Timeline.Part::delivered))
                                .svg(),
                        plot("From PUBLISH to delivery", "time")
                                .logarithmic()
                                .format(Numbers::micros)
                                .add(series("p50", part -> part.p50Nanos() / 1e3))
                                .add(series("p99", part -> part.p99Nanos() / 1e3))
                                .add(series("max", part -> part.maxNanos() / 1e3))
                                .svg()));
    }

    private LinePlot plot(String title, String yLabel) {
        return new LinePlot(title, "time [s]", yLabel).bands(faults).marks(marks);
    }

    private Series series(String name, ToDoubleFunction<Timeline.Part> value) {
        return new Series(
                name,
                judgement.timeline().parts().stream()
                        .map(part ->
                                new Series.Point(
                                        part.fromNanos() / SECOND, value.applyAsDouble(part)))
                        .toList());
    }

    private void service() {
        Availability availability = judgement.availability();
        page.heading("Service");
        page.note(
                "A client is without service from its first question until it gets anything; %,d times that took a second or more."
                        .formatted(availability.count()));
        SpanPlot plot =
                new SpanPlot("Clients without service", "time [s]", judgement.nanos() / SECOND)
                        .bands(faults);
        int shown = 0;
        for (Map.Entry<String, Long> total : availability.totals()) {
            if (shown++ < CLIENTS) {
                plot.add(total.getKey(), spans(total.getKey()));
            }
        }
        List<String> pictures = new ArrayList<>();
        if (shown > 0) {
            pictures.add(plot.svg());
        }
        if (availability.waits().getTotalCount() > 0) {
            pictures.add(
                    LinePlot.ofPercentiles("From a question to any answer", "time")
                            .logarithmic()
                            .format(Numbers::micros)
                            .add(Percentiles.of("all clients", availability.waits()))
                            .svg());
        }
        page.figures(pictures);
    }

    private List<Span> spans(String client) {
        return judgement.availability().intervals().stream()
                .filter(each -> each.client().equals(client))
                .map(each ->
                        new Span(
                                "%s: %.1f s".formatted(client, each.nanos() / SECOND),
                                1,
                                each.fromNanos() / SECOND,
                                each.toNanos() / SECOND))
                .toList();
    }

    private void findings() {
        for (Anomaly anomaly : Anomaly.values()) {
            List<Finding> first = judgement.findings().first(anomaly);
            if (first.isEmpty()) {
                continue;
            }
            page.heading(
                    "%s: %s (%,d%s)"
                            .formatted(
                                    anomaly.promise(),
                                    anomaly.words(),
                                    judgement.findings().count(anomaly),
                                    judgement.isViolation(first.getFirst())
                                            ? ""
                                            : ", not counted as a violation"));
            for (Finding finding : first) {
                page.paragraph(
                        "At %.3f s: %s.".formatted(finding.nanos() / SECOND, finding.words()));
                page.lines(judgement.evidence().getOrDefault(finding, List.of()));
            }
        }
    }

    private void figures() {
        page.heading("Figures");
        List<List<String>> rows = new ArrayList<>();
        for (Count count : Count.values()) {
            rows.add(
                    List.of(
                            count.label().replace('_', ' '),
                            "%,d".formatted(judgement.run().counts().of(count))));
        }
        page.table(List.of("", "times"), rows);
    }
}
