package io.skein.lab.capacity;

import io.skein.lab.load.RoundResult;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A search as a page for people. */
final class CapacityPage {
    private final CapacityResult result;
    private final List<Probe> byLoad;
    private final List<Probe> decisive;

    private CapacityPage(CapacityResult result) {
        this.result = result;
        this.byLoad =
                result.probes().stream().sorted(Comparator.comparingDouble(Probe::load)).toList();
        this.decisive = result.decisive();
    }

    static String html(CapacityResult result) {
        return new CapacityPage(result).html();
    }

    private String html() {
        HtmlPage page = new HtmlPage("Capacity of " + result.target());
        page.note(
                "started %s · %s"
                        .formatted(result.startedAt(), result.options().bench().commandLine()));
        page.verdict(result.sentences(), result.end() != CapacityResult.End.TARGET);
        page.heading("Latency against load");
        page.note(
                "Of a load that was probed several times, the plots show the probe that decided; the table has all.");
        page.figures(
                List.of(
                        latency(),
                        plot("What came of it", "rate [messages/s]")
                                .add(series("sent", RoundResult::sentPerSecond))
                                .add(series("received", RoundResult::receivedPerSecond))
                                .svg(),
                        plot("CPU", "CPU [cores]")
                                .add(probes("target", CapacityFolder::cpuShare))
                                .add(series("generator", r -> r.generator().cpuShare()))
                                .svg(),
                        plot("Messages lost", "lost [messages]")
                                .add(series("lost", round -> round.counts().lost()))
                                .svg()));
        page.heading("Probes");
        page.table(
                List.of(
                        result.options().scale().unit(),
                        "judgement",
                        "sent/s",
                        "received/s",
                        "p50",
                        "p99",
                        "p99.9",
                        "lost",
                        "generator late p99",
                        "why"),
                rows());
        page.heading("Environment");
        page.paragraph(result.environment().sentence());
        return page.html();
    }

    private String latency() {
        LinePlot plot =
                plot("Latency against load", "latency")
                        .logarithmic()
                        .format(Numbers::micros)
                        .add(series("p50", round -> round.latency().p50()))
                        .add(series("p99", round -> round.latency().p99()))
                        .add(series("p99.9", round -> round.latency().p999()))
                        .add(bound());
        result.kneeProbe()
                .ifPresent(knee ->
                        plot.pointOut(
                                1,
                                knee.load(),
                                knee.result().round().latency().p99(),
                                "the knee: " + result.load(knee.load())));
        return plot.svg();
    }

    private List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (Probe probe : byLoad) {
            RoundResult round = probe.result().round();
            rows.add(
                    List.of(
                            Numbers.brief(probe.load()),
                            probe.judgement().name().toLowerCase(Locale.ROOT),
                            Numbers.brief(round.sentPerSecond()),
                            Numbers.brief(round.receivedPerSecond()),
                            Numbers.micros(round.latency().p50()),
                            Numbers.micros(round.latency().p99()),
                            Numbers.micros(round.latency().p999()),
                            Numbers.brief((double) round.counts().lost()),
                            Numbers.micros(round.generator().lateness().p99()),
                            String.join("; ", probe.reasons())));
        }
        return rows;
    }

    private LinePlot plot(String title, String yLabel) {
        return new LinePlot(title, "load [%s]".formatted(result.options().scale().unit()), yLabel);
    }

    private Series series(String name, ToDoubleFunction<RoundResult> value) {
        return probes(name, probe -> value.applyAsDouble(probe.result().round()));
    }

    private Series probes(String name, ToDoubleFunction<Probe> value) {
        return new Series(
                name,
                decisive.stream()
                        .map(probe -> new Series.Point(probe.load(), value.applyAsDouble(probe)))
                        .toList());
    }

    private Series bound() {
        double micros = result.options().bound().toNanos() / 1e3;
        return probes("bound", _ -> micros);
    }
}
