package io.skein.lab.stress;

import io.skein.lab.measure.Histograms;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.report.BarPlot;
import io.skein.lab.report.HeatMap;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Percentiles;
import io.skein.lab.result.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** All runs of a matrix as a page for people. */
final class StressPage {
    private static final double CORRELATION_TOLD = 0.3;
    private static final int CORRELATIONS_LIMIT = 12;

    private final StressOptions options;
    private final String target;
    private final String description;
    private final List<RunResult> runs;
    private final List<RunResult> attempts;
    private final List<String> verdict;
    private final Environment environment;

    StressPage(
            StressOptions options,
            String target,
            String description,
            List<RunResult> runs,
            List<RunResult> attempts,
            List<String> verdict,
            Environment environment) {
        this.options = options;
        this.target = target;
        this.description = description;
        this.runs = runs;
        this.attempts = attempts;
        this.verdict = verdict;
        this.environment = environment;
    }

    String html() {
        HtmlPage page = new HtmlPage("Stress matrix of " + target);
        page.note(
                "%s%d of %d runs of %s s · %s"
                        .formatted(
                                description.isEmpty() ? "" : description + " · ",
                                runs.size(),
                                options.matrix().cells().size(),
                                Numbers.brief(options.duration().toMillis() / 1e3),
                                options.commandLine()));
        boolean bad = runs.stream().anyMatch(run -> !Validity.isValid(run) || run.lost() > 0);
        page.verdict(verdict, bad);
        page.heading("The matrix");
        page.note(
                "Rows: QoS of publisher and analyser. Columns: delay in ms / instances. Grey was not measured; * is an"
                        + " invalid run.");
        page.heatMaps(
                List.of(
                        map(
                                "Received [messages/s]",
                                RunResult::receivedPerSecond,
                                Numbers::brief,
                                true),
                        map("Loss [%]", RunResult::lossPercent, Numbers::brief, false),
                        map(
                                "Out of order [%]",
                                RunResult::outOfOrderPercent, Numbers::brief, false),
                        map(
                                "Median gap between messages [ms]",
                                RunResult::gapMedianMs,
                                Numbers::brief,
                                true),
                        map(
                                "Sent, of what was asked for [%]",
                                run -> 100 * run.sentPerSecond() / run.askedPerSecond(),
                                Numbers::brief,
                                false),
                        map(
                                "Latency, 99 % [ms]",
                                run -> run.latencyP99Micros() / 1e3, Numbers::brief, true),
                        map(
                                "CPU of the broker [cores]",
                                RunResult::targetCpuShare,
                                Numbers::brief,
                                false)));
        distributions(page);
        correlations(page);
        page.heading("All runs");
        table(page, runs);
        if (!attempts.isEmpty()) {
            page.heading("Earlier attempts");
            page.note("Runs that did not end as planned, and were done again.");
            table(page, attempts);
        }
        page.heading("Environment");
        page.paragraph(environment.sentence());
        return page.html();
    }

    private HeatMap map(
            String title,
            ToDoubleFunction<RunResult> value,
            DoubleFunction<String> format,
            boolean decades) {
        List<String> rows = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        Map<String, RunResult> byId = new TreeMap<>();
        runs.stream().filter(RunResult::isMeasured).forEach(run -> byId.put(run.id(), run));
        for (Cell cell : options.matrix().cells()) {
            addOnce(rows, row(cell));
            addOnce(columns, column(cell));
        }
        double[][] values = new double[rows.size()][columns.size()];
        boolean[][] invalid = new boolean[rows.size()][columns.size()];
        for (Cell cell : options.matrix().cells()) {
            RunResult run = byId.get(cell.id());
            int row = rows.indexOf(row(cell));
            int column = columns.indexOf(column(cell));
            values[row][column] = run == null ? Double.NaN : value.applyAsDouble(run);
            invalid[row][column] = run != null && !Validity.isValid(run);
        }
        return new HeatMap(title, "delay [ms] / instances", columns, rows, values, format, decades)
                .marking(invalid);
    }

    private static void addOnce(List<String> list, String word) {
        if (!list.contains(word)) {
            list.add(word);
        }
    }

    private static String row(Cell cell) {
        return "QoS %d → %d".formatted(cell.publisherQos().value(), cell.analyserQos().value());
    }

    private static String column(Cell cell) {
        return "%d/%d".formatted(cell.delayMillis(), cell.instances());
    }

    /** Distributions and rates, merged over what does not matter in the picture. */
    private void distributions(HtmlPage page) {
        page.heading("Latency and rates");
        page.note(
                "Latency counts from the instant a message was due where there is a delay, from the sending where"
                        + " there is none; it needs publishers of this laboratory.");
        LinePlot latency =
                LinePlot.ofPercentiles("Latency by percentile, one line for each delay", "latency")
                        .logarithmic()
                        .format(Numbers::micros);
        for (int delay : options.matrix().delaysMillis()) {
            Histogram sum = LatencyRecorder.emptyHistogram();
            runs.stream()
                    .filter(run -> run.delayMs() == delay)
                    .forEach(run -> sum.add(Histograms.of(run.latencyHistogramNanos())));
            if (sum.getTotalCount() > 0) {
                latency.add(Percentiles.of(delay + " ms", sum));
            }
        }
        BarPlot rates =
                new BarPlot("Highest rate received by QoS", "rate [messages/s]", Numbers::brief);
        for (int publisher : options.matrix().qos()) {
            List<BarPlot.Bar> bars = new ArrayList<>();
            for (int analyser : options.matrix().qos()) {
                bars.add(
                        new BarPlot.Bar(
                                "analyser QoS " + analyser,
                                analyser,
                                runs.stream()
                                        .filter(run ->
                                                run.publisherQos() == publisher
                                                        && run.analyserQos() == analyser)
                                        .mapToDouble(RunResult::receivedPerSecond)
                                        .filter(Double::isFinite)
                                        .max()
                                        .orElse(Double.NaN)));
            }
            rates.add("publisher QoS " + publisher, bars);
        }
        page.figures(List.of(latency.svg(), rates.svg()));
    }

    private void correlations(HtmlPage page) {
        List<List<String>> rows = new ArrayList<>();
        for (Correlation each : Correlation.all(runs)) {
            if (Math.abs(each.coefficient()) >= CORRELATION_TOLD
                    && rows.size() < CORRELATIONS_LIMIT) {
                rows.add(
                        List.of(
                                each.of(),
                                each.with(),
                                "%+.2f".formatted(each.coefficient()),
                                Integer.toString(each.runs())));
            }
        }
        page.heading("What goes together");
        page.note(
                "Rank correlation over the runs (Spearman), the strongest first; by how much a figure below $SYS changed"
                        + " in a run, and what was seen from outside. It does not tell what causes what.");
        if (rows.isEmpty()) {
            page.paragraph("Nothing is correlated with loss or with the rate by more than 0.3.");
        } else {
            page.table(List.of("of", "with", "coefficient", "runs"), rows);
        }
    }

    private void table(HtmlPage page, List<RunResult> some) {
        List<List<String>> rows = new ArrayList<>();
        for (RunResult run : some) {
            rows.add(
                    List.of(
                            "%d → %d".formatted(run.publisherQos(), run.analyserQos()),
                            run.delayMs() + " ms",
                            Integer.toString(run.instances()),
                            Validity.isValid(run)
                                    ? run.status()
                                    : "%s, invalid: %s"
                                            .formatted(
                                                    run.status(),
                                                    String.join("; ", Validity.reasons(run))),
                            "%,d%s".formatted(run.sent(), run.sentKnown() ? "" : " at least"),
                            "%,d".formatted(run.received()),
                            Numbers.brief(run.lossPercent()),
                            Numbers.brief(run.outOfOrderPercent()),
                            "%,d".formatted(run.duplicated()),
                            Numbers.brief(run.askedPerSecond()),
                            Numbers.brief(run.sentPerSecond()),
                            Numbers.brief(run.receivedPerSecond()),
                            Numbers.brief(run.gapMedianMs()),
                            Numbers.brief(run.gapP99Ms()),
                            Numbers.brief(run.latencyP50Micros() / 1e3),
                            Numbers.brief(run.latencyP99Micros() / 1e3),
                            Numbers.brief(run.targetCpuShare()),
                            run.isMeasured()
                                    ? Bound.of(run, environment.cpus())
                                            .name()
                                            .toLowerCase(Locale.ROOT)
                                            .replace('_', ' ')
                                    : ""));
        }
        page.table(
                List.of(
                        "QoS",
                        "delay",
                        "inst.",
                        "status",
                        "sent",
                        "received",
                        "loss %",
                        "disorder %",
                        "twice",
                        "asked/s",
                        "sent/s",
                        "received/s",
                        "gap ms",
                        "gap p99",
                        "lat. p50 ms",
                        "lat. p99 ms",
                        "broker CPU",
                        "bound by"),
                rows);
    }
}
