package io.skein.lab.devices;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.bench.BenchReport;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.load.RoundResult;
import io.skein.lab.measure.Histograms;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Percentiles;
import io.skein.lab.report.Series;
import io.skein.lab.result.EnvironmentJson;
import io.skein.lab.result.RunFolder;
import io.skein.lab.result.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What became of a population as a folder: JSON, the page for people, and each class whole. */
final class DevicesFolder {
    private static final int SCHEMA_VERSION = 1;
    private static final String CLASSES = "classes";

    private DevicesFolder() {}

    static void write(DevicesResult result, Path folder) throws IOException {
        Files.createDirectories(folder.resolve(CLASSES));
        for (int i = 0; i < result.classes().size(); i++) {
            BenchReport.writeJson(result.classes().get(i).bench(), folder.resolve(file(i)));
        }
        WholeFile.write(folder.resolve(RunFolder.REPORT), html(result));
        WholeFile.write(folder.resolve(RunFolder.RESULT), json(result));
    }

    private static String file(int index) {
        return CLASSES + "/" + (index + 1) + ".json";
    }

    private static String json(DevicesResult result) throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("schema_version", SCHEMA_VERSION);
        root.put("kind", "devices");
        root.put("started_at", result.startedAt().toString());
        root.put("target", result.target());
        root.put("population", result.options().population().name());
        root.put("scale", result.options().scale());
        root.put("clients", result.options().population().clients(result.options().scale()));
        root.put("valid", result.invalidReasons().isEmpty());
        ArrayNode reasons = root.putArray("invalid_reasons");
        result.invalidReasons().forEach(reasons::add);
        root.put("sent", result.sum(bench -> bench.round().counts().sent()));
        root.put("expected", result.sum(bench -> bench.round().counts().expected()));
        root.put("received", result.sum(bench -> bench.round().counts().received()));
        root.put("lost", result.sum(bench -> bench.round().counts().lost()));
        root.put("duplicated", result.sum(bench -> bench.round().counts().duplicated()));
        root.put("latency_histogram_nanos", Histograms.text(result.latencyNanos()));
        ArrayNode classes = root.putArray("classes");
        for (int i = 0; i < result.classes().size(); i++) {
            ClassResult each = result.classes().get(i);
            RoundResult round = each.bench().round();
            ObjectNode node = classes.addObject();
            node.put("name", each.devices().name());
            node.put("devices", each.devices().devicesAt(result.options().scale()));
            node.put("direction", each.devices().direction().toString());
            node.put("sent", round.counts().sent());
            node.put("expected", round.counts().expected());
            node.put("received", round.counts().received());
            node.put("lost", round.counts().lost());
            node.put("p50_micros", round.latency().p50());
            node.put("p99_micros", round.latency().p99());
            node.put("file", file(i));
        }
        root.set(
                "environment",
                EnvironmentJson.tree(
                        result.environment(),
                        result.options().bench().seed(),
                        result.options().bench().commandLine()));
        return new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(root)
                + "\n";
    }

    private static String html(DevicesResult result) {
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
        LinePlot percentiles =
                LinePlot.ofPercentiles("Latency by percentile", "latency")
                        .logarithmic()
                        .format(Numbers::micros);
        LinePlot p99 =
                new LinePlot("99th percentile over time", "seconds", "latency")
                        .logarithmic()
                        .format(Numbers::micros);
        LinePlot rates = new LinePlot("Received per second", "seconds", "messages/s");
        for (ClassResult each : result.classes()) {
            String name = each.devices().name();
            RoundResult round = each.bench().round();
            percentiles.add(Percentiles.of(name, round.latencyNanos()));
            p99.add(
                    seconds(
                            name,
                            round,
                            s -> s.latency().p99() > 0 ? s.latency().p99() : Double.NaN));
            rates.add(seconds(name, round, RoundProgress::receivedPerSecond));
        }
        page.figures(List.of(percentiles.svg(), p99.svg(), rates.svg()));
        return page.html();
    }

    private static Series seconds(
            String name, RoundResult round, ToDoubleFunction<RoundProgress> value) {
        return new Series(
                name,
                round.seconds().stream()
                        .map(second ->
                                new Series.Point(
                                        second.elapsedNanos() / 1e9, value.applyAsDouble(second)))
                        .toList());
    }
}
