package io.skein.dist;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the clients of {@link KillIT} did and saw, and what of it breaks a promise. Messages of one
 * topic carry ascending numbers, and their publisher sends again what is not acknowledged: so
 * whoever is subscribed must see them without a gap. Safe for use by any thread.
 */
final class Records {
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    private final Map<String, Long> arrived = new ConcurrentHashMap<>();
    private final Map<String, Long> first = new ConcurrentHashMap<>();
    private final Map<String, Long> published = new ConcurrentHashMap<>();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

    void violation(String format, Object... parts) {
        violations.add(format.formatted(parts));
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    /** The number of the next message of a topic, from 1. */
    long publishing(String topic) {
        return published.merge(topic, 1L, Long::sum);
    }

    void acknowledged(String topic, long number) {
        acknowledged.merge(topic, number, Math::max);
    }

    /** The number of the last message of a topic, 0 if there was none. */
    long published(String topic) {
        return published.getOrDefault(topic, 0L);
    }

    /** The number of the last message of a topic that was acknowledged, 0 if none was. */
    long acknowledged(String topic) {
        return acknowledged.getOrDefault(topic, 0L);
    }

    /** Numbers that were acknowledged, over all topics. */
    long acknowledged() {
        return acknowledged.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Messages that reached an application, without repetitions, over all subscribers. */
    long arrived() {
        return arrived.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The number of the last message of a topic that a subscriber got, 0 if it got none. */
    long arrived(String client, String topic) {
        return arrived.getOrDefault(client + " " + topic, 0L);
    }

    /** The number of the first message of a topic that a subscriber got, 0 if it got none. */
    long first(String client, String topic) {
        return first.getOrDefault(client + " " + topic, 0L);
    }

    /**
     * A message has reached an application.
     *
     * @param once whether its quality promises that it does so once
     */
    void arriving(String client, String topic, long number, boolean once) {
        first.putIfAbsent(client + " " + topic, number);
        long last = arrived(client, topic);
        if (number == last + 1) {
            arrived.put(client + " " + topic, number);
        } else if (number > last) {
            violation("%s got %s %d after %d: lost, or out of order", client, topic, number, last);
            arrived.put(client + " " + topic, number);
        } else if (once) {
            violation("%s got %s %d again, after %d", client, topic, number, last);
        }
    }
}
