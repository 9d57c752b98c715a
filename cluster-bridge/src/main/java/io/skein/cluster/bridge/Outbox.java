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
 * the far side before it was ever reached. Takes no messages itself.
 */
final class Outbox implements LocalClient {
    private static final long FOR_EVER = 0xFFFF_FFFFL;

    private final LinkSettings settings;
    private final Set<TopicFilter> stored;
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();
    private final CompletableFuture<LocalConnection> connection = new CompletableFuture<>();
    private boolean present;

    private Outbox(LinkSettings settings, Set<TopicFilter> stored) {
        this.settings = settings;
        this.stored = stored;
    }

    /** The id of the session. */
    static String sessionId(LinkSettings settings) {
        return LocalBroker.LOCAL_CLIENTS + "link/" + settings.name();
    }

    /** How a link connects to its session; it is there for ever. */
    static Connect connect(LinkSettings settings, int receiveMaximum) {
        return new Connect(
                ProtocolVersion.MQTT_5,
                sessionId(settings),
                false,
                0,
                Properties.builder()
                        .number(Property.SESSION_EXPIRY_INTERVAL, FOR_EVER)
                        .number(Property.RECEIVE_MAXIMUM, receiveMaximum)
                        .build(),
                null,
                null,
                null);
    }

    /** Completes when it is kept, with whether there was a session before. */
    static CompletableFuture<Boolean> prepare(LinkSettings settings, Island island) {
        Outbox outbox =
                new Outbox(settings, island.stored().getOrDefault(sessionId(settings), Set.of()));
        outbox.connection.complete(island.broker().connect(connect(settings, 1), outbox));
        return outbox.done;
    }

    @Override
    public void received(Packet packet) {
        switch (packet) {
            case ConnAck answer when answer.reason().isError() ->
                    fail("its session is refused: " + answer.reason());
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

    private List<TopicRule> out() {
        return settings.rules().stream().filter(TopicRule::isOut).toList();
    }

    private void unsubscribe() {
        List<TopicFilter> old = new ArrayList<>(stored);
        out().forEach(rule -> old.remove(rule.local()));
        if (old.isEmpty()) {
            subscribe();
        } else {
            send(new Unsubscribe(1, old, Properties.EMPTY));
        }
    }

    private void subscribe() {
        List<Subscription> subscriptions =
                out().stream()
                        .map(rule ->
                                new Subscription(
                                        rule.local(),
                                        rule.qos(),
                                        true,
                                        true,
                                        RetainHandling.SEND_IF_NEW))
                        .toList();
        if (subscriptions.isEmpty()) {
            finish();
        } else {
            send(new Subscribe(1, subscriptions, Properties.EMPTY));
        }
    }

    private void send(Packet packet) {
        connection.thenAccept(local -> local.send(packet));
    }

    private void finish() {
        connection.thenAccept(LocalConnection::close);
        done.complete(present);
    }

    private void fail(@Nullable String why) {
        connection.thenAccept(LocalConnection::close);
        done.completeExceptionally(
                new IllegalStateException("link '%s': %s".formatted(settings.name(), why)));
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
