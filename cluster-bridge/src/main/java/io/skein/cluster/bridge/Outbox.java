package io.skein.cluster.bridge;

import io.skein.cluster.LocalBroker;
import io.skein.cluster.LocalClient;
import io.skein.cluster.LocalConnection;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.RetainHandling;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes the session that queues for a link what its rules ask for, so that messages are kept for
 * the far side before it was ever reached; or, where there is no such link any more, lets it queue
 * nothing more and end in a while. Takes no messages itself.
 */
final class Outbox implements LocalClient {
    /** How long the session of a link that is not configured is kept, should it come back. */
    static final long RETIRED_SECONDS = 24 * 3_600;

    private static final long FOR_EVER = 0xFFFF_FFFFL;
    private static final String PREFIX = LocalBroker.LOCAL_CLIENTS + "link/";

    private final String sessionId;
    private final Set<TopicFilter> stored;
    private final List<Subscription> wanted;
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();
    private final CompletableFuture<LocalConnection> connection = new CompletableFuture<>();
    private boolean present;

    private Outbox(String sessionId, Set<TopicFilter> stored, List<Subscription> wanted) {
        this.sessionId = sessionId;
        this.stored = stored;
        this.wanted = wanted;
    }

    /** The id of the session. */
    static String sessionId(LinkSettings settings) {
        return PREFIX + settings.name();
    }

    /** The name of the link whose session has this id; null if it is that of no link. */
    static @Nullable String linkName(String sessionId) {
        return sessionId.startsWith(PREFIX) ? sessionId.substring(PREFIX.length()) : null;
    }

    /** How a link connects to its session; it is there for ever. */
    static Connect connect(LinkSettings settings, int receiveMaximum) {
        return connect(sessionId(settings), receiveMaximum, FOR_EVER);
    }

    private static Connect connect(String sessionId, int receiveMaximum, long expirySeconds) {
        return new Connect(
                ProtocolVersion.MQTT_5,
                sessionId,
                false,
                0,
                Properties.builder()
                        .number(Property.SESSION_EXPIRY_INTERVAL, expirySeconds)
                        .number(Property.RECEIVE_MAXIMUM, receiveMaximum)
                        .build(),
                null,
                null,
                null);
    }

    /** Completes when it is kept, with whether there was a session before. */
    static CompletableFuture<Boolean> prepare(LinkSettings settings, Island island) {
        String sessionId = sessionId(settings);
        Set<TopicFilter> stored = island.stored().getOrDefault(sessionId, Set.of());
        List<Subscription> wanted =
                settings.rules().stream()
                        .filter(TopicRule::isOut)
                        .map(rule ->
                                new Subscription(
                                        rule.local(),
                                        rule.qos(),
                                        true,
                                        true,
                                        RetainHandling.SEND_IF_NEW))
                        .toList();
        return new Outbox(sessionId, stored, wanted).run(island.broker(), FOR_EVER);
    }

    /** The session of a link that is not configured: completes when nothing is queued any more. */
    static CompletableFuture<Boolean> retire(
            String sessionId, Set<TopicFilter> stored, LocalBroker broker) {
        return new Outbox(sessionId, stored, List.of()).run(broker, RETIRED_SECONDS);
    }

    private CompletableFuture<Boolean> run(LocalBroker broker, long expirySeconds) {
        connection.complete(broker.connect(connect(sessionId, 1, expirySeconds), this));
        return done;
    }

    @Override
    public void received(Packet packet) {
        switch (packet) {
            case ConnAck answer when answer.reason().isError() ->
                    fail("it is refused: " + answer.reason());
            case ConnAck answer -> {
                present = answer.sessionPresent();
                unsubscribe();
            }
            case UnsubAck _ -> subscribe();
            case SubAck answer -> {
                if (answer.reasons().stream().anyMatch(reason -> reason.isError())) {
                    fail("its subscriptions are refused: " + answer.reasons());
                } else {
                    finish();
                }
            }
            default -> {} // a message is sent again on the next connection
        }
    }

    private void unsubscribe() {
        List<TopicFilter> old = new ArrayList<>(stored);
        wanted.forEach(subscription -> old.remove(subscription.filter()));
        if (old.isEmpty()) {
            subscribe();
        } else {
            send(new Unsubscribe(1, old, Properties.EMPTY));
        }
    }

    private void subscribe() {
        if (wanted.isEmpty()) {
            finish();
        } else {
            send(new Subscribe(1, wanted, Properties.EMPTY));
        }
    }

    private void send(Packet packet) {
        connection.thenAccept(local -> local.send(packet));
    }

    private void finish() {
        connection.thenAccept(LocalConnection::close);
        done.complete(present);
    }

    private void fail(String why) {
        connection.thenAccept(LocalConnection::close);
        done.completeExceptionally(
                new IllegalStateException("session '%s': %s".formatted(sessionId, why)));
    }

    @Override
    public boolean isWritable() {
        return false;
    }

    @Override
    public void setReading(boolean reading) {}

    @Override
    public void closed() {
        fail("its connection was closed");
    }
}
