package io.skein.benchmarks.links;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A TCP connection on Netty's epoll transport. */
final class NettyCarrier implements Carrier {
    /** What goes over the connection. */
    enum Framing {
        /** As MQTT does: a PUBLISH for each message, a PUBACK for each PUBLISH. */
        PACKETS,
        /** One buffer for everything of a turn; one count for everything that was read. */
        BATCHES
    }

    private static final byte[] TOPIC =
            "plant/7/line/3/temperature".getBytes(StandardCharsets.UTF_8);

    private final Framing framing;
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Channel channel;
    private @Nullable ByteBuf turn;
    private int packetId;

    NettyCarrier(int port, Framing framing, IntConsumer acknowledged) throws InterruptedException {
        this.framing = framing;
        channel =
                new Bootstrap()
                        .group(loops)
                        .channel(EpollSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .handler(new Reader(framing, acknowledged))
                        .connect(InetAddress.getLoopbackAddress(), port)
                        .sync()
                        .channel();
    }

    static void serve(int port, Framing framing) throws InterruptedException {
        new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
                .channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline().addLast(new Reader(framing, null));
                            }
                        })
                .bind(InetAddress.getLoopbackAddress(), port)
                .sync();
    }

    @Override
    public void send(byte[] payload) {
        if (framing == Framing.BATCHES) {
            if (turn == null) {
                turn = channel.alloc().buffer(16 * 1024);
            }
            turn.writeInt(payload.length).writeBytes(payload);
            return;
        }
        int remaining = 2 + TOPIC.length + 2 + 1 + payload.length;
        ByteBuf packet = channel.alloc().buffer(2 + remaining);
        packet.writeByte(0x32).writeByte(remaining).writeShort(TOPIC.length).writeBytes(TOPIC);
        packetId = packetId % 65535 + 1;
        packet.writeShort(packetId).writeByte(0).writeBytes(payload);
        channel.write(packet, channel.voidPromise());
    }

    @Override
    public void flush() {
        if (turn != null) {
            channel.write(turn, channel.voidPromise());
            turn = null;
        }
        channel.flush();
    }

    @Override
    public void close() {
        channel.close();
        loops.shutdownGracefully();
    }

    /** Reads messages and answers, or reads answers. */
    private static final class Reader extends ChannelInboundHandlerAdapter {
        private final Framing framing;
        private final @Nullable IntConsumer acknowledged;
        private ByteBuf rest = Unpooled.EMPTY_BUFFER;
        private int count;

        Reader(Framing framing, @Nullable IntConsumer acknowledged) {
            this.framing = framing;
            this.acknowledged = acknowledged;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf in = (ByteBuf) message;
            if (rest.isReadable()) {
                in = Unpooled.wrappedBuffer(rest, in);
            }
            while (readOne(context, in)) {
                // counted there
            }
            rest = in;
            if (!in.isReadable()) {
                in.release();
                rest = Unpooled.EMPTY_BUFFER;
            }
        }

        private boolean readOne(ChannelHandlerContext context, ByteBuf in) {
            if (framing == Framing.PACKETS) {
                return readPacket(context, in);
            }
            if (acknowledged != null) {
                if (in.readableBytes() < 4) {
                    return false;
                }
                count += in.readInt();
                return true;
            }
            int start = in.readerIndex();
            if (in.readableBytes() < 4 || in.readableBytes() < 4 + in.getInt(start)) {
                return false;
            }
            byte[] payload = new byte[in.readInt()];
            in.readBytes(payload);
            count++;
            return true;
        }

        private boolean readPacket(ChannelHandlerContext context, ByteBuf in) {
            int start = in.readerIndex();
            if (in.readableBytes() < 2 || in.readableBytes() < 2 + in.getByte(start + 1)) {
                return false;
            }
            in.skipBytes(2);
            if (acknowledged != null) {
                in.skipBytes(2);
                count++;
                return true;
            }
            byte[] topic = new byte[in.readShort()];
            in.readBytes(topic);
            int id = in.readShort();
            in.readByte();
            byte[] payload = new byte[in.getByte(start + 1) - 5 - topic.length];
            in.readBytes(payload);
            ByteBuf puback = context.alloc().buffer(4);
            puback.writeByte(0x40).writeByte(2).writeShort(id);
            context.write(puback, context.voidPromise());
            count++;
            return true;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (acknowledged != null) {
                if (count > 0) {
                    acknowledged.accept(count);
                }
            } else if (framing == Framing.BATCHES) {
                context.write(context.alloc().buffer(4).writeInt(count), context.voidPromise());
                context.flush();
            } else {
                context.flush();
            }
            count = 0;
        }
    }
}
