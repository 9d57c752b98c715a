package io.skein.lab.connections;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.agent.AgentOptions;
import io.skein.lab.measure.Histograms;
import io.skein.lab.report.HtmlPage;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Percentiles;
import io.skein.lab.report.Series;
import io.skein.lab.result.EnvironmentJson;
import io.skein.lab.result.ResultJson;
import io.skein.lab.result.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Connections for people and for programs. */
final class ConnectionsReport {
    private ConnectionsReport() {}

    static String table(ConnectionsResult result) {
        StringBuilder text = new StringBuilder();
        rows(result)
                .forEach(row ->
                        text.append(
                                String.format(
                                        Locale.ROOT, "%-13s %s%n", row.getFirst(), row.getLast())));
        return text.toString();
    }

    private static List<List<String>> rows(ConnectionsResult result) {
        var latency = result.latency();
        ConnectionsResult.Memory memory = result.memory();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("target", result.target()));
        AgentOptions agents = result.options().agents();
        if (!agents.isEmpty()) {
            rows.add(List.of("agents", agents.names()));
        }
        rows.add(
                List.of(
                        "connected",
                        "%,d of %,d in %.1f s   %s/s"
                                .formatted(
                                        result.connected(),
                                        result.options().count(),
                                        result.connectingSeconds(),
                                        Numbers.brief(result.perSecond()))));
        result.idle()
                .refusals()
                .forEach((why, times) ->
                        rows.add(List.of("refused", "%,d times: %s".formatted(times, why))));
        rows.add(
                List.of(
                        "connecting",
                        "p50 %s   p99 %s   max %s"
                                .formatted(
                                        Numbers.micros(latency.p50()),
                                        Numbers.micros(latency.p99()),
                                        Numbers.micros(latency.max()))));
        rows.add(
                List.of(
                        "at the end",
                        "%,d alive   %,d lost".formatted(result.alive(), result.lost())));
        rows.add(
                List.of(
                        "memory",
                        memory.isKnown()
                                ? "%s to %s   %s per connection"
                                        .formatted(
                                                Numbers.bytes((double) memory.beforeBytes()),
                                                Numbers.bytes((double) memory.afterBytes()),
                                                Numbers.bytes(result.bytesPerConnection()))
                                : "not measured: " + String.join("; ", memory.notes())));
        return rows;
    }

    static void write(ConnectionsResult result, Path folder) throws IOException {
        RunFolder.write(folder, html(result), tree(result));
    }

    private static String html(ConnectionsResult result) {
        HtmlPage page = new HtmlPage("Connections to " + result.target());
        page.note(
                "started %s · %s"
                        .formatted(result.startedAt(), result.options().bench().commandLine()));
        page.verdict(
                List.of(
                        result.isWhole()
                                ? "All %,d were accepted and stood to the end."
                                        .formatted(result.connected())
                                : "%,d of %,d were accepted, %,d were lost, %,d answered at the end."
                                        .formatted(
                                                result.connected(),
                                                result.options().count(),
                                                result.lost(),
                                                result.alive())),
                !result.isWhole());
        page.heading("Figures");
        page.table(
                List.of("", ""),
                rows(result).stream()
                        .map(row ->
                                List.of(row.getFirst(), row.getLast().replaceAll(" {3,}", " · ")))
                        .toList());
        page.heading("Time");
        page.figures(
                List.of(
                        LinePlot.ofPercentiles("Time to connect by percentile", "time to CONNACK")
                                .logarithmic()
                                .format(Numbers::micros)
                                .add(Percentiles.of("connecting", result.idle().latencyNanos()))
                                .svg(),
                        new LinePlot("Connections that stand", "time [s]", "connections")
                                .add(new Series("standing", result.overTime()))
                                .svg()));
        page.heading("Environment");
        page.paragraph(result.environment().sentence());
        return page.html();
    }

    private static ObjectNode tree(ConnectionsResult result) {
        ObjectNode root = ResultJson.begin("connections");
        root.put("started_at", result.startedAt().toString());
        root.put("target", result.target());
        ObjectNode workload = root.putObject("workload");
        workload.put("connections", result.options().count());
        workload.put("rate_per_second", result.options().perSecond());
        workload.put("hold_seconds", result.options().hold().toMillis() / 1e3);
        workload.put("keep_alive_seconds", result.options().keepAliveSeconds());
        root.set("agents", ResultJson.tree(result.options().agents().list()));
        root.put("asked", result.options().count());
        root.put("tried", result.tried());
        root.put("connected", result.connected());
        root.put("lost", result.lost());
        root.put("alive", result.alive());
        root.put("partial", result.stopped());
        root.put("connecting_seconds", result.connectingSeconds());
        root.put("connected_per_second", result.perSecond());
        ObjectNode latency = root.putObject("connecting_micros");
        latency.put("p50", result.latency().p50());
        latency.put("p99", result.latency().p99());
        latency.put("max", result.latency().max());
        root.put("connecting_histogram_nanos", Histograms.text(result.idle().latencyNanos()));
        root.put("rss_bytes_before", result.memory().beforeBytes());
        root.put("rss_bytes", result.memory().afterBytes());
        root.put("bytes_per_connection", result.bytesPerConnection());
        ObjectNode refusals = root.putObject("refusals");
        result.idle().refusals().forEach(refusals::put);
        ArrayNode seconds = root.putArray("seconds");
        result.overTime()
                .forEach(point ->
                        seconds.addObject()
                                .put("at_seconds", point.x())
                                .put("standing", point.y()));
        root.set(
                "environment",
                EnvironmentJson.tree(
                        result.environment(),
                        result.options().bench().seed(),
                        result.options().bench().commandLine()));
        return root;
    }
}
