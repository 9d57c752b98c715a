package io.skein.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.codec.DecoderLimits;
import io.skein.mqtt.codec.MqttCodecException;
import io.skein.mqtt.codec.PacketDecoder;
import io.skein.mqtt.codec.PacketEncoder;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A client that can misbehave: it sends any bytes and reads when it is told to. Blocking. */
public final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final ProtocolVersion version;
    private final ByteBuf received = Unpooled.buffer();
    private PacketDecoder decoder;
    private boolean connects;

    private RawClient(Socket socket, ProtocolVersion version) {
        this.socket = socket;
        this.version = version;
        this.decoder = decoder(version, 0);
    }

    /** One that fails at a topic alias above the maximum: nothing a node may send is above. */
    private static PacketDecoder decoder(ProtocolVersion version, int topicAliasMaximum) {
        return PacketDecoder.forClient(
                version,
                DecoderLimits.DEFAULT
                        .withPacketBytesMaximum(DecoderLimits.PROTOCOL_PACKET_BYTES)
                        .withTopicAliasMaximum(topicAliasMaximum));
    }

    /** Connects the socket and sends nothing. */
    public static RawClient connect(InetSocketAddress address) throws IOException {
        return connect(address, 0);
    }

    /** The same for packets of this version instead of MQTT 5. */
    public static RawClient connect(InetSocketAddress address, ProtocolVersion version)
            throws IOException {
        return connect(address, 0, version);
    }

    /** The same with a receive buffer of this size; 0 for the system's own. */
    public static RawClient connect(InetSocketAddress address, int receiveBytes)
            throws IOException {
        return connect(address, receiveBytes, ProtocolVersion.MQTT_5);
    }

    /** MQTT 5 over a connection that somebody else has made, such as one over TLS. */
    public static RawClient over(Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        return new RawClient(socket, ProtocolVersion.MQTT_5);
    }

    private static RawClient connect(
            InetSocketAddress address, int receiveBytes, ProtocolVersion version)
            throws IOException {
        Socket socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(address, PATIENCE_MILLIS);
        return new RawClient(socket, version);
    }

    /** CONNECT of MQTT 5 with a clean start and a keep alive of a minute. */
    public static Connect connectPacket(String clientId) {
        return new Connect(
                ProtocolVersion.MQTT_5, clientId, true, 60, Properties.EMPTY, null, null, null);
    }

    /** The same with a will at QoS 1. */
    public static Connect connectPacketWithWill(String clientId, String topic, String text) {
        Will will =
                new Will(
                        TopicName.of(topic),
                        text.getBytes(StandardCharsets.UTF_8),
                        QoS.AT_LEAST_ONCE,
                        false,
                        Properties.EMPTY);
        return new Connect(
                ProtocolVersion.MQTT_5, clientId, true, 60, Properties.EMPTY, will, null, null);
    }

    /** SUBSCRIBE to one filter with packet id 1. */
    public static Subscribe subscribePacket(String filter, QoS qos) {
        return new Subscribe(
                1, List.of(new Subscription(TopicFilter.of(filter), qos)), Properties.EMPTY);
    }

    /** PUBLISH at QoS 0, with packet id 1 above it. */
    public static Publish publishPacket(String topic, byte[] payload, QoS qos) {
        return new Publish(
                TopicName.of(topic),
                payload,
                qos,
                false,
                false,
                qos == QoS.AT_MOST_ONCE ? 0 : 1,
                Properties.EMPTY);
    }

    /** The bytes of packets of MQTT 5, one behind the other. */
    public static byte[] bytes(Packet... packets) {
        return bytes(ProtocolVersion.MQTT_5, packets);
    }

    private static byte[] bytes(ProtocolVersion version, Packet... packets) {
        ByteBuf out = Unpooled.buffer();
        for (Packet packet : packets) {
            PacketEncoder.encode(packet, version, out);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** Sends packets in one piece. */
    public RawClient send(Packet... packets) throws IOException {
        for (Packet packet : packets) {
            if (packet instanceof Connect connect && !connects) {
                connects = true;
                long aliases = connect.properties().number(Property.TOPIC_ALIAS_MAXIMUM, 0);
                decoder = decoder(version, (int) aliases);
            }
        }
        return send(bytes(version, packets));
    }

    /** Sends bytes in one piece. */
    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends CONNECT and returns the answer. */
    public ConnAck connectAs(String clientId) throws IOException {
        send(connectPacket(clientId));
        return next(ConnAck.class);
    }

    /** The next packet, which must be of this type. */
    public <P extends Packet> P next(Class<P> type) throws IOException {
        return type.cast(next());
    }

    /**
     * The next packet.
     *
     * @throws EOFException if the node closed the connection instead
     */
    public Packet next() throws IOException {
        try {
            while (true) {
                Packet packet = decoder.decode(received);
                if (packet != null) {
                    received.discardReadBytes();
                    return packet;
                }
                if (received.writeBytes(socket.getInputStream(), 64 << 10) < 0) {
                    throw new EOFException("closed by the node");
                }
            }
        } catch (MqttCodecException e) {
            throw new IOException(e);
        }
    }

    /** Waits until the node has closed the connection; what comes before is thrown away. */
    public void awaitClosed() throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                received.clear();
            }
        } catch (SocketException e) {
            return; // reset: closed as well
        }
    }

    /** Says that nothing more will be sent, and goes on reading. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Drops the connection with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
