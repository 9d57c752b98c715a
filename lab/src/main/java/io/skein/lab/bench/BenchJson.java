package io.skein.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.agent.AgentsReport;
import io.skein.lab.load.Counts;
import io.skein.lab.load.Fleet;
import io.skein.lab.load.GeneratorFigures;
import io.skein.lab.load.PairAccount;
import io.skein.lab.load.ReconnectFigures;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.load.RoundResult;
import io.skein.lab.measure.Histograms;
import io.skein.lab.measure.LatencySummary;
import io.skein.lab.result.EnvironmentJson;
import io.skein.lab.result.ResultJson;
import io.skein.lab.target.TargetProcess;
import io.skein.lab.watch.Moment;
import io.skein.lab.watch.MomentColumns;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A bench result as JSON. The counts stand at the top; what they mean is said at {@link Counts}.
 */
final class BenchJson {
    private static final Set<String> LATENCIES =
            Set.of("p50", "p90", "p99", "p99_9", "p99_99", "max", "min", "mean");

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private BenchJson() {}

    static String text(BenchResult result) throws IOException {
        return ResultJson.text(tree(result));
    }

    static ObjectNode tree(BenchResult result) {
        RoundResult round = result.round();
        ObjectNode root = ResultJson.begin("bench");
        root.put("run_id", result.runId());
        root.put("started_at", result.startedAt().toString());
        counts(root, round.counts());
        root.put("valid", result.isValid());
        ArrayNode reasons = root.putArray("invalid_reasons");
        result.invalidReasons().forEach(reasons::add);
        root.put("partial", result.isPartial());
        root.put("outcome", round.outcome().name().toLowerCase(Locale.ROOT));
        root.put("generator_bound", result.generatorBound());
        ObjectNode rates = root.putObject("rates");
        rates.put("sent_per_second", rounded(round.sentPerSecond()));
        rates.put("received_per_second", rounded(round.receivedPerSecond()));
        rates.put("sending_seconds", round.sendingNanos() / 1e9);
        rates.put("total_seconds", round.totalNanos() / 1e9);
        root.set("latency_micros", known(summary(round.latency()), result.agents()));
        root.put("latency_histogram_nanos", Histograms.text(round.latencyNanos()));
        root.set("generator", generator(round.generator()));
        root.set("agents", AgentsJson.tree(result));
        root.set("reconnects", reconnects(round.reconnects()));
        root.set("target", target(result));
        root.set("workload", WorkloadJson.tree(result.options()));
        root.set("connections_lost", losses(result));
        root.put("unclean_pairs", round.uncleanPairs());
        ArrayNode pairs = root.putArray("pairs");
        round.unclean().forEach(pair -> pairs.add(pair(pair)));
        ArrayNode seconds = root.putArray("seconds");
        round.seconds().forEach(second -> seconds.add(second(second, result.agents())));
        ArrayNode moments = root.putArray("moments");
        for (Moment moment : result.timeLine().moments()) {
            ObjectNode node = moments.addObject();
            node.put("at_seconds", rounded(result.timeLine().seconds(moment.atNanos())));
            MomentColumns.put(moment, node);
        }
        root.set(
                "environment",
                EnvironmentJson.tree(
                        result.environment(),
                        result.options().seed(),
                        result.options().commandLine()));
        return root;
    }

    private static void counts(ObjectNode root, Counts counts) {
        root.put("sent", counts.sent());
        root.put("acknowledged", counts.acknowledged());
        root.put("received", counts.received());
        root.put("expected", counts.expected());
        root.put("lost", counts.lost());
        root.put("duplicated", counts.duplicated());
        root.put("out_of_order", counts.outOfOrder());
        root.put("corrupted", counts.corrupted());
        root.put("lost_acknowledged", counts.lostAcknowledged());
        root.put("unsent", counts.unsent());
        root.put("refused", counts.refused());
        root.put("unsettled", counts.unsettled());
        root.put("stale", counts.stale());
    }

    /** Without the latencies that clocks of different machines cannot tell from none. */
    private static ObjectNode known(ObjectNode latencies, @Nullable AgentsReport agents) {
        if (agents != null) {
            latencies.properties().stream()
                    .filter(each -> isLatency(each.getKey()))
                    .filter(each -> !agents.knows(each.getValue().doubleValue()))
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(latencies::putNull);
        }
        return latencies;
    }

    private static boolean isLatency(String field) {
        return LATENCIES.contains(field) || field.endsWith("_micros");
    }

    static ObjectNode summary(LatencySummary summary) {
        ObjectNode node = NODES.objectNode();
        node.put("p50", rounded(summary.p50()));
        node.put("p90", rounded(summary.p90()));
        node.put("p99", rounded(summary.p99()));
        node.put("p99_9", rounded(summary.p999()));
        node.put("p99_99", rounded(summary.p9999()));
        node.put("max", rounded(summary.max()));
        node.put("min", rounded(summary.min()));
        node.put("mean", rounded(summary.mean()));
        node.put("count", summary.count());
        return node;
    }

    private static ObjectNode generator(GeneratorFigures generator) {
        ObjectNode node = NODES.objectNode();
        node.put("threads", generator.threads());
        node.set("lateness_micros", summary(generator.lateness()));
        node.put("held_back", generator.heldBack());
        node.put("write_offs", generator.writeOffs());
        node.put("cpu_share", rounded(generator.cpuShare()));
        node.put("busiest_loop_share", rounded(generator.busiestLoopShare()));
        node.put("starved_loop_share", rounded(generator.starvedLoopShare()));
        node.put("gc_millis", generator.collectionMillis());
        return node;
    }

    private static JsonNode reconnects(@Nullable ReconnectFigures reconnects) {
        if (reconnects == null) {
            return NODES.nullNode();
        }
        ObjectNode node = NODES.objectNode();
        node.put("count", reconnects.count());
        node.put("failed", reconnects.failed());
        node.put("sessions_lost", reconnects.sessionsLost());
        node.set("connecting_micros", summary(reconnects.connecting()));
        return node;
    }

    private static ObjectNode target(BenchResult result) {
        ObjectNode node = NODES.objectNode();
        node.put("name", result.measured());
        ArrayNode addresses = node.putArray("addresses");
        result.options().targets().forEach(target -> addresses.add(target.toString()));
        BenchResult.TargetUsage usage = result.target();
        if (usage == null) {
            node.putNull("cpu_seconds");
            node.putNull("cpu_micros_per_message");
            node.putNull("cpu_share");
            node.putNull("rss_bytes");
        } else {
            node.put("cpu_seconds", rounded(usage.cpuSeconds()));
            node.put("cpu_micros_per_message", rounded(usage.cpuMicrosPerMessage()));
            node.put("cpu_share", rounded(usage.cpuShare()));
            node.put("rss_bytes", usage.residentBytes());
            ArrayNode processes = node.putArray("processes");
            usage.processes().forEach(process -> processes.add(process(process)));
        }
        ArrayNode notes = node.putArray("notes");
        result.targetNotes().forEach(notes::add);
        return node;
    }

    private static ObjectNode process(TargetProcess process) {
        ObjectNode node = NODES.objectNode();
        node.put("pid", process.pid());
        node.put("command", process.command());
        node.put("cpu_seconds", rounded(process.cpuSeconds()));
        node.put("rss_bytes", process.residentBytes());
        node.put("rss_bytes_max", process.residentBytesMax());
        node.put("threads", process.threads());
        return node;
    }

    static String protocol(BenchOptions options) {
        return switch (options.protocol()) {
            case MQTT_3_1 -> "3.1";
            case MQTT_3_1_1 -> "3.1.1";
            case MQTT_5 -> "5";
        };
    }

    private static ArrayNode losses(BenchResult result) {
        ArrayNode losses = NODES.arrayNode();
        for (Fleet.LostConnection lost : result.losses()) {
            ObjectNode node = losses.addObject();
            node.put("client_id", lost.clientId());
            node.put("target", lost.target().toString());
            node.put("kind", lost.loss().kind().name().toLowerCase(Locale.ROOT));
            node.put("message", lost.loss().message());
        }
        return losses;
    }

    private static ObjectNode pair(PairAccount pair) {
        ObjectNode node = NODES.objectNode();
        node.put("publisher", pair.publisher());
        node.put("subscriber", pair.subscriber());
        node.put("expected", pair.expected());
        node.put("received", pair.received());
        node.put("lost", pair.lost());
        node.put("lost_acknowledged", pair.lostAcknowledged());
        node.put("duplicated", pair.duplicated());
        node.put("out_of_order", pair.outOfOrder());
        return node;
    }

    private static ObjectNode second(RoundProgress second, @Nullable AgentsReport agents) {
        ObjectNode node = NODES.objectNode();
        node.put("at_seconds", rounded(second.elapsedNanos() / 1e9));
        node.put("draining", second.draining());
        node.put("sent", second.sent());
        node.put("received", second.received());
        node.put("sent_per_second", rounded(second.sentPerSecond()));
        node.put("received_per_second", rounded(second.receivedPerSecond()));
        node.put("p50_micros", rounded(second.latency().p50()));
        node.put("p99_micros", rounded(second.latency().p99()));
        node.put("max_micros", rounded(second.latency().max()));
        return known(node, agents);
    }

    /** Three decimals: more says nothing, and the file stays readable. */
    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
