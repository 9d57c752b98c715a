package io.skein.lab.compare;

import com.fasterxml.jackson.databind.JsonNode;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.report.BarPlot;
import io.skein.lab.report.HeatMap;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Percentiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Stress matrices side by side. */
final class StressComparison implements Comparison {
    private static final List<Measure> MEASURES =
            List.of(
                    new Measure("Received [messages/s]", "received_per_second", true),
                    new Measure("Loss [%]", "loss_percent", false),
                    new Measure("Out of order [%]", "out_of_order_percent", false),
                    new Measure("Median gap between messages [ms]", "gap_median_ms", true),
                    new Measure("Latency, 99 % [us]", "latency_p99_micros", true),
                    new Measure("CPU of the broker [cores]", "target_cpu_share", false));

    private final List<Named> runs;

    StressComparison(List<Named> runs) {
        this.runs = runs;
    }

    /** What is drawn of a matrix. */
    private record Measure(String title, String field, boolean decades) {
        double of(JsonNode cell) {
            return Result.number(cell.path(field));
        }
    }

    private static List<JsonNode> cells(Result result) {
        return StreamSupport.stream(result.tree().path("runs").spliterator(), false)
                .filter(cell -> !cell.path("status").asText().equals("failed"))
                .toList();
    }

    private static Stream<JsonNode> paced(Result result) {
        return cells(result).stream().filter(cell -> cell.path("delay_ms").asInt() > 0);
    }

    private static boolean isValid(JsonNode cell) {
        return cell.path("valid").asBoolean(true);
    }

    private static long lost(JsonNode cell) {
        return cell.path("lost").asLong();
    }

    @Override
    public Table table() {
        return new Table(runs)
                .row(
                        "runs",
                        run ->
                                "%d of %d"
                                        .formatted(
                                                count(
                                                        run,
                                                        cell ->
                                                                cell.path("status")
                                                                        .asText()
                                                                        .equals("complete")),
                                                run.tree().path("planned_runs").asInt()))
                .row("invalid runs", run -> Long.toString(count(run, cell -> !isValid(cell))))
                .row("runs with loss", run -> Long.toString(count(run, cell -> lost(cell) > 0)))
                .row(
                        "lost",
                        run ->
                                "%,d"
                                        .formatted(
                                                cells(run).stream()
                                                        .mapToLong(StressComparison::lost)
                                                        .sum()))
                .row(
                        "worst loss [%]",
                        run -> Numbers.brief(greatest(run, "loss_percent", _ -> true)))
                .row("runs out of order", run -> Long.toString(count(run, more("out_of_order"))))
                .row("runs with repeats", run -> Long.toString(count(run, more("duplicated"))))
                .row(
                        "highest rate [messages/s]",
                        run -> Numbers.brief(greatest(run, "received_per_second", _ -> true)))
                .row(
                        "highest rate without loss",
                        run ->
                                Numbers.brief(
                                        greatest(
                                                run,
                                                "received_per_second",
                                                cell -> lost(cell) == 0)))
                .row(
                        "p99 with a delay, best",
                        run -> micros(values(paced(run), "latency_p99_micros").min()))
                .row(
                        "p99 with a delay, worst",
                        run -> micros(values(paced(run), "latency_p99_micros").max()))
                .row(
                        "most memory",
                        run -> {
                            double bytes = greatest(run, "target_rss_bytes_max", _ -> true);
                            return Double.isFinite(bytes) ? Numbers.bytes(bytes) : "-";
                        });
    }

    private static String runs(long count) {
        return count == 1 ? "1 run" : count + " runs";
    }

    private static Predicate<JsonNode> more(String field) {
        return cell -> cell.path(field).asLong() > 0;
    }

    private static long count(Result run, Predicate<JsonNode> which) {
        return cells(run).stream().filter(which).count();
    }

    private static DoubleStream values(Stream<JsonNode> cells, String field) {
        return cells.mapToDouble(cell -> Result.number(cell.path(field))).filter(Double::isFinite);
    }

    private static double greatest(Result run, String field, Predicate<JsonNode> which) {
        return values(cells(run).stream().filter(which), field).max().orElse(Double.NaN);
    }

    private static String micros(OptionalDouble value) {
        return value.isPresent() ? Numbers.micros(value.getAsDouble()) : "-";
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        for (Named run : runs) {
            long invalid = count(run.result(), cell -> !isValid(cell));
            if (invalid > 0) {
                findings.add(
                        "Invalid at %s, as they did not end as planned or the laboratory was too slow: %s."
                                .formatted(run.name(), runs(invalid)));
            }
            long lossy = count(run.result(), cell -> lost(cell) > 0);
            if (lossy > 0) {
                findings.add("%s lost messages in %s.".formatted(run.name(), runs(lossy)));
            }
            if (run.result().tree().path("partial").asBoolean()) {
                findings.add("The matrix of %s is not complete.".formatted(run.name()));
            }
        }
        return findings;
    }

    @Override
    public void addTo(HtmlPage page) throws IOException {
        page.heading("Stress matrices");
        page.table(table().headings(), table().rows());
        page.figures(List.of(rates(), latencies()));
        page.figures(distributions());
        page.note(
                "Rows: QoS of publisher and analyser. Columns: delay in ms / instances. Colours mean the same in all"
                        + " pictures of a figure. Grey was not measured; * is an invalid run.");
        for (Measure measure : MEASURES) {
            page.heading(measure.title());
            if (isZeroEverywhere(measure)) {
                page.paragraph("0 in every run of each.");
            } else {
                page.heatMaps(maps(measure));
            }
        }
        page.heading("Run by run");
        page.table(cellHeadings(), cellRows());
    }

    private String rates() {
        return bars(
                new BarPlot("Highest rate received by QoS", "rate [messages/s]", Numbers::brief),
                "received_per_second",
                _ -> true);
    }

    private String latencies() {
        return bars(
                new BarPlot(
                        "Highest latency by QoS, with a delay", "latency, 99 %", Numbers::micros),
                "latency_p99_micros",
                cell -> cell.path("delay_ms").asInt() > 0);
    }

    private String bars(BarPlot plot, String field, Predicate<JsonNode> which) {
        for (String row : axis(StressComparison::row)) {
            List<BarPlot.Bar> bars = new ArrayList<>();
            for (int i = 0; i < runs.size(); i++) {
                Named run = runs.get(i);
                bars.add(
                        new BarPlot.Bar(
                                run.name(),
                                i,
                                greatest(
                                        run.result(),
                                        field,
                                        cell -> which.test(cell) && row(cell).equals(row))));
            }
            plot.add(row, bars);
        }
        return plot.svg();
    }

    /** A picture for each delay, a line for each matrix. */
    private List<String> distributions() throws IOException {
        Map<Integer, LinePlot> plots = new TreeMap<>();
        for (Named run : runs) {
            Map<Integer, Histogram> sums = new TreeMap<>();
            for (JsonNode cell : cells(run.result())) {
                sums.computeIfAbsent(
                                cell.path("delay_ms").asInt(),
                                _ -> LatencyRecorder.emptyHistogram())
                        .add(run.result().histogram(cell.path("latency_histogram_nanos")));
            }
            for (Map.Entry<Integer, Histogram> sum : sums.entrySet()) {
                if (sum.getValue().getTotalCount() > 0) {
                    plots.computeIfAbsent(
                                    sum.getKey(),
                                    delay ->
                                            LinePlot.ofPercentiles(
                                                            "Latency by percentile, delay %d ms"
                                                                    .formatted(delay),
                                                            "latency")
                                                    .logarithmic()
                                                    .format(Numbers::micros))
                            .add(Percentiles.of(run.name(), sum.getValue()));
                }
            }
        }
        return plots.values().stream().map(LinePlot::svg).toList();
    }

    private boolean isZeroEverywhere(Measure measure) {
        List<JsonNode> all = runs.stream().flatMap(run -> cells(run.result()).stream()).toList();
        return !all.isEmpty() && all.stream().allMatch(cell -> measure.of(cell) == 0);
    }

    private List<HeatMap> maps(Measure measure) {
        List<String> rows = axis(StressComparison::row);
        List<String> columns = axis(StressComparison::column);
        List<double[][]> all =
                runs.stream().map(run -> values(run.result(), rows, columns, measure::of)).toList();
        List<HeatMap> maps = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            maps.add(
                    new HeatMap(
                                    runs.get(i).name() + ": " + measure.title(),
                                    "delay [ms] / instances",
                                    columns,
                                    rows,
                                    all.get(i),
                                    Numbers::brief,
                                    measure.decades())
                            .comparableWith(all)
                            .marking(invalid(runs.get(i).result(), rows, columns)));
        }
        return maps;
    }

    private static double[][] values(
            Result result,
            List<String> rows,
            List<String> columns,
            ToDoubleFunction<JsonNode> measure) {
        double[][] values = new double[rows.size()][columns.size()];
        for (double[] row : values) {
            Arrays.fill(row, Double.NaN);
        }
        for (JsonNode cell : cells(result)) {
            values[rows.indexOf(row(cell))][columns.indexOf(column(cell))] =
                    measure.applyAsDouble(cell);
        }
        return values;
    }

    private static boolean[][] invalid(Result result, List<String> rows, List<String> columns) {
        boolean[][] invalid = new boolean[rows.size()][columns.size()];
        for (JsonNode cell : cells(result)) {
            invalid[rows.indexOf(row(cell))][columns.indexOf(column(cell))] = !isValid(cell);
        }
        return invalid;
    }

    private static String row(JsonNode cell) {
        return "QoS %d → %d"
                .formatted(cell.path("publisher_qos").asInt(), cell.path("analyser_qos").asInt());
    }

    private static String column(JsonNode cell) {
        return "%d/%d".formatted(cell.path("delay_ms").asInt(), cell.path("instances").asInt());
    }

    /** Everything that any matrix has on this side, in the order of its numbers. */
    private List<String> axis(Function<JsonNode, String> name) {
        Map<Long, String> names = new TreeMap<>();
        for (Named run : runs) {
            for (JsonNode cell : cells(run.result())) {
                names.put(order(name.apply(cell)), name.apply(cell));
            }
        }
        return List.copyOf(names.values());
    }

    private static long order(String name) {
        long order = 0;
        for (String number : name.replaceAll("[^0-9]+", " ").strip().split(" ")) {
            order = order * 100_000 + Long.parseLong(number);
        }
        return order;
    }

    private List<String> cellHeadings() {
        List<String> headings = new ArrayList<>(List.of("QoS", "delay/inst."));
        for (String figure : List.of("received/s", "loss %", "p99")) {
            runs.forEach(run -> headings.add(figure + " " + run.name()));
        }
        return headings;
    }

    private List<List<String>> cellRows() {
        List<List<String>> rows = new ArrayList<>();
        List<Map<String, JsonNode>> byId = new ArrayList<>();
        TreeSet<String> ids = new TreeSet<>();
        for (Named run : runs) {
            Map<String, JsonNode> cells = new TreeMap<>();
            cells(run.result()).forEach(cell -> cells.put(cell.path("id").asText(), cell));
            byId.add(cells);
            ids.addAll(cells.keySet());
        }
        for (String id : ids) {
            List<String> row = new ArrayList<>();
            byId.stream()
                    .filter(cells -> cells.containsKey(id))
                    .findFirst()
                    .map(cells -> cells.get(id))
                    .ifPresent(cell -> row.addAll(List.of(row(cell), column(cell))));
            byId.forEach(cells -> row.add(cell(cells.get(id), "received_per_second", false)));
            byId.forEach(cells -> row.add(cell(cells.get(id), "loss_percent", false)));
            byId.forEach(cells -> row.add(cell(cells.get(id), "latency_p99_micros", true)));
            rows.add(row);
        }
        return rows;
    }

    private static String cell(@Nullable JsonNode cell, String field, boolean time) {
        if (cell == null) {
            return "-";
        }
        double value = Result.number(cell.path(field));
        String words =
                !Double.isFinite(value) ? "-" : time ? Numbers.micros(value) : Numbers.brief(value);
        return isValid(cell) ? words : words + " (invalid)";
    }
}
