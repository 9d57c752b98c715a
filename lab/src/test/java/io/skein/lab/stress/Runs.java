package io.skein.lab.stress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.mqtt.QoS;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/** Results of runs that nobody did. */
final class Runs {
    private static final ObjectMapper JSON =
            new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    private Runs() {}

    /** QoS 1 on both sides, a delay of 4 ms, two instances: all was well. */
    static RunResult good() {
        return with(_ -> {});
    }

    /** The same, but for what is changed. */
    static RunResult with(Consumer<ObjectNode> change) {
        return with(new Cell(QoS.AT_LEAST_ONCE, QoS.AT_LEAST_ONCE, 4, 2), change);
    }

    static RunResult with(Cell cell, Consumer<ObjectNode> change) {
        RunResult nothing = Tally.failed(cell, Instant.EPOCH, "");
        ObjectNode node = JSON.valueToTree(nothing);
        node.put("status", "complete");
        node.put("sending_seconds", 2).put("sent", 1_000).put("received", 1_000);
        node.put("sent_per_second", 500).put("received_per_second", 500);
        node.put("loss_percent", 0).put("out_of_order_percent", 0);
        node.put("lateness_p99_micros", 50).put("latency_p99_micros", 300);
        node.put("publisher_loop_share", 0.1).put("analyser_loop_share", 0.1);
        node.put("target_cpu_share", 0.2).put("target_threads", 1).put("host_idle_share", 0.5);
        change.accept(node);
        return read(node);
    }

    private static RunResult read(JsonNode node) {
        try {
            return JSON.treeToValue(node, RunResult.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** What changed below {@code $SYS}. */
    static void sys(ObjectNode node, Map<String, Double> change) {
        node.set("sys_change", JSON.valueToTree(change));
    }
}
