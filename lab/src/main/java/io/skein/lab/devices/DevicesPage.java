package io.skein.lab.devices;

import io.skein.lab.bench.SecondsSeries;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.load.RoundResult;
import io.skein.lab.report.BarPlot;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Percentiles;
import java.util.List;

/** What became of a population as a page for people. */
final class DevicesPage {
    private DevicesPage() {}

    static String html(DevicesResult result) {
        HtmlPage page =
                new HtmlPage(result.options().population().name() + " on " + result.target());
        page.note(
                "scale %s · %,d clients · started %s · %s"
                        .formatted(
                                Numbers.brief(result.options().scale()),
                                result.options().population().clients(result.options().scale()),
                                result.startedAt(),
                                result.options().bench().commandLine()));
        long lost = result.sum(bench -> bench.round().counts().lost());
        page.verdict(
                List.of(
                        DevicesTable.valid(result) + ".",
                        lost == 0
                                ? "Nothing was lost."
                                : "%,d of %,d deliveries were lost."
                                        .formatted(
                                                lost,
                                                result.sum(bench ->
                                                        bench.round().counts().expected()))),
                lost > 0 || !result.invalidReasons().isEmpty());
        page.heading("Classes");
        page.table(DevicesTable.HEADINGS, DevicesTable.rows(result));
        page.heading("Latency");
        BarPlot bars = new BarPlot("Latency of each class", "latency", Numbers::micros);
        LinePlot percentiles =
                LinePlot.ofPercentiles("Latency by percentile", "latency")
                        .logarithmic()
                        .format(Numbers::micros);
        LinePlot p99 =
                new LinePlot("Latency over time, 99 %", "time [s]", "latency, 99 %")
                        .logarithmic()
                        .format(Numbers::micros);
        LinePlot rates = new LinePlot("Received per second", "time [s]", "rate [messages/s]");
        for (ClassResult each : result.classes()) {
            String name = each.devices().name();
            RoundResult round = each.bench().round();
            bars.add(
                    name,
                    List.of(
                            new BarPlot.Bar("p50", 0, round.latency().p50()),
                            new BarPlot.Bar("p99", 1, round.latency().p99())));
            percentiles.add(Percentiles.of(name, round.latencyNanos()));
            p99.add(SecondsSeries.of(round, name, second -> second.latency().p99()));
            rates.add(SecondsSeries.of(round, name, RoundProgress::receivedPerSecond));
        }
        page.figures(List.of(bars.svg(), percentiles.svg(), p99.svg(), rates.svg()));
        page.heading("Environment");
        page.paragraph(result.environment().sentence());
        return page.html();
    }
}
