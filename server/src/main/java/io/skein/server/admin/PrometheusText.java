package io.skein.server.admin;

import io.skein.cluster.LinkView;
import java.util.List;
import java.util.Locale;

/**
 * The numbers of a node in the text format of Prometheus (version 0.0.4). Written by hand: two
 * dozen numbers that exist anyway need no registry of their own.
 */
final class PrometheusText {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double NANOS_PER_SECOND = 1e9;

    private final StringBuilder text = new StringBuilder(4_096);

    private PrometheusText() {}

    static String of(NodeView node) {
        Sample sample = Sample.of(node, 0);
        ProcessState process = sample.process();
        PrometheusText out = new PrometheusText();
        out.head("skein_node_info", "gauge", "What this node is; the value is always 1");
        out.text.append(
                "skein_node_info{node=\"%s\",version=\"%s\",architecture=\"%s\"} 1\n"
                        .formatted(
                                escape(node.self().name()),
                                escape(node.version()),
                                escape(node.architecture())));
        for (Metric metric : Metric.ALL) {
            out.value(
                    metric.prometheusName(),
                    metric.kind().name().toLowerCase(Locale.ROOT),
                    metric.help(),
                    Long.toString(sample.value(metric)));
        }
        out.gauge("skein_ready", "Whether clients are served", sample.notReady() == null ? 1 : 0);
        out.gauge("skein_cluster_nodes", "Live nodes, this one included", node.nodes().size());
        out.links(node.links());
        out.value(
                "skein_uptime_seconds",
                "gauge",
                "Seconds since the start",
                Double.toString(node.uptimeNanos() / NANOS_PER_SECOND));
        out.value(
                "process_cpu_seconds_total",
                "counter",
                "CPU time of the process",
                Double.toString(process.cpuNanos() / NANOS_PER_SECOND));
        if (process.residentBytes() >= 0) {
            out.gauge("process_resident_memory_bytes", "Physical memory", process.residentBytes());
        }
        out.gauge("jvm_heap_used_bytes", "Java heap in use", process.heapUsedBytes());
        out.gauge("jvm_heap_max_bytes", "Java heap at most", process.heapMaximumBytes());
        return out.text.toString();
    }

    private void links(List<LinkView> links) {
        for (LinkMetric metric : links.isEmpty() ? List.<LinkMetric>of() : LinkMetric.ALL) {
            String name = "skein_" + metric.name();
            head(name, metric.type(), metric.help());
            for (LinkView link : links) {
                text.append(
                        "%s{link=\"%s\"} %d\n"
                                .formatted(
                                        name,
                                        escape(link.name()),
                                        metric.read().applyAsLong(link)));
            }
        }
    }

    private void gauge(String name, String help, long value) {
        value(name, "gauge", help, Long.toString(value));
    }

    private void value(String name, String type, String help, String value) {
        head(name, type, help);
        text.append(name).append(' ').append(value).append('\n');
    }

    private void head(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static String escape(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
