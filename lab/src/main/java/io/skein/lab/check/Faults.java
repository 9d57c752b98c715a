package io.skein.lab.check;

import io.skein.lab.history.Event.FaultBegun;
import io.skein.lab.history.Event.FaultEnded;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The faults of a run. */
final class Faults {
    /**
     * The kind that stands for two nodes being down, frozen, cut off or without room at a time,
     * where a cluster may promise to bear one.
     */
    static final String OVERLAP = "overlap";

    private static final Set<String> TAKE_A_NODE =
            Set.of("kill", "restart", "freeze", "partition", "disk", "power", "death");

    private final Map<Integer, FaultSpan> open = new LinkedHashMap<>();
    private final List<FaultSpan> spans = new ArrayList<>();

    void begun(FaultBegun event, long nanos) {
        open.put(
                event.fault(),
                new FaultSpan(event.kind(), event.node(), event.words(), nanos, Long.MAX_VALUE));
    }

    void ended(FaultEnded event, long nanos) {
        FaultSpan span = open.remove(event.fault());
        if (span != null) {
            spans.add(span.until(nanos));
        }
    }

    /** The record ends. */
    void end(long nanos) {
        open.values().forEach(span -> spans.add(span.until(nanos)));
        open.clear();
    }

    List<FaultSpan> spans() {
        return List.copyOf(spans);
    }

    Set<String> kinds() {
        Set<String> kinds = new TreeSet<>();
        spans.forEach(span -> kinds.add(span.kind()));
        return kinds;
    }

    /** The kinds, and {@link #OVERLAP}: what a promise may be made without. */
    Set<String> conditions() {
        Set<String> conditions = kinds();
        List<FaultSpan> taking =
                spans.stream().filter(span -> TAKE_A_NODE.contains(span.kind())).toList();
        if (taking.stream().anyMatch(one -> taking.stream().anyMatch(one::overlapsOnAnotherNode))) {
            conditions.add(OVERLAP);
        }
        return conditions;
    }

    /** Whether no fault held at any time between two others. */
    boolean quiet(long fromNanos, long toNanos) {
        return Stream.concat(spans.stream(), open.values().stream())
                .allMatch(span -> span.toNanos() < fromNanos || span.fromNanos() > toNanos);
    }
}
