package io.skein.lab.devices;

import io.skein.lab.load.Counts;
import io.skein.lab.load.RoundResult;
import io.skein.lab.measure.LatencySummary;
import io.skein.lab.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What became of a population, as rows. */
final class DevicesTable {
    static final List<String> HEADINGS =
            List.of(
                    "class",
                    "devices",
                    "sent",
                    "sent/s",
                    "received",
                    "lost",
                    "p50",
                    "p99",
                    "p99.9");

    private DevicesTable() {}

    static List<List<String>> rows(DevicesResult result) {
        List<List<String>> rows = new ArrayList<>();
        long devices = 0;
        for (ClassResult each : result.classes()) {
            int count = each.devices().devicesAt(result.options().scale());
            devices += count;
            RoundResult round = each.bench().round();
            Counts counts = round.counts();
            rows.add(
                    row(
                            each.devices().name(),
                            count,
                            counts.sent(),
                            round.sentPerSecond(),
                            counts.received(),
                            counts.lost(),
                            round.latency()));
        }
        rows.add(
                row(
                        "all",
                        devices,
                        result.sum(bench -> bench.round().counts().sent()),
                        result.sentPerSecond(),
                        result.sum(bench -> bench.round().counts().received()),
                        result.sum(bench -> bench.round().counts().lost()),
                        LatencySummary.of(result.latencyNanos())));
        return rows;
    }

    private static List<String> row(
            String name,
            long devices,
            long sent,
            double sentPerSecond,
            long received,
            long lost,
            LatencySummary latency) {
        return List.of(
                name,
                String.format(Locale.ROOT, "%,d", devices),
                String.format(Locale.ROOT, "%,d", sent),
                Numbers.brief(sentPerSecond),
                String.format(Locale.ROOT, "%,d", received),
                String.format(Locale.ROOT, "%,d", lost),
                Numbers.micros(latency.p50()),
                Numbers.micros(latency.p99()),
                Numbers.micros(latency.p999()));
    }

    static String of(DevicesResult result) {
        StringBuilder text = new StringBuilder();
        line(text, HEADINGS);
        rows(result).forEach(row -> line(text, row));
        if (!result.options().agents().isEmpty()) {
            text.append("agents ").append(result.options().agents().names()).append('\n');
        }
        text.append(valid(result)).append('\n');
        return text.toString();
    }

    static String valid(DevicesResult result) {
        return result.invalidReasons().isEmpty()
                ? "valid: nothing but the target held the load back"
                : "NOT VALID: " + String.join("; ", result.invalidReasons());
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append(String.format(Locale.ROOT, "%-22s", cells.getFirst()));
        cells.stream()
                .skip(1)
                .forEach(cell -> text.append(String.format(Locale.ROOT, " %11s", cell)));
        text.append('\n');
    }
}
