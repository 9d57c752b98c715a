package io.skein.lab.devices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.bench.BenchReport;
import io.skein.lab.load.RoundResult;
import io.skein.lab.measure.Histograms;
import io.skein.lab.result.EnvironmentJson;
import io.skein.lab.result.ResultJson;
import io.skein.lab.result.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What became of a population as a folder: JSON, the page for people, and each class whole. */
final class DevicesFolder {
    private static final String CLASSES = "classes";

    private DevicesFolder() {}

    static void write(DevicesResult result, Path folder) throws IOException {
        Files.createDirectories(folder.resolve(CLASSES));
        for (int i = 0; i < result.classes().size(); i++) {
            BenchReport.writeJson(result.classes().get(i).bench(), folder.resolve(file(i)));
        }
        RunFolder.write(folder, DevicesPage.html(result), tree(result));
    }

    private static String file(int index) {
        return CLASSES + "/" + (index + 1) + ".json";
    }

    private static ObjectNode tree(DevicesResult result) {
        ObjectNode root = ResultJson.begin("devices");
        root.put("started_at", result.startedAt().toString());
        root.put("target", result.target());
        root.set("agents", ResultJson.tree(result.options().agents().list()));
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
        ArrayNode seconds = root.putArray("seconds");
        result.seconds()
                .forEach(second ->
                        seconds.addObject()
                                .put("at_seconds", second.atSeconds())
                                .put("sent_per_second", second.sentPerSecond())
                                .put("received_per_second", second.receivedPerSecond())
                                .put("p99_micros_worst", second.p99MicrosWorst()));
        root.set(
                "environment",
                EnvironmentJson.tree(
                        result.environment(),
                        result.options().bench().seed(),
                        result.options().bench().commandLine()));
        return root;
    }
}
