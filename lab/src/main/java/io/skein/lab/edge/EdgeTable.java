package io.skein.lab.edge;

import io.skein.lab.result.Csv;
import java.util.List;

/** All scenarios as a table for other programs. */
final class EdgeTable {
    private EdgeTable() {}

    static String csv(List<ScenarioResult> results, CostModel costs, EdgeOptions options) {
        double rate = options.plan().ratePerSecond();
        Csv csv =
                new Csv(
                        List.of(
                                "route",
                                "link",
                                "status",
                                "problem",
                                "valid",
                                "invalid_reasons",
                                "planned",
                                "sent",
                                "received",
                                "lost",
                                "duplicated",
                                "out_of_order",
                                "unsent",
                                "held_back",
                                "ended_by_marker",
                                "ended_after_seconds",
                                "sent_per_second",
                                "received_per_second",
                                "latency_p50_micros",
                                "latency_p99_micros",
                                "latency_max_micros",
                                "edge_latency_p50_micros",
                                "edge_latency_p99_micros",
                                "plant_wire_bytes",
                                "wide_up_wire_bytes",
                                "wide_down_wire_bytes",
                                "edge_cpu_share",
                                "edge_rss_bytes",
                                "cloud_cpu_share",
                                "cloud_rss_bytes",
                                "lateness_p99_micros",
                                "link_lateness_p99_micros",
                                "clock_error_micros",
                                "cost_per_million"));
        for (ScenarioResult each : results) {
            csv.row(
                    each.route(),
                    each.link(),
                    each.status(),
                    each.problem(),
                    EdgeValidity.isValid(each),
                    String.join("; ", EdgeValidity.reasons(each)),
                    each.messages().planned(),
                    each.messages().sent(),
                    each.messages().received(),
                    each.messages().lost(),
                    each.messages().duplicated(),
                    each.messages().outOfOrder(),
                    each.messages().unsent(),
                    each.messages().heldBack(),
                    each.messages().endedByMarker(),
                    each.times().endedAfterSeconds(),
                    each.times().sentPerSecond(),
                    each.times().receivedPerSecond(),
                    each.times().latency().p50(),
                    each.times().latency().p99(),
                    each.times().latency().max(),
                    each.times().edgeLatency().p50(),
                    each.times().edgeLatency().p99(),
                    each.wire().plant().wireBytes(),
                    each.wire().wide().upWireBytes(),
                    each.wire().wide().downWireBytes(),
                    each.use().edge().cpuShare(),
                    each.use().edge().rssBytesMax(),
                    each.use().cloud().cpuShare(),
                    each.use().cloud().rssBytesMax(),
                    each.times().latenessP99Micros(),
                    each.times().linkLatenessP99Micros(),
                    each.times().clockErrorMicros(),
                    each.isMeasured() ? Costs.of(costs, each).perMillion(rate) : Double.NaN);
        }
        return csv.toString();
    }
}
