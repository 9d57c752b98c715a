package io.skein.lab.capacity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.bench.BenchReport;
import io.skein.lab.bench.BenchResult;
import io.skein.lab.bench.WorkloadJson;
import io.skein.lab.load.RoundResult;
import io.skein.lab.result.Csv;
import io.skein.lab.result.EnvironmentJson;
import io.skein.lab.result.ResultJson;
import io.skein.lab.result.RunFolder;
import io.skein.lab.result.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A search as a folder: JSON, a table, the page for people, and each probe whole. */
final class CapacityFolder {
    private static final String PROBES = "probes";

    private CapacityFolder() {}

    static void write(CapacityResult result, Path folder) throws IOException {
        Files.createDirectories(folder.resolve(PROBES));
        for (int i = 0; i < result.probes().size(); i++) {
            BenchReport.writeJson(result.probes().get(i).result(), folder.resolve(file(i)));
        }
        WholeFile.write(folder.resolve("probes.csv"), csv(result));
        RunFolder.write(folder, CapacityPage.html(result), tree(result));
    }

    private static String file(int index) {
        return String.format(Locale.ROOT, "%s/%03d.json", PROBES, index + 1);
    }

    private static String csv(CapacityResult result) {
        Csv csv =
                new Csv(
                        List.of(
                                "load",
                                "judgement",
                                "sent_per_second",
                                "received_per_second",
                                "p50_micros",
                                "p99_micros",
                                "p99_9_micros",
                                "max_micros",
                                "lost",
                                "unsent",
                                "target_cpu_share",
                                "reasons"));
        for (Probe probe : result.probes()) {
            RoundResult round = probe.result().round();
            csv.row(
                    probe.load(),
                    judgement(probe),
                    round.sentPerSecond(),
                    round.receivedPerSecond(),
                    round.latency().p50(),
                    round.latency().p99(),
                    round.latency().p999(),
                    round.latency().max(),
                    round.counts().lost(),
                    round.counts().unsent(),
                    cpuShare(probe),
                    String.join("; ", probe.reasons()));
        }
        return csv.toString();
    }

    static double cpuShare(Probe probe) {
        BenchResult.@Nullable TargetUsage usage = probe.result().target();
        return usage == null ? Double.NaN : usage.cpuShare();
    }

    private static String judgement(Probe probe) {
        return probe.judgement().name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode workload(CapacityOptions options) {
        ObjectNode workload = WorkloadJson.tree(options.bench());
        if (options.scale() == Scale.RATE) {
            workload.remove("rate_per_second"); // is what was searched for
        }
        return workload;
    }

    private static ObjectNode tree(CapacityResult result) {
        ObjectNode root = ResultJson.begin("capacity");
        root.put("started_at", result.startedAt().toString());
        root.put("target", result.target());
        root.set("agents", ResultJson.tree(result.options().bench().agents().list()));
        root.put("scale", result.options().scale().toString());
        root.put("bound_p99_micros", result.options().bound().toNanos() / 1e3);
        root.set("workload", workload(result.options()));
        root.put("knee", result.knee());
        root.put("limited_by", result.end().toString());
        ArrayNode sentences = root.putArray("verdict");
        result.sentences().forEach(sentences::add);
        ArrayNode probes = root.putArray("probes");
        for (int i = 0; i < result.probes().size(); i++) {
            Probe probe = result.probes().get(i);
            RoundResult round = probe.result().round();
            ObjectNode node = probes.addObject();
            node.put("load", probe.load());
            node.put("judgement", judgement(probe));
            ArrayNode reasons = node.putArray("reasons");
            probe.reasons().forEach(reasons::add);
            node.put("sent_per_second", round.sentPerSecond());
            node.put("received_per_second", round.receivedPerSecond());
            node.put("p50_micros", round.latency().p50());
            node.put("p99_micros", round.latency().p99());
            node.put("p99_9_micros", round.latency().p999());
            node.put("lost", round.counts().lost());
            node.put("target_cpu_share", cpuShare(probe));
            node.put("file", file(i));
        }
        root.set(
                "environment",
                EnvironmentJson.tree(
                        result.environment(),
                        result.options().bench().seed(),
                        result.options().bench().commandLine()));
        return root;
    }
}
