package io.skein.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Links for people to read: one line each. */
final class LinksTable {
    private static final List<String> TITLES =
            List.of(
                    "NAME",
                    "ADDRESS",
                    "STATE",
                    "FOR",
                    "QUEUED",
                    "SENT",
                    "RECEIVED",
                    "REFUSED",
                    "DETAIL");

    private LinksTable() {}

    /**
     * The table, with a line break at its end.
     *
     * @param links as the admin API tells them
     * @param now to which durations are counted
     */
    static String of(JsonNode links, Instant now) {
        List<List<String>> rows = new ArrayList<>(List.of(TITLES));
        links.forEach(link -> rows.add(row(link, now)));
        StringBuilder table = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream().mapToInt(one -> one.get(at).length()).max().orElse(0);
                line.append(row.get(column))
                        .append(" ".repeat(width - row.get(column).length() + 2));
            }
            table.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return table.toString();
    }

    private static List<String> row(JsonNode link, Instant now) {
        double seconds = now.toEpochMilli() / 1_000.0 - link.path("since").asDouble();
        return List.of(
                link.path("name").asText(),
                link.path("address").asText(),
                link.path("state").asText() + (link.path("alarm").asBoolean() ? " (alarm)" : ""),
                duration((long) Math.max(0, seconds)),
                link.path("queued").asText(),
                link.path("sent").asText(),
                link.path("received").asText(),
                link.path("refused").asText(),
                link.path("detail").asText());
    }

    private static String duration(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return "%d min %d s".formatted(seconds / 60, seconds % 60);
        }
        return "%d h %d min".formatted(seconds / 3_600, seconds % 3_600 / 60);
    }
}
