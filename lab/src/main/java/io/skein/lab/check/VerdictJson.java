package io.skein.lab.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.check.Counts.Count;
import io.skein.lab.history.Event.Start;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A judgement as JSON; docs/RESULTS.md names the fields. */
final class VerdictJson {
    private static final int SCHEMA_VERSION = 1;
    private static final double SECOND = 1e9;

    private final Judgement judgement;
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();

    private VerdictJson(Judgement judgement) {
        this.judgement = judgement;
    }

    static String of(Judgement judgement) throws IOException {
        VerdictJson json = new VerdictJson(judgement);
        json.head();
        json.promises();
        json.findings();
        json.counts();
        json.unavailability();
        json.faults();
        json.seconds();
        return new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(json.root)
                + "\n";
    }

    private void head() {
        root.put("schema_version", SCHEMA_VERSION);
        root.put("kind", "verdict");
        root.put("verdict", judgement.verdict().toString());
        ArrayNode sentences = root.putArray("sentences");
        judgement.sentences().forEach(sentences::add);
        Start start = judgement.start();
        root.put("target", start == null ? null : start.target());
        root.put("started_at", start == null ? null : start.startedAt());
        root.put("command_line", start == null ? null : start.commandLine());
        root.put("seed", start == null ? null : start.seed());
        root.put("promises_of", judgement.promises().name());
        root.put("duration_seconds", judgement.nanos() / SECOND);
    }

    private void promises() {
        ArrayNode promises = root.putArray("promises");
        for (PromiseVerdict each : judgement.verdicts()) {
            ObjectNode node = promises.addObject();
            node.put("promise", each.promise().name());
            node.put("statement", each.promise().statement());
            node.put("declared", each.declared());
            node.put("state", each.state().toString());
            node.put("checked", each.checked());
            node.put("violations", each.violations());
            ArrayNode reasons = node.putArray("reasons");
            each.reasons().forEach(reasons::add);
        }
    }

    private void findings() {
        ArrayNode findings = root.putArray("findings");
        for (Anomaly anomaly : Anomaly.values()) {
            List<Finding> first = judgement.findings().first(anomaly);
            if (first.isEmpty()) {
                continue;
            }
            ObjectNode node = findings.addObject();
            node.put("anomaly", anomaly.label());
            node.put("words", anomaly.words());
            node.put("promise", anomaly.promise().name());
            node.put("violation", judgement.isViolation(first.getFirst()));
            node.put("count", judgement.findings().count(anomaly));
            ArrayNode examples = node.putArray("first");
            for (Finding finding : first) {
                ObjectNode example = examples.addObject();
                example.put("at_seconds", finding.nanos() / SECOND);
                example.put("words", finding.words());
                ArrayNode events = example.putArray("events");
                judgement.evidence().getOrDefault(finding, List.of()).forEach(events::add);
            }
        }
    }

    private void counts() {
        ObjectNode counts = root.putObject("counts");
        for (Count count : Count.values()) {
            counts.put(count.label(), judgement.run().counts().of(count));
        }
    }

    private void unavailability() {
        Availability availability = judgement.availability();
        Histogram waits = availability.waits();
        ObjectNode node = root.putObject("unavailability");
        node.put("threshold_seconds", Availability.THRESHOLD_NANOS / SECOND);
        node.put("count", availability.count());
        ObjectNode waited = node.putObject("wait_seconds");
        waited.put("p50", waits.getValueAtPercentile(50) / SECOND);
        waited.put("p99", waits.getValueAtPercentile(99) / SECOND);
        waited.put("p99_9", waits.getValueAtPercentile(99.9) / SECOND);
        waited.put("max", waits.getMaxValue() / SECOND);
        waited.put("count", waits.getTotalCount());
        ArrayNode clients = node.putArray("clients");
        for (Map.Entry<String, Long> total : availability.totals()) {
            ObjectNode client = clients.addObject();
            client.put("client", total.getKey());
            client.put("seconds", total.getValue() / SECOND);
        }
        ArrayNode intervals = node.putArray("intervals");
        for (Availability.Interval each : availability.intervals()) {
            ObjectNode interval = intervals.addObject();
            interval.put("client", each.client());
            interval.put("from_seconds", each.fromNanos() / SECOND);
            interval.put("to_seconds", each.toNanos() / SECOND);
        }
    }

    private void faults() {
        ArrayNode faults = root.putArray("faults");
        for (FaultSpan span : judgement.run().faults().spans()) {
            ObjectNode fault = faults.addObject();
            fault.put("kind", span.kind());
            fault.put("node", span.node());
            fault.put("words", span.words());
            fault.put("from_seconds", span.fromNanos() / SECOND);
            fault.put("to_seconds", span.toNanos() / SECOND);
        }
    }

    private void seconds() {
        ArrayNode seconds = root.putArray("seconds");
        for (Timeline.Part part : judgement.timeline().parts()) {
            ObjectNode second = seconds.addObject();
            second.put("from_seconds", part.fromNanos() / SECOND);
            second.put("acknowledged", part.acknowledged());
            second.put("delivered", part.delivered());
            second.put("p50_micros", part.p50Nanos() / 1e3);
            second.put("p99_micros", part.p99Nanos() / 1e3);
            second.put("max_micros", part.maxNanos() / 1e3);
        }
    }
}
