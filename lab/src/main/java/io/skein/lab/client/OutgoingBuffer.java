package io.skein.lab.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.PacketEncoder;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.Publish;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection writes in one turn of its event loop: one contiguous buffer, handed to the
 * channel at the end of the turn. Only for the event loop.
 */
final class OutgoingBuffer {
    private static final Logger LOG = LoggerFactory.getLogger(OutgoingBuffer.class);

    /** Bytes that may wait here before {@link #hasRoom} says no. */
    private static final int BYTES_LIMIT = 256 * 1024;

    private static final int BYTES_INITIAL = 1024;

    private final Channel channel;
    private final ProtocolVersion version;
    private final Runnable flushLater;
    private @Nullable ByteBuf buffer;
    private int bytesBefore = BYTES_INITIAL;
    private boolean used;

    /** A buffer that calls {@code flushLater} on its first write of a turn. */
    OutgoingBuffer(Channel channel, ProtocolVersion version, Runnable flushLater) {
        this.channel = channel;
        this.version = version;
        this.flushLater = flushLater;
    }

    /** Whether neither this turn's buffer nor the channel's is full. */
    boolean hasRoom() {
        ByteBuf out = buffer;
        return (out == null || out.readableBytes() < BYTES_LIMIT) && channel.isWritable();
    }

    /** The buffer to append to. */
    ByteBuf buffer() {
        used = true;
        ByteBuf out = buffer;
        if (out == null) {
            out = channel.alloc().directBuffer(bytesBefore);
            buffer = out;
            flushLater.run();
        }
        return out;
    }

    /** Whether anything was written since this was last asked. */
    boolean usedSinceAsked() {
        boolean answer = used;
        used = false;
        return answer;
    }

    void write(Packet packet) {
        PacketEncoder.encode(packet, version, buffer());
    }

    /** A packet of four bytes: an acknowledgement without reason and properties. */
    void writeAcknowledgement(int header, int packetId) {
        buffer().writeInt(header << 24 | 2 << 16 | packetId);
    }

    /** Writes the message, or says why not. */
    ReasonCode writePublish(Publish message, long packetBytesMaximum) {
        ByteBuf out = buffer();
        int start = out.writerIndex();
        try {
            PacketEncoder.encode(message, version, out);
        } catch (IllegalArgumentException e) {
            // What MQTT does not allow, for example a property in the wrong place.
            LOG.warn("publish to {} not sent: {}", message.topic(), e.getMessage());
            return ReasonCode.MALFORMED_PACKET;
        }
        if (out.writerIndex() - start > packetBytesMaximum) { // [MQTT-3.2.2-15]
            out.writerIndex(start);
            return ReasonCode.PACKET_TOO_LARGE;
        }
        return ReasonCode.SUCCESS;
    }

    /** Hands what was written to the socket. */
    void flush() {
        ByteBuf out = buffer;
        if (out != null) {
            buffer = null;
            bytesBefore = Math.max(BYTES_INITIAL, Math.min(out.readableBytes(), BYTES_LIMIT));
            channel.writeAndFlush(out, channel.voidPromise());
        }
    }

    /** Hands what was written to the socket, and closes the channel when all of it has left. */
    void flushAndClose() {
        ByteBuf out = buffer();
        buffer = null;
        channel.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    }

    /** Forgets what was written. */
    void drop() {
        ByteBuf out = buffer;
        buffer = null;
        if (out != null) {
            out.release();
        }
    }
}
