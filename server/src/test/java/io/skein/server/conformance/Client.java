package io.skein.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
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
import io.skein.server.RawClient;
import io.skein.server.TestNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One side of a conversation with the node, in one version. A verb that asks for something waits
 * for the answer; messages that arrive meanwhile wait for {@link #message}. Blocking.
 */
final class Client implements AutoCloseable {
    static final long LONG_EXPIRY_SECONDS = 3_600;

    private final ProtocolVersion version;
    private final RawClient raw;
    private final ArrayDeque<Publish> messages = new ArrayDeque<>();
    private int lastPacketId;

    private Client(ProtocolVersion version, RawClient raw) {
        this.version = version;
        this.raw = raw;
    }

    /** Connects the socket and sends nothing. */
    static Client open(TestNode node, ProtocolVersion version) throws IOException {
        return new Client(version, RawClient.connect(node.address(), version));
    }

    // What is sent as it is.

    Client send(Packet... packets) throws IOException {
        raw.send(packets);
        return this;
    }

    /** Hexadecimal bytes and, between quotes, text. */
    Client send(String written) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean quoted = false;
        for (String part : written.split("'", -1)) {
            bytes.writeBytes(quoted ? text(part) : HexFormat.of().parseHex(part.replace(" ", "")));
            quoted = !quoted;
        }
        raw.send(bytes.toByteArray());
        return this;
    }

    // What arrives.

    /** The next packet, which must be of this type; messages that wait come first. */
    <P extends Packet> P next(Class<P> type) throws IOException {
        Packet packet = messages.isEmpty() ? raw.next() : messages.poll();
        assertThat(packet).isInstanceOf(type);
        return type.cast(packet);
    }

    /** The next packet that is not a message; messages wait. */
    private <P extends Packet> P answer(Class<P> type) throws IOException {
        while (true) {
            Packet packet = raw.next();
            if (packet instanceof Publish publish) {
                messages.add(publish);
                continue;
            }
            assertThat(packet).isInstanceOf(type);
            return type.cast(packet);
        }
    }

    /** The next message, not yet acknowledged. */
    Publish message() throws IOException {
        return next(Publish.class);
    }

    /** The next message, acknowledged to the end of the exchange. */
    Publish received() throws IOException {
        Publish message = message();
        switch (message.qos()) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> send(new PubAck(message.packetId()));
            case EXACTLY_ONCE -> {
                send(new PubRec(message.packetId()));
                assertThat(answer(PubRel.class).packetId()).isEqualTo(message.packetId());
                send(new PubComp(message.packetId()));
            }
        }
        return message;
    }

    /** The text of the next message, which is acknowledged. */
    String receivedText() throws IOException {
        return text(received());
    }

    /** The node has closed the connection, and said nothing before. */
    void expectClosed() {
        assertThatThrownBy(() -> next(Packet.class)).isInstanceOf(EOFException.class);
    }

    /** The node has closed the connection; with MQTT 5 it has given this reason. */
    void expectDisconnected(ReasonCode reason) throws IOException {
        if (version == ProtocolVersion.MQTT_5) {
            assertThat(next(Disconnect.class).reason()).isEqualTo(reason);
        }
        expectClosed();
    }

    /** The same where answers to what was sent may come first. */
    void expectDisconnectedAfterAnswers(ReasonCode reason) throws IOException {
        Packet packet = raw.next();
        while (packet instanceof PubRec) {
            packet = raw.next();
        }
        assertThat(packet).isInstanceOf(Disconnect.class);
        assertThat(((Disconnect) packet).reason()).isEqualTo(reason);
        expectClosed();
    }

    /** Whether a message came before the last answer and waits for {@link #message}. */
    boolean hasMessage() {
        return !messages.isEmpty();
    }

    /** The node serves this connection, and everything sent so far has been handled. */
    Client ping() throws IOException {
        send(PingReq.INSTANCE);
        answer(PingResp.class);
        return this;
    }

    // The beginning and the end.

    /** CONNECT with no keep alive; {@code kept} asks for a session that outlives it. */
    Connect connect(String clientId, boolean clean, boolean kept, @Nullable Will will) {
        Properties properties =
                kept && version == ProtocolVersion.MQTT_5
                        ? Properties.builder()
                                .number(Property.SESSION_EXPIRY_INTERVAL, LONG_EXPIRY_SECONDS)
                                .build()
                        : Properties.EMPTY;
        return new Connect(version, clientId, clean, 0, properties, will, null, null);
    }

    /** The answer to this CONNECT. */
    ConnAck connect(Connect packet) throws IOException {
        return send(packet).next(ConnAck.class);
    }

    /** With a session that ends with the connection. */
    Client clean(String clientId) throws IOException {
        return clean(clientId, null);
    }

    Client clean(String clientId, @Nullable Will will) throws IOException {
        accepted(connect(connect(clientId, true, false, will)));
        return this;
    }

    /** With a session that outlives the connection, the one there is if there is one. */
    Client persistent(String clientId) throws IOException {
        accepted(connect(connect(clientId, false, true, null)));
        return this;
    }

    private static void accepted(ConnAck answer) {
        assertThat(answer.reason()).isEqualTo(ReasonCode.SUCCESS);
    }

    /** Ends the connection in order. */
    void disconnect() throws IOException {
        send(new Disconnect(ReasonCode.SUCCESS, Properties.EMPTY));
        expectClosed();
        raw.close();
    }

    /** Ends the connection without a word. */
    void drop() throws IOException {
        raw.reset();
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }

    // Subscribing and publishing.

    int nextPacketId() {
        return ++lastPacketId;
    }

    Client subscribed(String filter, QoS qos) throws IOException {
        SubAck answer = subscribe(Properties.EMPTY, new Subscription(TopicFilter.of(filter), qos));
        assertThat(answer.reasons()).containsExactly(ReasonCode.granted(qos));
        return this;
    }

    SubAck subscribe(Properties properties, Subscription... wanted) throws IOException {
        int packetId = nextPacketId();
        send(new Subscribe(packetId, List.of(wanted), properties));
        SubAck answer = answer(SubAck.class);
        assertThat(answer.packetId()).isEqualTo(packetId);
        return answer;
    }

    UnsubAck unsubscribe(String... filters) throws IOException {
        int packetId = nextPacketId();
        List<TopicFilter> gone = Stream.of(filters).map(TopicFilter::of).toList();
        send(new Unsubscribe(packetId, gone, Properties.EMPTY));
        UnsubAck answer = answer(UnsubAck.class);
        assertThat(answer.packetId()).isEqualTo(packetId);
        return answer;
    }

    Client publish(String topic, String text, QoS qos) throws IOException {
        return publish(topic, text, qos, false);
    }

    Client publish(String topic, String text, QoS qos, boolean retain) throws IOException {
        return publish(topic, text, qos, retain, Properties.EMPTY);
    }

    /** Publishes to the end of the exchange; at QoS 0 until the node has handled it. */
    Client publish(String topic, String text, QoS qos, boolean retain, Properties properties)
            throws IOException {
        int packetId = qos == QoS.AT_MOST_ONCE ? 0 : nextPacketId();
        send(publishPacket(topic, text, qos, retain, packetId, properties));
        switch (qos) {
            case AT_MOST_ONCE -> ping();
            case AT_LEAST_ONCE -> assertThat(answer(PubAck.class).packetId()).isEqualTo(packetId);
            case EXACTLY_ONCE -> {
                assertThat(answer(PubRec.class).packetId()).isEqualTo(packetId);
                release(packetId);
            }
        }
        return this;
    }

    void release(int packetId) throws IOException {
        send(new PubRel(packetId));
        assertThat(answer(PubComp.class).packetId()).isEqualTo(packetId);
    }

    static Publish publishPacket(String topic, String text, QoS qos, int packetId) {
        return publishPacket(topic, text, qos, false, packetId, Properties.EMPTY);
    }

    private static Publish publishPacket(
            String topic,
            String text,
            QoS qos,
            boolean retain,
            int packetId,
            Properties properties) {
        return new Publish(
                TopicName.of(topic), text(text), qos, retain, false, packetId, properties);
    }

    /** The packet as it is sent again. */
    static Publish repeated(Publish first) {
        return new Publish(
                first.topic(),
                first.payload(),
                first.qos(),
                first.retain(),
                true,
                first.packetId(),
                first.properties());
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(Publish message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }
}
