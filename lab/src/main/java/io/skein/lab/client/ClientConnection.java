package io.skein.lab.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.DecoderLimits;
import io.skein.mqtt.codec.PacketDecoder;
import io.skein.mqtt.packet.Auth;
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
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a connection: the handshake, the client's answers to what the broker sends,
 * the keep alive, and finding out why a connection ended. Only for the event loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements FrameReader.Receiver {
    private final MqttClient client;
    private final BrokerAddress address;
    private final CompletableFuture<MqttClient> connected;
    private final FrameReader reader;
    private final @Nullable PublishFrameListener frames;
    private @Nullable ByteBuf rest;

    ClientConnection(
            MqttClient client, BrokerAddress address, CompletableFuture<MqttClient> connected) {
        this.client = client;
        this.address = address;
        this.connected = connected;
        this.frames = client.listener().frames();
        ConnectOptions options = client.options();
        ProtocolVersion version = client.version();
        int aliases = (int) options.connect().properties().number(Property.TOPIC_ALIAS_MAXIMUM, 0);
        if (frames != null && aliases > 0) {
            throw new IllegalArgumentException("frames are not for connections with topic aliases");
        }
        DecoderLimits limits =
                DecoderLimits.DEFAULT
                        .withPacketBytesMaximum(options.packetBytesMaximum())
                        .withTopicAliasMaximum(aliases);
        this.reader =
                new FrameReader(
                        this,
                        PacketDecoder.forClient(version, limits),
                        version,
                        options.packetBytesMaximum(),
                        frames != null);
    }

    /** The transport is ready: says CONNECT. */
    void begin() {
        client.write(client.options().connect());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (client.loss() != null) {
            in.release(); // read all the same: a broker that cannot write may not read either
            return;
        }
        try {
            client.readAt(System.nanoTime());
            ByteBuf earlier = rest;
            if (earlier == null) {
                reader.read(in);
                if (in.isReadable()) {
                    rest = context.alloc().directBuffer(in.readableBytes() * 2).writeBytes(in);
                }
            } else {
                earlier.writeBytes(in);
                reader.read(earlier);
                keepRest(earlier);
            }
        } catch (MqttViolation e) {
            refuse(e);
        } finally {
            in.release();
        }
    }

    /** Keeps the bytes of a packet that has not come whole. */
    private void keepRest(ByteBuf earlier) {
        if (earlier.isReadable()) {
            earlier.discardReadBytes();
        } else {
            earlier.release();
            rest = null;
        }
    }

    private void refuse(MqttViolation violation) {
        if (client.connected() && client.version() == ProtocolVersion.MQTT_5) {
            client.write(new Disconnect(violation.reason(), Properties.EMPTY));
        }
        client.close(
                new ConnectionLoss(
                        ConnectionLoss.Kind.PROTOCOL_ERROR,
                        violation.reason(),
                        "the broker broke the protocol: " + violation.getMessage()));
    }

    @Override
    public boolean connected() {
        return client.connected();
    }

    @Override
    public boolean wantsMore() {
        return client.loss() == null;
    }

    @Override
    public void acknowledgement(int type, int packetId, ReasonCode reason) throws MqttViolation {
        if (type == 6) {
            release(packetId);
        } else if (!client.acknowledged((byte) type, packetId, reason)) {
            answerUnknown(type, packetId);
        }
    }

    /**
     * A repeated PUBREC is answered, so that the broker can finish; the rest is of no consequence.
     */
    private void answerUnknown(int type, int packetId) {
        if (type == InflightWindow.PUBREC) {
            client.write(
                    new PubRel(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.EMPTY));
        }
    }

    private void release(int packetId) {
        if (client.session().release(packetId)) {
            client.writeAcknowledgement(0x70, packetId);
            client.listener().onReleased(client, packetId);
        } else {
            client.write(
                    new PubComp(
                            packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.EMPTY));
        }
    }

    @Override
    public void frame(ByteBuf buffer, PublishFrame frame) {
        int qos = frame.qos();
        acknowledge(qos, frame.packetId());
        PublishFrameListener listener = frames;
        if (listener != null && (qos < 2 || client.session().firstSight(frame.packetId()))) {
            listener.onPublish(client, buffer, frame);
        }
    }

    private void message(Publish message) {
        acknowledge(message.qos().value(), message.packetId());
        if (message.qos() != QoS.EXACTLY_ONCE || client.session().firstSight(message.packetId())) {
            client.listener().onPublish(client, message);
        }
    }

    /**
     * Writes the acknowledgement before the listener is called, so that a listener may disconnect;
     * it leaves at the end of the turn, after the listener has returned, and not at all if that
     * throws.
     */
    private void acknowledge(int qos, int packetId) {
        if (qos > 0) {
            client.writeAcknowledgement(qos == 1 ? 0x40 : 0x50, packetId);
        }
    }

    @Override
    public void packet(Packet packet) throws MqttViolation {
        switch (packet) {
            case Publish p -> message(p);
            case PubAck p -> acknowledgement(InflightWindow.PUBACK, p.packetId(), p.reason());
            case PubRec p -> acknowledgement(InflightWindow.PUBREC, p.packetId(), p.reason());
            case PubRel p -> release(p.packetId());
            case PubComp p -> acknowledgement(InflightWindow.PUBCOMP, p.packetId(), p.reason());
            case SubAck p -> client.answered(InflightWindow.SUBACK, p.packetId(), p);
            case UnsubAck p -> client.answered(InflightWindow.UNSUBACK, p.packetId(), p);
            case PingResp _ -> client.pingAnswered();
            case ConnAck p -> answered(p);
            case Disconnect p -> disconnected(p);
            case Auth _ ->
                    throw new MqttViolation(
                            ReasonCode.PROTOCOL_ERROR, "AUTH, which nobody asked for");
            case Connect _, Subscribe _, Unsubscribe _, PingReq _ ->
                    throw new MqttViolation(
                            ReasonCode.PROTOCOL_ERROR, "a packet that only clients send");
        }
    }

    private void answered(ConnAck answer) {
        if (answer.reason() != ReasonCode.SUCCESS) {
            String detail = answer.properties().string(Property.REASON_STRING);
            fail(
                    ConnectFailedException.Kind.REFUSED,
                    answer.reason(),
                    "%s refused the connection: %s%s"
                            .formatted(
                                    address,
                                    Reasons.inWords(answer.reason()),
                                    detail == null ? "" : ", " + detail));
            return;
        }
        client.accepted(answer);
        long keepAlive =
                answer.properties()
                        .number(
                                Property.SERVER_KEEP_ALIVE,
                                client.options().connect().keepAliveSeconds());
        if (keepAlive > 0) {
            scheduleKeepAlive(keepAlive * 1000);
        }
        connected.complete(client);
    }

    /** Checks often enough that no silence grows to the keep alive itself. */
    private void scheduleKeepAlive(long keepAliveMillis) {
        client.eventLoop()
                .schedule(
                        () -> {
                            if (client.loss() != null || !client.isOpen()) {
                                return;
                            }
                            if (client.keepAlive(keepAliveMillis)) {
                                scheduleKeepAlive(keepAliveMillis);
                                return;
                            }
                            client.close(
                                    new ConnectionLoss(
                                            ConnectionLoss.Kind.KEEP_ALIVE_TIMEOUT,
                                            null,
                                            "no answer to PINGREQ within "
                                                    + keepAliveMillis
                                                    + " ms"));
                        },
                        Math.max(1, keepAliveMillis * 2 / 5),
                        TimeUnit.MILLISECONDS);
    }

    private void disconnected(Disconnect packet) {
        String detail = packet.properties().string(Property.REASON_STRING);
        client.close(
                new ConnectionLoss(
                        ConnectionLoss.Kind.DISCONNECTED_BY_BROKER,
                        packet.reason(),
                        "the broker disconnected: "
                                + Reasons.inWords(packet.reason())
                                + (detail == null ? "" : ", " + detail)));
    }

    /** Ends a connection that was not accepted; later calls change nothing. */
    void fail(ConnectFailedException.Kind kind, @Nullable ReasonCode reason, String message) {
        fail(new ConnectFailedException(kind, reason, message, null));
    }

    private void fail(ConnectFailedException why) {
        connected.completeExceptionally(why);
        client.close(
                new ConnectionLoss(
                        ConnectionLoss.Kind.LOST, why.reason(), String.valueOf(why.getMessage())));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            client.writable();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        String message = Reasons.inWords(cause);
        client.dropOutgoing();
        if (!client.connected()) {
            fail(
                    new ConnectFailedException(
                            ConnectFailedException.Kind.NO_BROKER,
                            null,
                            "connection to " + address + " failed: " + message,
                            cause));
        } else {
            client.close(new ConnectionLoss(ConnectionLoss.Kind.LOST, null, message));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ByteBuf kept = rest;
        rest = null;
        if (kept != null) {
            kept.release();
        }
        ConnectionLoss known = client.loss();
        ConnectionLoss loss =
                known != null
                        ? known
                        : new ConnectionLoss(
                                ConnectionLoss.Kind.LOST, null, "the broker closed the connection");
        connected.completeExceptionally(
                new ConnectFailedException(
                        ConnectFailedException.Kind.NO_BROKER,
                        loss.reason(),
                        address + " did not accept the connection: " + loss.message(),
                        null));
        client.ended(loss);
    }
}
