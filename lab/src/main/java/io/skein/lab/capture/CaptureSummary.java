package io.skein.lab.capture;

import io.skein.lab.measure.LatencySummary;
import io.skein.lab.report.Numbers;
import io.skein.lab.result.Csv;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a capture holds.
 *
 * @param mqttConnections of all connections, those with MQTT packets
 * @param packets of MQTT
 * @param frames of these connections
 * @param otherFrames of others, and what is not TCP
 * @param bytes of the connections, each once
 * @param wireBytes of their frames
 * @param retransmitted segments that came again
 * @param outOfOrder segments that came too early
 * @param flights by kind
 * @param remarks what could not be read, and why
 */
record CaptureSummary(
        double seconds,
        int connections,
        int mqttConnections,
        long packets,
        long frames,
        long otherFrames,
        long bytes,
        long wireBytes,
        long retransmitted,
        long outOfOrder,
        Map<String, Flights.Statistics> flights,
        List<String> remarks) {
    private static final int REMARKS_TOLD = 20;

    /** For people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "capture       %s s, %d connections, %d with MQTT, %,d MQTT packets"
                        .formatted(Numbers.brief(seconds), connections, mqttConnections, packets));
        lines.add(
                "on the wire   %,d frames (%,d others), %s for %s of streams; %,d segments again, %,d out of order"
                        .formatted(
                                frames,
                                otherFrames,
                                Numbers.bytes((double) wireBytes),
                                Numbers.bytes((double) bytes),
                                retransmitted,
                                outOfOrder));
        flights.forEach((kind, each) -> lines.add(line(kind, each)));
        remarks.stream().limit(REMARKS_TOLD).forEach(lines::add);
        if (remarks.size() > REMARKS_TOLD) {
            lines.add("and %d more".formatted(remarks.size() - REMARKS_TOLD));
        }
        return lines;
    }

    private static String line(String kind, Flights.Statistics each) {
        if (each.done() == 0) {
            return String.format(Locale.ROOT, "%-13s %,d", kind, each.begun);
        }
        LatencySummary time = LatencySummary.of(each.nanos);
        return String.format(
                Locale.ROOT,
                "%-13s %,d flights, %,d done, %,d refused, %,d repeated; p50 %s, p99 %s, most %s",
                kind,
                each.begun,
                each.done(),
                each.refused,
                each.repeated,
                Numbers.micros(time.p50()),
                Numbers.micros(time.p99()),
                Numbers.micros(time.max()));
    }

    /** The flights as a table for other programs. */
    String csv() {
        Csv csv =
                new Csv(
                        List.of(
                                "kind",
                                "begun",
                                "done",
                                "refused",
                                "repeated",
                                "p50_micros",
                                "p99_micros",
                                "max_micros"));
        flights.forEach((kind, each) -> {
            LatencySummary time = LatencySummary.of(each.nanos);
            csv.row(
                    kind,
                    each.begun,
                    each.done(),
                    each.refused,
                    each.repeated,
                    time.p50(),
                    time.p99(),
                    time.max());
        });
        return csv.toString();
    }
}
