package io.skein.broker.simulation;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps the rules of MQTT 5, its session state included: it sends again after a
 * reconnect what was not acknowledged, and filters QoS 2 duplicates by packet id.
 */
final class SimulatedClient {
    /** A message that reached the application. */
    record Arrival(
            String topic,
            String text,
            QoS qos,
            boolean retain,
            boolean duplicate,
            Properties properties) {}

    final VirtualTime time;
    final String id;
    final List<Arrival> arrivals = new ArrayList<>();

    /** Texts of QoS 1 and 2 messages that the broker has acknowledged. */
    final Set<String> acknowledged = new LinkedHashSet<>();

    final List<SubAck> subAcks = new ArrayList<>();
    final List<UnsubAck> unsubAcks = new ArrayList<>();
    final List<Auth> auths = new ArrayList<>();
    final List<ReasonCode> disconnectReasons = new ArrayList<>();
    @Nullable Disconnect lastDisconnect;
    @Nullable ConnAck connAck;

    /** The answer to the last CONNECT, also when that connection has ended. */
    @Nullable ConnAck lastConnAck;

    /** What the broker answered to PUBLISH, in its order. */
    final List<ReasonCode> answers = new ArrayList<>();

    /** Every packet that came, in its order. */
    final List<Packet> packets = new ArrayList<>();

    /** Whether QoS 1 and 2 messages, and PUBREC, are answered at all. */
    boolean acknowledging = true;

    /** Whether the network takes what the broker sends. */
    boolean taking = true;

    private final Map<Integer, QoS> unanswered = new LinkedHashMap<>();
    private final Map<Integer, Publish> unacknowledged = new LinkedHashMap<>();
    private final Set<Integer> releasing = new LinkedHashSet<>();
    private final Set<Integer> received = new HashSet<>();
    private @Nullable Wire wire;
    private int lastPacketId;

    SimulatedClient(VirtualTime time, String id) {
        this.time = time;
        this.id = id;
    }

    boolean isConnected() {
        return wire != null && !wire.isDead() && connAck != null;
    }

    boolean isIdle() {
        return unacknowledged.isEmpty() && releasing.isEmpty();
    }

    void connect(SimulatedNode node, boolean cleanStart, long expirySeconds) {
        connect(node, cleanStart, expirySeconds, 0, null);
    }

    void connect(
            SimulatedNode node,
            boolean cleanStart,
            long expirySeconds,
            int keepAliveSeconds,
            @Nullable Will will) {
        Properties properties =
                Properties.builder()
                        .number(Property.SESSION_EXPIRY_INTERVAL, expirySeconds)
                        .build();
        connect(
                node,
                new Connect(
                        ProtocolVersion.MQTT_5,
                        id,
                        cleanStart,
                        keepAliveSeconds,
                        properties,
                        will,
                        null,
                        null));
    }

    void connect(SimulatedNode node, Connect packet) {
        connAck = null;
        unanswered.clear();
        wire = new Wire(node, this, packet);
    }

    void cut() {
        if (wire != null) {
            wire.cut();
            wire = null;
            connAck = null;
        }
    }

    /** The network takes what the broker sends again. */
    void takeAgain() {
        taking = true;
        if (wire != null) {
            wire.takesAgain();
        }
    }

    /** The application wants to see QoS 2 messages that come again, too. */
    void forgetReceived() {
        received.clear();
    }

    /** How many messages of this connection have come while nothing was acknowledged. */
    int unanswered() {
        return unanswered.size();
    }

    /** Messages are acknowledged again, and those that have come meanwhile. */
    void acknowledgeAgain() {
        acknowledging = true;
        unanswered.forEach((packetId, qos) ->
                send(qos == QoS.AT_LEAST_ONCE ? new PubAck(packetId) : new PubRec(packetId)));
        unanswered.clear();
    }

    void disconnect() {
        send(new Disconnect(ReasonCode.SUCCESS, Properties.EMPTY));
        wire = null;
        connAck = null;
    }

    void subscribe(String filter, QoS qos) {
        subscribe(new Subscription(TopicFilter.of(filter), qos));
    }

    void subscribe(Subscription subscription) {
        send(new Subscribe(nextPacketId(), List.of(subscription), Properties.EMPTY));
    }

    void unsubscribe(String filter) {
        send(new Unsubscribe(nextPacketId(), List.of(TopicFilter.of(filter)), Properties.EMPTY));
    }

    void publish(String topic, String text, QoS qos) {
        publish(topic, text, qos, false);
    }

    void publish(String topic, String text, QoS qos, boolean retain) {
        int packetId = qos == QoS.AT_MOST_ONCE ? 0 : nextPacketId();
        Publish packet =
                new Publish(
                        TopicName.of(topic),
                        text.getBytes(StandardCharsets.UTF_8),
                        qos,
                        retain,
                        false,
                        packetId,
                        Properties.EMPTY);
        if (packetId != 0) {
            unacknowledged.put(packetId, packet);
        }
        if (connAck != null) { // otherwise it follows CONNACK, behind what was sent before
            send(packet);
        }
    }

    void send(Packet packet) {
        if (wire != null && !wire.isDead()) {
            wire.toNode(packet);
        }
    }

    private int nextPacketId() {
        do {
            lastPacketId = lastPacketId == 65_535 ? 1 : lastPacketId + 1;
        } while (unacknowledged.containsKey(lastPacketId) || releasing.contains(lastPacketId));
        return lastPacketId;
    }

    void lost(Wire which) {
        if (which == wire) {
            wire = null;
            connAck = null;
        }
    }

    void received(Wire from, Packet packet) {
        if (from != wire) {
            return;
        }
        packets.add(packet);
        switch (packet) {
            case ConnAck ack -> onConnAck(ack);
            case Publish publish -> onPublish(publish);
            case PubAck ack -> acknowledge(ack.packetId(), ack.reason());
            case PubRec rec -> onPubRec(rec);
            case PubRel rel -> {
                received.remove(rel.packetId());
                send(new PubComp(rel.packetId()));
            }
            case PubComp comp -> releasing.remove(comp.packetId());
            case SubAck ack -> subAcks.add(ack);
            case UnsubAck ack -> unsubAcks.add(ack);
            case Auth auth -> auths.add(auth);
            case Disconnect disconnect -> {
                lastDisconnect = disconnect;
                disconnectReasons.add(disconnect.reason());
            }
            default -> {}
        }
    }

    private void onConnAck(ConnAck ack) {
        connAck = ack;
        lastConnAck = ack;
        if (ack.reason() != ReasonCode.SUCCESS) {
            return;
        }
        if (!ack.sessionPresent()) {
            received.clear();
            releasing.clear();
        }
        for (Publish publish : List.copyOf(unacknowledged.values())) {
            send(
                    new Publish(
                            publish.topic(),
                            publish.payload(),
                            publish.qos(),
                            publish.retain(),
                            ack.sessionPresent(),
                            publish.packetId(),
                            publish.properties()));
        }
        releasing.forEach(packetId -> send(new PubRel(packetId)));
    }

    private void onPublish(Publish publish) {
        switch (publish.qos()) {
            case AT_MOST_ONCE -> arrived(publish);
            case AT_LEAST_ONCE -> {
                arrived(publish);
                answer(publish, new PubAck(publish.packetId()));
            }
            case EXACTLY_ONCE -> {
                if (received.add(publish.packetId())) {
                    arrived(publish);
                }
                answer(publish, new PubRec(publish.packetId()));
            }
        }
    }

    private void answer(Publish publish, Packet answer) {
        if (acknowledging) {
            send(answer);
        } else {
            unanswered.put(publish.packetId(), publish.qos());
        }
    }

    private void arrived(Publish publish) {
        arrivals.add(
                new Arrival(
                        publish.topic().name(),
                        new String(publish.payload(), StandardCharsets.UTF_8),
                        publish.qos(),
                        publish.retain(),
                        publish.duplicate(),
                        publish.properties()));
    }

    private void onPubRec(PubRec rec) {
        if (acknowledge(rec.packetId(), rec.reason())) {
            releasing.add(rec.packetId());
        }
        if (acknowledging) {
            send(new PubRel(rec.packetId()));
        }
    }

    private boolean acknowledge(int packetId, ReasonCode reason) {
        Publish publish = unacknowledged.remove(packetId);
        answers.add(reason);
        if (publish == null || reason.isError()) {
            return false;
        }
        acknowledged.add(new String(publish.payload(), StandardCharsets.UTF_8));
        return true;
    }

    List<String> texts() {
        return arrivals.stream().map(Arrival::text).toList();
    }
}
