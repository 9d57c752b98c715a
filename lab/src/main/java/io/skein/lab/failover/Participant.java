package io.skein.lab.failover;

import io.skein.lab.history.MessageId;
import io.skein.lab.measure.SequenceLedger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** One client of a repetition, as its record shows it. Not thread-safe. */
final class Participant {
    private final String home;
    private final Set<String> topics = new HashSet<>();
    private final Map<Integer, SequenceLedger> received = new HashMap<>();
    private long lastNanos;
    private long silenceNanos;
    private OptionalLong back = OptionalLong.empty();
    private boolean connectedBefore;
    private long receptions;
    private long sessionsLost;

    /** A client of this node. */
    Participant(String home) {
        this.home = home;
    }

    /** The node it connected to first. */
    String home() {
        return home;
    }

    void connected(long nanos, boolean sessionPresent, boolean afterTheFault) {
        if (connectedBefore && !sessionPresent) {
            sessionsLost++;
        }
        connectedBefore = true;
        if (afterTheFault && back.isEmpty()) {
            back = OptionalLong.of(nanos);
        }
    }

    /** To a topic: there are no wildcards here. */
    void subscribes(String topic, long nanos) {
        if (topics.add(topic)) {
            lastNanos = nanos;
        }
    }

    /**
     * Notes a message. A silence counts if it ends after the fault and began before the fault was
     * being undone.
     */
    void received(MessageId message, long nanos, long faultNanos, long undoingNanos) {
        receptions++;
        received.computeIfAbsent(message.publisher(), _ -> new SequenceLedger())
                .record(message.sequence());
        if (nanos >= faultNanos && lastNanos < undoingNanos) {
            silenceNanos = Math.max(silenceNanos, nanos - lastNanos);
        }
        lastNanos = nanos;
    }

    /** The longest silence, up to the end of the record where nothing came any more. */
    long silenceNanos(long undoingNanos, long endNanos) {
        return lastNanos < undoingNanos
                ? Math.max(silenceNanos, endNanos - lastNanos)
                : silenceNanos;
    }

    /** When it was connected again after the fault; empty if it was not, or stayed connected. */
    OptionalLong backNanos() {
        return back;
    }

    boolean isSubscriber() {
        return !topics.isEmpty();
    }

    boolean wants(String topic) {
        return topics.contains(topic);
    }

    boolean has(MessageId message) {
        SequenceLedger ledger = received.get(message.publisher());
        return ledger != null && ledger.contains(message.sequence());
    }

    long receptions() {
        return receptions;
    }

    long duplicates() {
        return received.values().stream().mapToLong(SequenceLedger::duplicates).sum();
    }

    /** How often it was told that its session is not there. */
    long sessionsLost() {
        return sessionsLost;
    }
}
