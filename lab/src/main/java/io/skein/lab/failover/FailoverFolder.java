package io.skein.lab.failover;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.chaos.RepetitionOptions;
import io.skein.lab.result.Csv;
import io.skein.lab.result.EnvironmentJson;
import io.skein.lab.result.ResultJson;
import io.skein.lab.result.RunFolder;
import io.skein.lab.result.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Repetitions as a folder: JSON, a table, and the page for people. */
final class FailoverFolder {
    static final String REPETITIONS = "repetitions.csv";

    private FailoverFolder() {}

    static void write(FailoverResult result, Path folder) throws IOException {
        WholeFile.write(folder.resolve(REPETITIONS), csv(result));
        RunFolder.write(folder, FailoverPage.html(result), tree(result));
    }

    private static String csv(FailoverResult result) {
        List<String> names = new ArrayList<>(List.of("repetition", "node"));
        for (Figure figure : Figure.values()) {
            names.add(figure.field() + "_ms");
        }
        names.addAll(
                List.of(
                        "published",
                        "acknowledged",
                        "unanswered",
                        "received",
                        "lost",
                        "duplicated",
                        "sessions_lost",
                        "problem"));
        Csv csv = new Csv(names);
        for (FailoverResult.Repeated each : result.repetitions()) {
            List<Object> row = new ArrayList<>(List.of(each.number(), each.figures().node()));
            for (Figure figure : Figure.values()) {
                row.add(each.figures().of(figure));
            }
            Figures.Counts counts = each.figures().counts();
            row.addAll(
                    List.of(
                            counts.published(),
                            counts.acknowledged(),
                            counts.unanswered(),
                            counts.received(),
                            counts.lost(),
                            counts.duplicated(),
                            counts.sessionsLost(),
                            each.problem()));
            csv.row(row.toArray());
        }
        return csv.toString();
    }

    private static ObjectNode tree(FailoverResult result) {
        RepetitionOptions options = result.options();
        ObjectNode root = ResultJson.begin("failover");
        root.put("started_at", result.startedAt().toString());
        root.put("target", options.target());
        root.put("target_description", result.target());
        ObjectNode workload = root.putObject("workload");
        workload.put("fault", options.fault().word());
        workload.put("repetitions", options.repetitions());
        workload.put("hold_seconds", options.hold().toMillis() / 1e3);
        workload.put("rate_per_second", options.publishesPerSecond());
        root.put("complete", result.complete().size());
        root.put("partial", result.stopped());
        root.put("failure", result.failure());
        ArrayNode sentences = root.putArray("verdict");
        result.sentences().forEach(sentences::add);
        root.setAll(ResultJson.object(result.counts()));
        ObjectNode spreads = root.putObject("millis");
        for (Figure figure : Figure.values()) {
            spreads.set(figure.field(), ResultJson.tree(result.spread(figure)));
        }
        ArrayNode repetitions = root.putArray("repetitions");
        for (FailoverResult.Repeated each : result.repetitions()) {
            ObjectNode node = repetitions.addObject();
            node.put("repetition", each.number());
            node.put("node", each.figures().node());
            node.put("problem", each.problem());
            for (Figure figure : Figure.values()) {
                node.put(figure.field() + "_ms", each.figures().of(figure));
            }
            node.setAll(ResultJson.object(each.figures().counts()));
        }
        root.set(
                "environment",
                EnvironmentJson.tree(result.environment(), options.seed(), options.commandLine()));
        return root;
    }
}
