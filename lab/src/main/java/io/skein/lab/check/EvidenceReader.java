package io.skein.lab.check;

import io.skein.lab.history.Entry;
import io.skein.lab.history.Event.Connect;
import io.skein.lab.history.Event.Received;
import io.skein.lab.history.HistoryReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Goes through a record once more, for the few lines that show what was found. */
final class EvidenceReader {
    /** How many lines a finding has at most. */
    static final int LINES = 12;

    private final Map<Finding, List<String>> lines = new LinkedHashMap<>();
    private final Map<Long, List<Finding>> byIndex = new HashMap<>();
    private final Map<String, List<Finding>> byTopic = new HashMap<>();
    private final Map<Long, String> clients = new HashMap<>();

    private EvidenceReader(Findings findings) {
        for (Anomaly anomaly : Anomaly.values()) {
            findings.first(anomaly).forEach(this::expect);
        }
    }

    private void expect(Finding finding) {
        lines.put(finding, new ArrayList<>());
        for (long index : finding.evidence().indexes()) {
            byIndex.computeIfAbsent(index, _ -> new ArrayList<>()).add(finding);
        }
        String topic = finding.evidence().topic();
        if (topic != null) {
            byTopic.computeIfAbsent(topic, _ -> new ArrayList<>()).add(finding);
        }
    }

    /** The lines for each finding that was kept, of a record up to this event. */
    static Map<Finding, List<String>> read(Path place, Findings findings, long lastIndex)
            throws IOException {
        EvidenceReader evidence = new EvidenceReader(findings);
        if (evidence.lines.isEmpty()) {
            return Map.of();
        }
        try (HistoryReader reader = HistoryReader.open(place)) {
            Entry entry = reader.next();
            while (entry != null && entry.index() <= lastIndex) {
                evidence.take(entry, reader.line());
                if (entry.index() == lastIndex) {
                    break;
                }
                entry = reader.next();
            }
        }
        return evidence.lines;
    }

    private void take(Entry entry, String line) {
        if (entry.event() instanceof Connect connect) {
            clients.put(connect.op(), connect.client());
        }
        for (Finding finding : byIndex.getOrDefault(entry.index(), List.of())) {
            add(finding, line);
        }
        if (entry.event() instanceof Received received) {
            for (Finding finding : byTopic.getOrDefault(received.topic(), List.of())) {
                Evidence evidence = finding.evidence();
                String client = clients.get(received.connection());
                if (received.message() != null
                        && received.message().equals(evidence.message())
                        && (evidence.client() == null || evidence.client().equals(client))
                        && !evidence.indexes().contains(entry.index())) {
                    add(finding, line);
                }
            }
        }
    }

    private void add(Finding finding, String line) {
        List<String> shown = lines.computeIfAbsent(finding, _ -> new ArrayList<>());
        if (shown.size() < LINES) {
            shown.add(line);
        }
    }
}
