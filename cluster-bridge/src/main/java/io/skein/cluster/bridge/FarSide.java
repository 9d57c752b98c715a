package io.skein.cluster.bridge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.skein.mqtt.codec.DecoderLimits;
import io.skein.mqtt.codec.MqttCodecException;
import io.skein.mqtt.codec.PacketDecoder;
import io.skein.mqtt.codec.PacketEncoder;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import org.jspecify.annotations.Nullable;

/** The network connection to the far side: packets to bytes and back. Lives on its event loop. */
final class FarSide extends ChannelInboundHandlerAdapter {
    private static final int BRIDGE_BIT = 0x80;
    private static final int NAME_BYTES = 6;

    /** What becomes of what arrives. */
    interface Receiver {
        /** The connection is there, encrypted if it is to be. */
        void connected(FarSide far);

        /** A packet has arrived. */
        void received(FarSide from, Packet packet);

        /** The network takes more again, or no more. */
        void writabilityChanged(boolean writable);

        /** The connection is over. */
        void lost(String why);

        /** What arrived was not MQTT of this dialect; the connection is over. */
        void misunderstood(String why);
    }

    private final Receiver receiver;
    private final Dialect dialect;
    private final Channel channel;
    private final boolean encrypted;
    private PacketDecoder decoder;
    private @Nullable ByteBuf input;
    private boolean reading = true;
    private boolean flushIsQueued;
    private long heardNanos = System.nanoTime();
    private long saidNanos = heardNanos;

    FarSide(Channel channel, Dialect dialect, boolean encrypted, Receiver receiver) {
        this.channel = channel;
        this.dialect = dialect;
        this.encrypted = encrypted;
        this.receiver = receiver;
        this.decoder = PacketDecoder.forClient(dialect.version(), DecoderLimits.DEFAULT);
    }

    /** Takes packets up to this size; to be said before anything but CONNACK may come. */
    void takePackets(long bytesMaximum) {
        int bytes = (int) Math.min(bytesMaximum, DecoderLimits.PROTOCOL_PACKET_BYTES);
        decoder =
                PacketDecoder.forClient(
                        dialect.version(), DecoderLimits.DEFAULT.withPacketBytesMaximum(bytes));
    }

    /** Sends a packet with what else is sent in this turn of the loop. */
    void send(Packet packet) {
        ByteBuf out = channel.alloc().buffer();
        PacketEncoder.encode(packet, dialect.version(), out);
        if (dialect == Dialect.MQTT_3_1_1_BRIDGE && packet instanceof Connect) {
            int level = 1;
            while (out.getByte(level) < 0) {
                level++; // the rest of the remaining length
            }
            level += 1 + NAME_BYTES;
            out.setByte(level, out.getByte(level) | BRIDGE_BIT);
        }
        saidNanos = System.nanoTime();
        channel.write(out, channel.voidPromise());
        if (!flushIsQueued) {
            flushIsQueued = true;
            channel.eventLoop()
                    .execute(() -> {
                        flushIsQueued = false;
                        channel.flush();
                    });
        }
    }

    /** Stops or resumes taking what the far side sends; packets that have arrived still come. */
    void setReading(boolean wanted) {
        if (reading == wanted) {
            return;
        }
        reading = wanted;
        channel.config().setAutoRead(wanted);
        heardNanos = System.nanoTime();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    /** How long nothing has come, in nanoseconds; 0 while nothing is read. */
    long silentNanos() {
        return reading ? System.nanoTime() - heardNanos : 0;
    }

    /** How long nothing was sent, in nanoseconds. */
    long idleNanos() {
        return System.nanoTime() - saidNanos;
    }

    void close() {
        channel.flush();
        channel.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!encrypted) {
            receiver.connected(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                receiver.connected(this);
            } else {
                lost("TLS: " + handshake.cause().getMessage());
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        heardNanos = System.nanoTime();
        ByteBuf bytes = (ByteBuf) message;
        ByteBuf all = input == null ? bytes : input.writeBytes(bytes);
        if (input != null) {
            bytes.release();
        }
        input = null;
        try {
            Packet packet;
            while (channel.isOpen() && (packet = decoder.decode(all)) != null) {
                receiver.received(this, packet);
            }
            if (all.isReadable() && channel.isOpen()) {
                input = context.alloc().buffer(all.readableBytes()).writeBytes(all);
            }
        } catch (MqttCodecException e) {
            channel.close();
            receiver.misunderstood("what it sends is not " + dialect + ": " + e.getMessage());
        } finally {
            all.release();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        receiver.writabilityChanged(channel.isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ByteBuf rest = input;
        input = null;
        if (rest != null) {
            rest.release();
        }
        receiver.lost("the far side closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lost(String.valueOf(cause.getMessage()));
    }

    private void lost(String why) {
        channel.close();
        receiver.lost(why);
    }
}
