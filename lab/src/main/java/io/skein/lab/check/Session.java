package io.skein.lab.check;

import io.skein.lab.history.Event;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One session of a client: from a CONNACK without Session Present to the next one. */
final class Session {
    /**
     * A message under a packet identifier.
     *
     * @param live whether it came as a subscription's, not as a retained one
     * @param once whether it came at QoS 2
     */
    record Inbound(MessageStream stream, long sequence, boolean live, boolean once) {}

    private final Client client;
    private boolean inherited;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private final Map<MessageStream, List<Subscription>> matching = new HashMap<>();
    private final Map<MessageStream, Reception> receptions = new LinkedHashMap<>();
    private final Map<Integer, Inbound> unacknowledged = new HashMap<>();
    private long expirySeconds;
    private @Nullable Connection connection;
    private long aliveNanos;

    /**
     * A session.
     *
     * @param inherited whether it is older than the record, so that not all of it is known
     */
    Session(Client client, boolean inherited) {
        this.client = client;
        this.inherited = inherited;
    }

    Client client() {
        return client;
    }

    boolean isInherited() {
        return inherited;
    }

    /** It may be another one than it seems, with subscriptions that are not known. */
    void distrust() {
        inherited = true;
    }

    @Nullable Connection connection() {
        return connection;
    }

    /** A connection goes on with it. */
    void continueOn(Connection by, long expiry) {
        connection = by;
        expirySeconds = expiry;
    }

    void expireAfter(long seconds) {
        expirySeconds = seconds;
    }

    /** Whether it outlives its connection. */
    boolean isPersistent() {
        return expirySeconds != 0;
    }

    /** The broker surely had a connection of it at this time. */
    void aliveAt(long nanos) {
        aliveNanos = Math.max(aliveNanos, nanos);
    }

    /** Whether it cannot have expired before this time. */
    boolean outlasts(long nanos) {
        return expirySeconds == Event.NEVER || nanos - aliveNanos < expirySeconds * 1_000_000_000L;
    }

    /**
     * Whether its latest connection stands, and has not been replaced by one of another session.
     */
    boolean isConnected() {
        return connection != null && connection.isOpen() && client.session() == this;
    }

    @Nullable Subscription subscription(String filter) {
        return subscriptions.get(filter);
    }

    Subscription subscribe(String filter) {
        Subscription known = subscriptions.get(filter);
        if (known != null) {
            return known;
        }
        Subscription fresh = new Subscription(this, TopicFilter.of(filter));
        subscriptions.put(filter, fresh);
        matching.clear();
        return fresh;
    }

    Collection<Subscription> subscriptions() {
        return subscriptions.values();
    }

    /** The subscriptions to a stream, held or not. */
    List<Subscription> matching(MessageStream stream) {
        return matching.computeIfAbsent(
                stream,
                each -> {
                    List<Subscription> found = new ArrayList<>();
                    subscriptions.values().stream()
                            .filter(subscription -> subscription.matches(each))
                            .forEach(found::add);
                    return found;
                });
    }

    /** What it got of a stream, of which this number comes. */
    Reception receiving(MessageStream stream, long sequence) {
        return receptions.computeIfAbsent(stream, _ -> new Reception(sequence));
    }

    /** What it got of a stream; null for nothing. */
    @Nullable Reception reception(MessageStream stream) {
        return receptions.get(stream);
    }

    Map<MessageStream, Reception> receptions() {
        return receptions;
    }

    /** Messages that it got and has not acknowledged, by packet identifier. */
    Map<Integer, Inbound> unacknowledged() {
        return unacknowledged;
    }
}
