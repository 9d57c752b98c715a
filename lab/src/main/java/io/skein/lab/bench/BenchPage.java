package io.skein.lab.bench;

import io.skein.lab.agent.AgentsReport;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Percentiles;
import io.skein.lab.report.Series;
import io.skein.lab.watch.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A bench result as a page for people. */
final class BenchPage {
    private static final double MEBIBYTE = 1024 * 1024;

    private BenchPage() {}

    static String html(BenchResult result) {
        HtmlPage page = new HtmlPage("Bench of " + result.measured());
        page.note(
                "%s · started %s · run %s · %s"
                        .formatted(
                                BenchReport.workload(result.options()),
                                result.startedAt(),
                                result.runId(),
                                result.options().commandLine()));
        page.verdict(verdict(result), !result.isValid() || result.round().counts().lost() > 0);
        page.heading("Figures");
        List<List<String>> rows = new ArrayList<>();
        BenchReport.table(result)
                .lines()
                .forEach(line ->
                        rows.add(
                                List.of(
                                        line.substring(0, 13).strip(),
                                        line.substring(13).strip().replaceAll(" {3,}", " · "))));
        page.table(List.of("", ""), rows);
        page.heading("Latency");
        page.figures(
                List.of(
                        LinePlot.ofPercentiles("Latency by percentile", "latency")
                                .logarithmic()
                                .format(Numbers::micros)
                                .add(
                                        known(
                                                result,
                                                Percentiles.of(
                                                        "latency", result.round().latencyNanos())))
                                .svg(),
                        latencyOverTime(result)));
        page.heading("Time line");
        page.figures(timeLines(result));
        page.heading("Environment");
        page.paragraph(result.environment().sentence());
        return page.html();
    }

    private static List<String> verdict(BenchResult result) {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                result.isValid()
                        ? "The figures can be trusted: nothing but the target held the load back."
                        : "Do not trust these figures: "
                                + String.join("; ", result.invalidReasons())
                                + ".");
        if (result.isPartial()) {
            sentences.add("The run ended before its time; what was measured until then is here.");
        }
        if (result.generatorBound()) {
            sentences.add("The generator was the limit: counts hold, the rate is a lower bound.");
        }
        AgentsReport agents = result.agents();
        if (agents != null && agents.latencyErrorNanos() > 0) {
            sentences.add(
                    "%d agents made the load. Their clocks agree so far that a latency may be off by %s either way; what is smaller is not known and not shown."
                            .formatted(
                                    agents.agents().size(),
                                    Numbers.micros(agents.latencyErrorNanos() / 1e3)));
        }
        long lost = result.round().counts().lost();
        sentences.add(
                lost == 0
                        ? "Nothing was lost."
                        : "%,d of %,d deliveries were lost."
                                .formatted(lost, result.round().counts().expected()));
        return sentences;
    }

    private static String latencyOverTime(BenchResult result) {
        return new LinePlot("Latency over time", "time [s]", "latency")
                .logarithmic()
                .format(Numbers::micros)
                .add(
                        SecondsSeries.of(
                                result.round(),
                                "median",
                                second -> known(result, second.latency().p50())))
                .add(
                        SecondsSeries.of(
                                result.round(),
                                "99 %",
                                second -> known(result, second.latency().p99())))
                .add(
                        SecondsSeries.of(
                                result.round(),
                                "maximum",
                                second -> known(result, second.latency().max())))
                .svg();
    }

    private static double known(BenchResult result, double micros) {
        AgentsReport agents = result.agents();
        boolean known = agents == null || agents.knows(micros);
        return micros > 0 && known ? micros : Double.NaN;
    }

    private static Series known(BenchResult result, Series latencies) {
        return new Series(
                latencies.name(),
                latencies.points().stream()
                        .filter(point -> !Double.isNaN(known(result, point.y())))
                        .toList());
    }

    private static List<String> timeLines(BenchResult result) {
        List<String> plots = new ArrayList<>();
        plots.add(
                new LinePlot("Messages per second", "time [s]", "rate [messages/s]")
                        .add(SecondsSeries.of(result.round(), "sent", RoundProgress::sentPerSecond))
                        .add(
                                SecondsSeries.of(
                                        result.round(),
                                        "received",
                                        RoundProgress::receivedPerSecond))
                        .svg());
        if (result.timeLine().moments().isEmpty()) {
            return plots;
        }
        plots.add(
                new LinePlot("CPU", "time [s]", "CPU [cores]")
                        .add(moments(result, "target", Moment::cpuShare))
                        .add(moments(result, "machine", moment -> moment.host().cpuShare()))
                        .svg());
        plots.add(
                new LinePlot("Memory of the target", "time [s]", "memory [MiB]")
                        .add(
                                moments(
                                        result,
                                        "resident",
                                        moment -> moment.residentBytes() / MEBIBYTE))
                        .svg());
        plots.add(
                new LinePlot("Threads and open files of the target", "time [s]", "number")
                        .add(moments(result, "threads", Moment::threads))
                        .add(moments(result, "open files and sockets", Moment::descriptors))
                        .svg());
        plots.add(
                new LinePlot("Network of the machine", "time [s]", "rate [MiB/s]")
                        .add(
                                moments(
                                        result,
                                        "loopback",
                                        m -> m.host().loopbackPerSecond() / MEBIBYTE))
                        .add(
                                moments(
                                        result,
                                        "received",
                                        m -> m.host().receivedPerSecond() / MEBIBYTE))
                        .add(moments(result, "sent", m -> m.host().sentPerSecond() / MEBIBYTE))
                        .svg());
        plots.add(
                new LinePlot("Disks of the machine", "time [s]", "rate [MiB/s]")
                        .add(moments(result, "read", m -> m.host().diskReadPerSecond() / MEBIBYTE))
                        .add(
                                moments(
                                        result,
                                        "written",
                                        m -> m.host().diskWrittenPerSecond() / MEBIBYTE))
                        .svg());
        return plots;
    }

    private static Series moments(BenchResult result, String name, ToDoubleFunction<Moment> value) {
        return new Series(
                name,
                result.timeLine().moments().stream()
                        .map(moment ->
                                new Series.Point(
                                        result.timeLine().seconds(moment.atNanos()),
                                        value.applyAsDouble(moment)))
                        .toList());
    }
}
