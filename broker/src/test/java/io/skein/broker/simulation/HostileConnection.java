package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.broker.Connection;
import io.skein.broker.ConnectionOutput;
import io.skein.broker.Peer;
import io.skein.broker.Shard;
import io.skein.cluster.Message;
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
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.Publish;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network connection of a client that keeps no rule: its bytes reach the broker as they would
 * through a channel, and everything the broker sends is held against the rules the broker has to
 * keep all the same.
 */
final class HostileConnection implements ConnectionOutput {
    private final SimulatedNode node;
    private final Peer peer;
    private final PacketDecoder decoder;
    private final ByteBuf arrived = Unpooled.buffer();
    private @Nullable SimulatedLoop loop;
    private @Nullable Connection connection;
    private @Nullable Connect connect;
    private @Nullable PacketDecoder reader;
    private @Nullable Obligations obligations;
    private @Nullable Packet last;
    private boolean reading = true;
    private boolean writable = true;
    private boolean inputEnded;
    private boolean closed;

    HostileConnection(SimulatedNode node, Peer peer, DecoderLimits limits) {
        this.node = node;
        this.peer = peer;
        this.decoder = PacketDecoder.forServer(limits);
    }

    /** The version of CONNECT, or MQTT 5 before there was one. */
    ProtocolVersion version() {
        ProtocolVersion version = decoder.version();
        return version == null ? ProtocolVersion.MQTT_5 : version;
    }

    /** From the client. */
    void arrive(byte[] bytes) {
        if (closed || inputEnded) {
            return;
        }
        arrived.writeBytes(bytes);
        if (loop != null) {
            loop.execute(this::readPackets);
        } else {
            readConnect();
        }
    }

    /** The network fails. */
    void cut() {
        inputEnded = true;
        if (loop == null) {
            closed = true;
        } else {
            loop.execute(this::readPackets);
        }
    }

    /** Whether the client takes what it is sent. */
    void setWritable(boolean to) {
        writable = to;
        if (to && loop != null) {
            loop.execute(now -> {
                if (connection != null && !closed) {
                    connection.writable(now);
                }
            });
        }
    }

    /** When nothing moves any more: whoever is still connected has got every answer. */
    void checkAnswered() {
        if (obligations != null && !closed && !inputEnded && reading) {
            obligations.checkNoneLeft();
        }
    }

    private void readConnect() {
        Packet packet;
        try {
            packet = decoder.decode(arrived);
        } catch (MqttCodecException e) {
            closed = true;
            return;
        }
        if (packet instanceof Connect first) {
            connect = first;
            int index = node.broker().shardIndexFor(first.clientId());
            Shard shard = node.broker().shard(index);
            reader = PacketDecoder.forClient(first.version(), DecoderLimits.DEFAULT);
            obligations = new Obligations(first);
            loop = node.loop(index);
            loop.execute(now -> {
                connection = shard.connect(first, this, peer, now);
                readPackets(now);
            });
        }
    }

    private void readPackets(long nowNanos) {
        Connection receiver = connection;
        if (receiver == null || closed || obligations == null) {
            return;
        }
        try {
            Packet packet = reading ? decoder.decode(arrived) : null;
            while (packet != null) {
                obligations.received(packet);
                receiver.received(packet, nowNanos);
                packet = reading && !closed ? decoder.decode(arrived) : null;
            }
        } catch (MqttCodecException e) {
            receiver.failed(e.reason(), String.valueOf(e.getMessage()), nowNanos);
            checkRefused(e);
        }
        if (inputEnded && reading && !closed) {
            closed = true;
            receiver.closed(nowNanos);
        }
    }

    private void checkRefused(MqttCodecException fault) {
        assertThat(closed).as("closed after " + fault.getMessage()).isTrue();
        if (version() == ProtocolVersion.MQTT_5 && !inputEnded) { // [MQTT-4.13.1-1]
            assertThat(last).isNotNull();
            if (last instanceof Disconnect disconnect) {
                assertThat(disconnect.reason()).isEqualTo(fault.reason());
            } else {
                assertThat(last).isInstanceOf(ConnAck.class);
            }
        }
    }

    @Override
    public void send(Packet packet) {
        if (closed || inputEnded) {
            return;
        }
        last = packet;
        if (obligations == null || reader == null || connect == null) {
            throw new IllegalStateException("sent before CONNECT: " + packet);
        }
        ByteBuf bytes = Unpooled.buffer();
        PacketEncoder.encode(packet, connect.version(), bytes);
        try {
            Packet read = bytes.isReadable() ? reader.decode(bytes) : packet;
            assertThat(read).as(packet.toString()).isNotNull();
        } catch (MqttCodecException e) {
            throw new AssertionError("no client may accept " + packet, e);
        }
        obligations.sent(packet);
    }

    @Override
    public int publish(
            Message message,
            QoS qos,
            boolean retain,
            boolean duplicate,
            int packetId,
            List<Integer> subscriptionIdentifiers,
            long expirySeconds) {
        Properties.Builder properties = message.properties().toBuilder();
        subscriptionIdentifiers.forEach(properties::subscriptionIdentifier);
        if (expirySeconds >= 0) {
            properties.number(Property.MESSAGE_EXPIRY_INTERVAL, expirySeconds);
        }
        send(
                new Publish(
                        message.topic(),
                        message.payload(),
                        qos,
                        retain,
                        duplicate,
                        packetId,
                        properties.build()));
        return 1 + message.payload().length;
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void setReading(boolean to) {
        reading = to;
        if (to && loop != null) {
            loop.execute(this::readPackets);
        }
    }

    @Override
    public void close() {
        if (!closed && loop != null) {
            closed = true;
            loop.execute(now -> {
                if (connection != null) {
                    connection.closed(now);
                }
            });
        }
    }
}
