package io.skein.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Nodes for people to read: one line each. */
final class NodesTable {
    private static final int WIDTH_MINIMUM = 4;

    private NodesTable() {}

    /**
     * The table, with a line break at its end.
     *
     * @param nodes as the admin API tells them
     */
    static String of(JsonNode nodes) {
        int name = WIDTH_MINIMUM;
        int mqtt = WIDTH_MINIMUM;
        for (JsonNode node : nodes) {
            name = Math.max(name, node.path("name").asText().length());
            mqtt = Math.max(mqtt, node.path("mqttAddress").asText().length());
        }
        String format = "%-" + name + "s  %-" + mqtt + "s  %s%n";
        StringBuilder table = new StringBuilder(format.formatted("NAME", "MQTT", "ADMIN"));
        for (JsonNode node : nodes) {
            table.append(
                    format.formatted(
                            node.path("name").asText(),
                            node.path("mqttAddress").asText(),
                            node.path("adminAddress").asText()));
        }
        return table.toString();
    }
}
