package io.skein.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.skein.broker.ConnectionOutput;
import io.skein.cluster.Message;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.codec.PacketEncoder;
import io.skein.mqtt.codec.ProblemInformation;
import io.skein.mqtt.codec.PublishOverrides;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.topic.TopicName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way out to one client: packets of a turn are encoded one behind the other into one buffer,
 * which is written once at the end of the turn, or earlier when it has grown large. An idle
 * connection holds no buffer. Used by the thread of the connection's loop only.
 */
final class ClientOutput implements ConnectionOutput {
    /** A buffer of this size is written at once: the network has enough to do. */
    private static final int FLUSH_BYTES = 64 << 10;

    /** How many full write buffers of answers may wait. */
    private static final int FLOOD_FACTOR = 4;

    private static final int LEAST_BUFFER_BYTES = 128;
    private static final long NO_EXPIRY = -1;
    private static final long UNBOUNDED = Long.MAX_VALUE;

    private final ClientChannel client;
    private final Channel channel;
    private final ClientLoop loop;
    private final ProtocolVersion version;
    private final long packetBytesMaximum;

    private @Nullable ByteBuf pending;
    private int bufferBytes = LEAST_BUFFER_BYTES;
    private @Nullable PublishOverrides overrides;
    private final @Nullable TopicAliases aliases;
    private int packets;
    private boolean closed;

    ClientOutput(ClientChannel client, Channel channel, ClientLoop loop, Connect connect) {
        this(
                client,
                channel,
                loop,
                connect.version(),
                connect.properties().number(Property.MAXIMUM_PACKET_SIZE, UNBOUNDED),
                aliasesFor(connect, loop));
    }

    /** The way out to a client whose CONNECT was refused: nothing is known but the version. */
    ClientOutput(ClientChannel client, Channel channel, ClientLoop loop, ProtocolVersion version) {
        this(client, channel, loop, version, UNBOUNDED, null);
    }

    private ClientOutput(
            ClientChannel client,
            Channel channel,
            ClientLoop loop,
            ProtocolVersion version,
            long packetBytesMaximum,
            @Nullable TopicAliases aliases) {
        this.client = client;
        this.channel = channel;
        this.loop = loop;
        this.version = version;
        this.packetBytesMaximum = packetBytesMaximum;
        this.aliases = aliases;
    }

    /** [MQTT-3.1.2-26] as many as the client allows, [MQTT-3.1.2-27] none where it says nothing. */
    private static @Nullable TopicAliases aliasesFor(Connect connect, ClientLoop loop) {
        long allowed = connect.properties().number(Property.TOPIC_ALIAS_MAXIMUM, 0);
        int most = (int) Math.min(allowed, loop.topicAliasToClientMaximum());
        return most == 0 ? null : new TopicAliases(most);
    }

    @Override
    public void send(Packet packet) {
        if (closed) {
            return;
        }
        ByteBuf out = buffer();
        int start = out.writerIndex();
        PacketEncoder.encode(packet, version, out);
        if (out.writerIndex() - start > packetBytesMaximum) { // [MQTT-3.1.2-24]
            out.writerIndex(start);
            // [MQTT-3.2.2-19] [MQTT-3.4.2-2] and their like: what explains is left out
            PacketEncoder.encode(ProblemInformation.without(packet), version, out);
            if (out.writerIndex() - start > packetBytesMaximum) {
                out.writerIndex(start);
                close(); // the client would wait for its answer for ever
                return;
            }
        }
        packets++;
        flushIfLarge(out);
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
        PublishOverrides extras = overrides(subscriptionIdentifiers, expirySeconds);
        if (aliases != null) {
            extras = withAlias(aliases, message.topic(), extras);
        }
        if (closed || packetBytesMaximum != UNBOUNDED) {
            int bytes =
                    PacketEncoder.publishBytes(
                            version,
                            message.topic(),
                            message.payload().length,
                            qos,
                            message.properties(),
                            extras);
            if (bytes > packetBytesMaximum) { // [MQTT-3.1.2-24] [MQTT-3.1.2-25]
                if (aliases != null) {
                    aliases.takeBack();
                }
                return 0;
            }
            if (closed) {
                return bytes; // not too large: the core is about to hear that the client is gone
            }
        }
        ByteBuf out = buffer();
        int start = out.writerIndex();
        PacketEncoder.encodePublish(
                out,
                version,
                message.topic(),
                message.payload(),
                qos,
                retain,
                duplicate,
                packetId,
                message.properties(),
                extras);
        int bytes = out.writerIndex() - start;
        packets++;
        flushIfLarge(out);
        return bytes;
    }

    private @Nullable PublishOverrides overrides(List<Integer> identifiers, long expirySeconds) {
        if (version != ProtocolVersion.MQTT_5
                || (expirySeconds == NO_EXPIRY && identifiers.isEmpty())) {
            return null;
        }
        PublishOverrides overrides = cleared();
        if (expirySeconds != NO_EXPIRY) {
            overrides.messageExpirySeconds(expirySeconds);
        }
        for (int identifier : identifiers) {
            overrides.addSubscriptionIdentifier(identifier);
        }
        return overrides;
    }

    private PublishOverrides cleared() {
        if (overrides == null) {
            overrides = new PublishOverrides();
        }
        return overrides.clear();
    }

    private @Nullable PublishOverrides withAlias(
            TopicAliases given, TopicName topic, @Nullable PublishOverrides others) {
        int alias = given.aliasFor(topic);
        if (alias == 0) {
            return others;
        }
        PublishOverrides extras = others == null ? cleared() : others;
        return extras.topicAlias(alias, given.isKnown()); // [MQTT-3.3.2-8]
    }

    @Override
    public boolean isWritable() {
        return !closed && channel.isWritable();
    }

    /** Whether so much waits for the network that the client is not to cause more. */
    boolean isFlooded() {
        if (channel.isWritable()) {
            return false;
        }
        long most = (long) FLOOD_FACTOR * channel.config().getWriteBufferHighWaterMark();
        return channel.bytesBeforeWritable() > most;
    }

    @Override
    public void setReading(boolean reading) {
        client.setReading(reading);
    }

    @Override
    public void close() {
        client.closeAfterFlush();
    }

    /** Hands what was encoded to the network; no effect if that is nothing. */
    void flush() {
        ByteBuf out = pending;
        if (out == null) {
            return;
        }
        pending = null;
        if (out.isReadable()) {
            loop.sent(packets, out.readableBytes());
            packets = 0;
            bufferBytes = Math.clamp(out.readableBytes(), LEAST_BUFFER_BYTES, FLUSH_BYTES);
            channel.writeAndFlush(out, channel.voidPromise());
        } else {
            out.release();
        }
    }

    /** Flushes and takes nothing any more; completes when the network has everything. */
    ChannelFuture flushLast() {
        closed = true;
        ByteBuf out = pending;
        pending = null;
        if (out != null) {
            loop.sent(packets, out.readableBytes());
        }
        return channel.writeAndFlush(out == null ? Unpooled.EMPTY_BUFFER : out);
    }

    /** Takes nothing any more and forgets what was not flushed: the network connection is gone. */
    void discard() {
        closed = true;
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    private ByteBuf buffer() {
        if (pending == null) {
            pending = channel.alloc().directBuffer(bufferBytes);
            loop.written(this);
        }
        return pending;
    }

    private void flushIfLarge(ByteBuf out) {
        if (out.readableBytes() >= FLUSH_BYTES) {
            flush();
        }
    }
}
