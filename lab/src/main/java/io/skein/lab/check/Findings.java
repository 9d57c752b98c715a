package io.skein.lab.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What was found: all of it counted, the earliest of each kind kept. */
final class Findings {
    /** How many of each kind are told in full. */
    static final int KEPT = 5;

    /** How many of each kind have their time kept, for the picture. */
    static final int MARKS = 1_000;

    private final Map<Anomaly, List<Finding>> first = new EnumMap<>(Anomaly.class);
    private final Map<Anomaly, Long> counts = new EnumMap<>(Anomaly.class);
    private final Map<Anomaly, List<Long>> marks = new EnumMap<>(Anomaly.class);
    private final Map<Promise, Long> checked = new EnumMap<>(Promise.class);
    private final Map<Promise, Map<String, Long>> unknown = new EnumMap<>(Promise.class);

    /** Something is wrong; the words are asked for only if they are kept. */
    void add(Anomaly anomaly, long nanos, Supplier<String> words, Supplier<Evidence> evidence) {
        counts.merge(anomaly, 1L, Long::sum);
        List<Long> times = marks.computeIfAbsent(anomaly, _ -> new ArrayList<>());
        if (times.size() < MARKS) {
            times.add(nanos);
        }
        List<Finding> kept = first.computeIfAbsent(anomaly, _ -> new ArrayList<>());
        if (kept.size() < KEPT || kept.getLast().nanos() > nanos) {
            kept.add(new Finding(anomaly, nanos, words.get(), evidence.get()));
            kept.sort(Comparator.comparingLong(Finding::nanos));
            if (kept.size() > KEPT) {
                kept.removeLast();
            }
        }
    }

    /** Something was looked at that could have shown that a promise is broken. */
    void checked(Promise promise) {
        checked.merge(promise, 1L, Long::sum);
    }

    /** Something about a promise cannot be told, for this reason. */
    void unknown(Promise promise, String reason, long howOften) {
        if (howOften > 0) {
            unknown.computeIfAbsent(promise, _ -> new TreeMap<>())
                    .merge(reason, howOften, Long::sum);
        }
    }

    long count(Anomaly anomaly) {
        return counts.getOrDefault(anomaly, 0L);
    }

    /** The earliest of a kind, in their order. */
    List<Finding> first(Anomaly anomaly) {
        return List.copyOf(first.getOrDefault(anomaly, List.of()));
    }

    /** When those of a kind happened, in nanoseconds; the first {@link #MARKS}. */
    List<Long> marks(Anomaly anomaly) {
        return List.copyOf(marks.getOrDefault(anomaly, List.of()));
    }

    long checkedOf(Promise promise) {
        return checked.getOrDefault(promise, 0L);
    }

    /** Why something about a promise cannot be told, and how often. */
    Map<String, Long> unknownOf(Promise promise) {
        return unknown.getOrDefault(promise, Map.of());
    }
}
