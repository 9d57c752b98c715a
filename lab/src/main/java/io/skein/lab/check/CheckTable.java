package io.skein.lab.check;

import io.skein.lab.check.Counts.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A judgement for a terminal. */
final class CheckTable {
    private static final int CLIENTS = 5;

    private final Judgement judgement;
    private final StringBuilder text = new StringBuilder();

    private CheckTable(Judgement judgement) {
        this.judgement = judgement;
    }

    /** Lines that end in {@code \n}. */
    static String of(Judgement judgement) {
        CheckTable table = new CheckTable(judgement);
        table.figures();
        table.promises();
        table.findings();
        table.verdict();
        return table.text.toString();
    }

    private void figures() {
        Counts counts = judgement.run().counts();
        line(
                "record        %,d events in %.1f s, %,d clients, faults: %s",
                counts.of(Count.EVENTS),
                judgement.nanos() / 1e9,
                counts.of(Count.CLIENTS),
                String.join(", ", faults()));
        line(
                "publishes     %,d: %,d acknowledged, %,d refused, %,d unknown",
                counts.of(Count.PUBLISHED),
                counts.of(Count.ACKNOWLEDGED),
                counts.of(Count.REFUSED),
                counts.of(Count.UNKNOWN));
        line(
                "deliveries    %,d: %,d again at QoS 1, %,d of these without DUP, %,d retained",
                counts.of(Count.RECEIVED),
                counts.of(Count.REPEATED_QOS_1) + counts.of(Count.REPEATED_QOS_1_WITHOUT_DUP),
                counts.of(Count.REPEATED_QOS_1_WITHOUT_DUP),
                counts.of(Count.RECEIVED_RETAINED));
        line(
                "connections   %,d: %,d lost, %,d taken over; %,d more refused, %,d unknown",
                counts.of(Count.CONNECTIONS),
                counts.of(Count.CONNECTIONS_LOST),
                counts.of(Count.TAKEOVERS),
                counts.of(Count.CONNECTIONS_REFUSED),
                counts.of(Count.CONNECTIONS_UNKNOWN));
        Availability availability = judgement.availability();
        List<String> longest = new ArrayList<>();
        for (Map.Entry<String, Long> total : availability.totals()) {
            if (longest.size() < CLIENTS) {
                longest.add(
                        String.format(
                                Locale.ROOT, "%s %.1f s", total.getKey(), total.getValue() / 1e9));
            }
        }
        line(
                "no service    %,d times for a second or more, the longest wait %.1f s%s",
                availability.count(),
                availability.waits().getMaxValue() / 1e9,
                longest.isEmpty() ? "" : "; in all: " + String.join(", ", longest));
        text.append('\n');
    }

    private List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (String kind : judgement.run().faults().kinds()) {
            long count =
                    judgement.run().faults().spans().stream()
                            .filter(span -> span.kind().equals(kind))
                            .count();
            faults.add(count + " " + kind);
        }
        return faults.isEmpty() ? List.of("none") : faults;
    }

    private void promises() {
        line("%-5s %-13s %12s %12s  %s", "", "", "checked", "violations", "promised");
        for (PromiseVerdict each : judgement.verdicts()) {
            line(
                    "%-5s %-13s %,12d %,12d  %s",
                    each.promise(),
                    each.state(),
                    each.checked(),
                    each.violations(),
                    each.reasons().isEmpty()
                            ? each.declared()
                            : each.declared() + " (" + String.join("; ", each.reasons()) + ")");
        }
        text.append('\n');
    }

    private void findings() {
        for (Anomaly anomaly : Anomaly.values()) {
            List<Finding> first = judgement.findings().first(anomaly);
            if (!first.isEmpty()) {
                Finding finding = first.getFirst();
                line(
                        "%s %s: %s %s, first at %.3f s: %s",
                        judgement.isViolation(finding) ? "VIOLATED" : "reported",
                        anomaly.promise(),
                        Judgement.times(judgement.findings().count(anomaly)),
                        anomaly.words(),
                        finding.nanos() / 1e9,
                        finding.words());
            }
        }
        Finding first = judgement.firstViolation();
        if (first != null) {
            judgement
                    .evidence()
                    .getOrDefault(first, List.of())
                    .forEach(event -> line("  %s", event));
        }
    }

    private void verdict() {
        line("verdict       %s", judgement.verdict());
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
