package io.skein.dist;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.DecoderLimits;
import io.skein.mqtt.codec.MqttCodecException;
import io.skein.mqtt.codec.PacketDecoder;
import io.skein.mqtt.codec.PacketEncoder;
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
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client of MQTT 5 with a session that outlives its connections on both sides: it sends again
 * what was not acknowledged, and writes down everything it does and sees. Safe for use by any
 * thread.
 */
final class RecordingClient implements AutoCloseable {
    /** Messages it has under way at most. */
    static final int WINDOW = 16;

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_BYTES = 1 << 16;

    /** PUBRELs it keeps back, so that some are first sent on a later connection. */
    private static final int HELD_BACK = 2;

    /** How far a QoS 2 message that was received by the broker has got. */
    private enum Release {
        HELD_BACK,
        SENT,
        SENT_AGAIN
    }

    private final Records records;
    private final String id;
    private final int port;
    private final long expirySeconds;

    // All guarded by this.
    private final Map<Integer, Publish> unacknowledged = new LinkedHashMap<>();
    private final Map<Integer, Release> releasing = new LinkedHashMap<>();
    private final Set<Integer> received = new HashSet<>();
    private @Nullable Socket socket;
    private boolean connected;
    private boolean stored;
    private boolean holdingBack = true;
    private int lastPacketId;
    private int subscribed;

    RecordingClient(Records records, String id, int port, long expirySeconds) {
        this.records = records;
        this.id = id;
        this.port = port;
        this.expirySeconds = expirySeconds;
    }

    String id() {
        return id;
    }

    /** Whether CONNACK has come and the connection has not ended. */
    synchronized boolean isConnected() {
        return connected;
    }

    /** Whether a connection is under way or there. */
    synchronized boolean isBusy() {
        return socket != null;
    }

    /** How many subscriptions were granted. */
    synchronized int subscribed() {
        return subscribed;
    }

    /** Whether everything it has published is done with. */
    synchronized boolean isIdle() {
        return unacknowledged.isEmpty() && releasing.isEmpty();
    }

    /** Connects, if there is a node; {@link #isConnected} tells when it is. */
    void connect(@Nullable Will will) {
        Socket made = new Socket();
        synchronized (this) {
            if (socket != null) {
                return;
            }
            socket = made;
        }
        Thread.ofVirtual().name(id).start(() -> run(made, will));
    }

    private void run(Socket made, @Nullable Will will) {
        PacketDecoder decoder =
                PacketDecoder.forClient(ProtocolVersion.MQTT_5, DecoderLimits.DEFAULT);
        ByteBuf in = Unpooled.buffer();
        byte[] bytes = new byte[READ_BYTES];
        try (made) {
            made.setTcpNoDelay(true);
            made.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            Properties properties =
                    Properties.builder()
                            .number(Property.SESSION_EXPIRY_INTERVAL, expirySeconds)
                            .build();
            send(
                    made,
                    new Connect(
                            ProtocolVersion.MQTT_5, id, false, 0, properties, will, null, null));
            InputStream stream = made.getInputStream();
            for (int count = stream.read(bytes); count >= 0; count = stream.read(bytes)) {
                in.discardReadBytes().writeBytes(bytes, 0, count);
                Packet packet = decoder.decode(in);
                while (packet != null) {
                    received(made, packet, will);
                    packet = decoder.decode(in);
                }
            }
        } catch (IOException e) {
            // The node was killed, or the test has cut the connection.
        } catch (MqttCodecException e) {
            records.violation("%s cannot read what it was sent: %s", id, e.getMessage());
        } finally {
            synchronized (this) {
                socket = null;
                connected = false;
            }
        }
    }

    /** The network fails. */
    synchronized void cut() {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                records.violation("%s: %s", id, e);
            }
        }
    }

    /** Says goodbye; the session stays. */
    synchronized void leave() {
        send(new Disconnect(ReasonCode.SUCCESS, Properties.EMPTY));
    }

    synchronized void subscribe(String filter, QoS qos) {
        send(
                new Subscribe(
                        nextPacketId(),
                        List.of(new Subscription(TopicFilter.of(filter), qos)),
                        Properties.EMPTY));
    }

    /**
     * Publishes the next number of a topic, unless there is no connection or too much under way.
     */
    synchronized void publishNext(String topic, QoS qos, boolean retain) {
        if (!connected || unacknowledged.size() + releasing.size() >= WINDOW) {
            return;
        }
        Publish publish =
                new Publish(
                        TopicName.of(topic),
                        Long.toString(records.publishing(topic))
                                .getBytes(StandardCharsets.US_ASCII),
                        qos,
                        retain,
                        false,
                        nextPacketId(),
                        Properties.EMPTY);
        unacknowledged.put(publish.packetId(), publish);
        send(publish);
    }

    private int nextPacketId() {
        do {
            lastPacketId = lastPacketId == 65_535 ? 1 : lastPacketId + 1;
        } while (unacknowledged.containsKey(lastPacketId) || releasing.containsKey(lastPacketId));
        return lastPacketId;
    }

    private synchronized void received(Socket from, Packet packet, @Nullable Will will) {
        if (!from.equals(socket)) {
            return;
        }
        switch (packet) {
            case ConnAck ack -> onConnAck(ack, will);
            case Publish publish -> onPublish(publish);
            case PubAck ack -> onPubAck(ack);
            case PubRec rec -> onPubRec(rec);
            case PubRel rel -> {
                received.remove(rel.packetId());
                send(new PubComp(rel.packetId()));
            }
            case PubComp comp -> onPubComp(comp);
            case SubAck ack -> {
                if (ack.reasons().getFirst().isError()) {
                    records.violation("%s may not subscribe: %s", id, ack.reasons());
                }
                subscribed++;
            }
            default -> {}
        }
    }

    private void onConnAck(ConnAck ack, @Nullable Will will) {
        if (ack.reason() != ReasonCode.SUCCESS) {
            return;
        }
        if (stored && !ack.sessionPresent()) {
            records.violation("%s has no session any more", id);
        }
        if (!ack.sessionPresent()) {
            received.clear();
        }
        stored = true;
        connected = true;
        if (will != null) { // as good as published: it fires when this connection ends
            records.acknowledged(will.topic().name(), 1);
        }
        for (Publish publish : List.copyOf(unacknowledged.values())) { // [MQTT-4.4.0-1]
            send(
                    new Publish(
                            publish.topic(),
                            publish.payload(),
                            publish.qos(),
                            publish.retain(),
                            true,
                            publish.packetId(),
                            publish.properties()));
        }
        releasing.replaceAll((packetId, release) -> {
            send(new PubRel(packetId));
            return release == Release.HELD_BACK ? Release.SENT : Release.SENT_AGAIN;
        });
    }

    private void onPublish(Publish publish) {
        boolean first = publish.qos() != QoS.EXACTLY_ONCE || received.add(publish.packetId());
        if (first) {
            records.arriving(
                    id, publish.topic().name(), number(publish), publish.qos() == QoS.EXACTLY_ONCE);
        } else if (!publish.duplicate()) {
            records.violation("%s: packet id %d is in use", id, publish.packetId());
        }
        switch (publish.qos()) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> send(new PubAck(publish.packetId()));
            case EXACTLY_ONCE -> send(new PubRec(publish.packetId()));
        }
    }

    private void onPubAck(PubAck ack) {
        Publish publish = unacknowledged.remove(ack.packetId());
        if (publish != null && checked(ack.reason(), publish)) {
            records.acknowledged(publish.topic().name(), number(publish));
        }
    }

    private void onPubRec(PubRec rec) {
        Publish publish = unacknowledged.remove(rec.packetId());
        if (publish != null && checked(rec.reason(), publish)) {
            records.acknowledged(publish.topic().name(), number(publish));
            releasing.put(rec.packetId(), Release.HELD_BACK);
            releaseAllBut(holdingBack ? HELD_BACK : 0);
        }
    }

    /** From now on no PUBREL is kept back. */
    synchronized void releaseAll() {
        holdingBack = false;
        releaseAllBut(0);
    }

    private void releaseAllBut(int kept) {
        List<Integer> held =
                releasing.entrySet().stream()
                        .filter(entry -> entry.getValue() == Release.HELD_BACK)
                        .map(Map.Entry::getKey)
                        .toList();
        for (int packetId : held.subList(0, Math.max(0, held.size() - kept))) {
            releasing.put(packetId, Release.SENT);
            send(new PubRel(packetId));
        }
    }

    private boolean checked(ReasonCode reason, Publish publish) {
        if (reason.isError()) {
            records.violation("%s %d was refused: %s", publish.topic(), number(publish), reason);
        }
        return !reason.isError();
    }

    private void onPubComp(PubComp comp) {
        boolean sentOnce = releasing.remove(comp.packetId()) == Release.SENT;
        if (sentOnce && comp.reason() != ReasonCode.SUCCESS) { // else the PUBCOMP got lost
            records.violation("%s: PUBREL %d answered %s", id, comp.packetId(), comp.reason());
        }
    }

    private static long number(Publish publish) {
        return Long.parseLong(new String(publish.payload(), StandardCharsets.US_ASCII));
    }

    private void send(Packet packet) {
        if (socket != null) {
            send(socket, packet);
        }
    }

    private static void send(Socket to, Packet packet) {
        ByteBuf bytes = Unpooled.buffer();
        PacketEncoder.encode(packet, ProtocolVersion.MQTT_5, bytes);
        try {
            to.getOutputStream().write(ByteBufUtil.getBytes(bytes));
        } catch (IOException e) {
            // The reader sees it too and ends the connection.
        }
    }

    @Override
    public void close() {
        cut();
    }
}
