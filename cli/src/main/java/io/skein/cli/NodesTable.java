package io.skein.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Nodes for people to read: one line each. What is not known is a dash. */
final class NodesTable {
    private static final String UNKNOWN = "-";
    private static final double MICROS_PER_MILLI = 1_000;

    private NodesTable() {}

    /**
     * The table, with a line break at its end.
     *
     * @param nodes as the admin API tells them, with {@link RoundTrips} if they were measured
     * @param measured whether they were
     */
    static String of(JsonNode nodes, boolean measured) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(measured, "NAME", "MQTT", "ADMIN", "CONNECTIONS", "CPU", "CLIENTS", "RTT"));
        for (JsonNode node : nodes) {
            JsonNode load = node.path("load");
            boolean known = load.has("connections");
            rows.add(
                    row(
                            measured,
                            node.path("name").asText(),
                            node.path("mqttAddress").asText(),
                            node.path("adminAddress").asText(),
                            known
                                    ? String.format(
                                            Locale.ROOT, "%,d", load.path("connections").asLong())
                                    : UNKNOWN,
                            known ? load.path("processorPercent").asInt() + " %" : UNKNOWN,
                            known ? clients(load) : UNKNOWN,
                            roundTrip(node)));
        }
        return aligned(rows);
    }

    private static List<String> row(boolean measured, String... cells) {
        return List.of(cells).subList(0, measured ? cells.length : cells.length - 1);
    }

    private static String clients(JsonNode load) {
        return load.path("accepting").asBoolean() ? "welcome" : "drained";
    }

    private static String roundTrip(JsonNode node) {
        return node.has(RoundTrips.MICROS)
                ? String.format(
                        Locale.ROOT,
                        "%.2f ms",
                        node.path(RoundTrips.MICROS).asLong() / MICROS_PER_MILLI)
                : UNKNOWN;
    }

    private static String aligned(List<List<String>> rows) {
        StringBuilder table = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream().mapToInt(each -> each.get(at).length()).max().orElse(1);
                line.append(String.format("%-" + width + "s  ", row.get(column)));
            }
            table.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return table.toString();
    }
}
