package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;

/**
 * A connection of an MQTT 5 client whose session never expires: sends what it is told to, and hands
 * out packet by packet what comes. Fails if nothing comes. For one thread.
 */
final class TalkingClient implements AutoCloseable {
    private static final long NEVER = 0xFFFF_FFFFL;
    private static final int READ_BYTES = 1 << 16;

    private final Socket socket;
    private final PacketDecoder decoder =
            PacketDecoder.forClient(ProtocolVersion.MQTT_5, DecoderLimits.DEFAULT);
    private final ByteBuf in = Unpooled.buffer();
    private final byte[] bytes = new byte[READ_BYTES];
    private int lastPacketId;

    TalkingClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Child.LIMIT.toMillis());
    }

    /** Goes on with the session of this client, or begins it. */
    ConnAck connect(String clientId) throws IOException {
        Properties properties =
                Properties.builder().number(Property.SESSION_EXPIRY_INTERVAL, NEVER).build();
        send(new Connect(ProtocolVersion.MQTT_5, clientId, false, 0, properties, null, null, null));
        return receive(ConnAck.class);
    }

    void subscribe(String filter, QoS qos) throws IOException {
        Subscription subscription = new Subscription(TopicFilter.of(filter), qos);
        send(new Subscribe(nextPacketId(), List.of(subscription), Properties.EMPTY));
        assertThat(receive(SubAck.class).reasons()).noneMatch(ReasonCode::isError);
    }

    /** Sends a message and returns its packet id. */
    int publish(String topic, QoS qos, boolean retain, byte[] payload) throws IOException {
        int packetId = nextPacketId();
        send(
                new Publish(
                        TopicName.of(topic),
                        payload,
                        qos,
                        retain,
                        false,
                        packetId,
                        Properties.EMPTY));
        return packetId;
    }

    private int nextPacketId() {
        lastPacketId = lastPacketId == 65_535 ? 1 : lastPacketId + 1;
        return lastPacketId;
    }

    /** Says goodbye, and waits until the broker has ended the connection. */
    void leave() throws IOException {
        send(new Disconnect(ReasonCode.SUCCESS, Properties.EMPTY));
        socket.shutdownOutput();
        InputStream rest = socket.getInputStream();
        while (rest.read(bytes) >= 0) {
            // what was under way
        }
    }

    /** Waits until the other side has ended the connection, in whatever way. */
    void awaitEnd() throws IOException {
        try {
            InputStream rest = socket.getInputStream();
            while (rest.read(bytes) >= 0) {
                // what was under way
            }
        } catch (SocketException e) {
            // a reset is an end, too
        }
    }

    void send(Packet packet) throws IOException {
        ByteBuf out = Unpooled.buffer();
        PacketEncoder.encode(packet, ProtocolVersion.MQTT_5, out);
        socket.getOutputStream().write(ByteBufUtil.getBytes(out));
    }

    /** The next packet, which is of this type. */
    <P extends Packet> P receive(Class<P> type) throws IOException {
        Packet packet = receive();
        assertThat(packet).isInstanceOf(type);
        return type.cast(packet);
    }

    /** The next packet. */
    Packet receive() throws IOException {
        try {
            Packet packet = decoder.decode(in);
            while (packet == null) {
                int count = socket.getInputStream().read(bytes);
                if (count < 0) {
                    throw new EOFException("the broker has ended the connection");
                }
                in.discardReadBytes().writeBytes(bytes, 0, count);
                packet = decoder.decode(in);
            }
            return packet;
        } catch (MqttCodecException e) {
            throw new AssertionError("the broker has sent nonsense", e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
