package io.skein.lab.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.workload.Arrivals;
import io.skein.lab.workload.PayloadSizes;

/** What was asked for, as every result has it: by the names of the options of a bench. */
public final class WorkloadJson {
    private WorkloadJson() {}

    /** A fresh object with what each client does and for how long. */
    public static ObjectNode tree(BenchOptions options) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("publishers", options.workload().publishers());
        node.put("subscribers", options.workload().subscribers());
        node.put("topics", options.workload().topics());
        node.put("qos", options.workload().qos().value());
        node.put("subscriber_qos", options.workload().subscriberQos().value());
        payload(node, options.workload().payload());
        node.put("shared", options.workload().shared());
        node.put("wildcard", options.workload().wildcard());
        node.put("retained", options.workload().retained());
        node.put("persistent", options.workload().persistent());
        switch (options.arrivals()) {
            case Arrivals.Paced paced -> {
                node.put("arrivals", "paced");
                node.put("rate_per_second", paced.messagesPerSecond());
                node.put("rhythm", paced.rhythm().toString());
            }
            case Arrivals.Saturating saturating -> {
                node.put("arrivals", "saturating");
                node.put("window", saturating.window());
            }
        }
        node.put("duration_seconds", options.duration().toNanos() / 1e9);
        node.put("warmup_seconds", options.warmup().toNanos() / 1e9);
        node.put("protocol", BenchJson.protocol(options));
        return node;
    }

    private static void payload(ObjectNode node, PayloadSizes sizes) {
        if (sizes instanceof PayloadSizes.Fixed fixed) {
            node.put("payload_bytes", fixed.maximumBytes());
        } else {
            node.put("payload_bytes", sizes.toString());
        }
    }
}
