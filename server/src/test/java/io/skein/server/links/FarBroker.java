package io.skein.server.links;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.Properties;
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
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A far side of MQTT 5 that does what a test says. It keeps one session, whose PUBLISH packets at
 * QoS 2 it takes once.
 */
final class FarBroker implements AutoCloseable {
    /** What it does about a PUBLISH; called by the thread of the connection. */
    @FunctionalInterface
    interface Answers {
        void published(Publish publish, Line line) throws IOException;
    }

    private final ServerSocket server;
    private final Answers answers;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final Set<Integer> received = new HashSet<>();
    private final AtomicInteger connections = new AtomicInteger();

    FarBroker(Answers answers) throws IOException {
        this(0, answers);
    }

    /** Listens on this port; 0 for any that is free. */
    FarBroker(int port, Answers answers) throws IOException {
        this.answers = answers;
        this.server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** The payloads it has taken, in their order; QoS 1 ones as often as they came. */
    List<String> taken() {
        return List.copyOf(taken);
    }

    /** How many connections there have been. */
    int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> new Line(socket).run());
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    /** One connection, and what a far side may say on it. */
    final class Line {
        private final Socket socket;

        private Line(Socket socket) {
            this.socket = socket;
        }

        private void run() {
            PacketDecoder decoder =
                    PacketDecoder.forServer(
                            DecoderLimits.DEFAULT.withPacketBytesMaximum(
                                    DecoderLimits.PROTOCOL_PACKET_BYTES));
            ByteBuf in = Unpooled.buffer();
            byte[] bytes = new byte[1 << 16];
            try (socket) {
                InputStream stream = socket.getInputStream();
                for (int count = stream.read(bytes); count >= 0; count = stream.read(bytes)) {
                    in.discardReadBytes().writeBytes(bytes, 0, count);
                    Packet packet = decoder.decode(in);
                    while (packet != null) {
                        received(packet);
                        packet = decoder.decode(in);
                    }
                }
            } catch (IOException | MqttCodecException e) {
                // the link, or the test, has ended it
            } finally {
                open.remove(socket);
            }
        }

        private void received(Packet packet) throws IOException {
            switch (packet) {
                case Connect _ ->
                        send(
                                new ConnAck(
                                        connections.get() > 1,
                                        ReasonCode.SUCCESS,
                                        Properties.EMPTY));
                case Subscribe subscribe ->
                        send(
                                new SubAck(
                                        subscribe.packetId(),
                                        subscribe.subscriptions().stream()
                                                .map(one -> ReasonCode.granted(one.maximumQos()))
                                                .toList(),
                                        Properties.EMPTY));
                case Publish publish -> answers.published(publish, this);
                case PubRel rel -> {
                    synchronized (received) {
                        received.remove(rel.packetId());
                    }
                    send(new PubComp(rel.packetId()));
                }
                case PingReq _ -> send(PingResp.INSTANCE);
                default -> {}
            }
        }

        /** Takes a message. */
        void take(Publish publish) throws IOException {
            boolean first;
            synchronized (received) {
                first = publish.qos() != QoS.EXACTLY_ONCE || received.add(publish.packetId());
            }
            if (first) {
                taken.add(new String(publish.payload(), StandardCharsets.UTF_8));
            }
            answer(publish, ReasonCode.SUCCESS);
        }

        /** Answers a message in the way of its quality. */
        void answer(Publish publish, ReasonCode reason) throws IOException {
            switch (publish.qos()) {
                case AT_MOST_ONCE -> {}
                case AT_LEAST_ONCE ->
                        send(new PubAck(publish.packetId(), reason, Properties.EMPTY));
                case EXACTLY_ONCE -> send(new PubRec(publish.packetId(), reason, Properties.EMPTY));
            }
        }

        /** Ends the connection with a reason. */
        void disconnect(ReasonCode reason) throws IOException {
            send(new Disconnect(reason, Properties.EMPTY));
            socket.close();
        }

        void send(Packet packet) throws IOException {
            ByteBuf bytes = Unpooled.buffer();
            PacketEncoder.encode(packet, ProtocolVersion.MQTT_5, bytes);
            send(ByteBufUtil.getBytes(bytes));
        }

        /** Sends what may not be MQTT. */
        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }
    }

    /** Ends all connections. */
    void cut() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
