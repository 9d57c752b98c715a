package io.skein.server.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.skein.server.tls.TlsContext;
import java.net.BindException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that clients connect to. Connections are spread over the loops in turn: which loop a
 * client belongs to is known only when its CONNECT has arrived.
 */
public final class Listener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    /** Reads of one connection before the others get their turn. */
    private static final int READS_IN_A_ROW = 4;

    private final Entrance entrance;
    private final Door door;
    private final Channel channel;

    private Listener(Entrance entrance, Door door, Channel channel) {
        this.entrance = entrance;
        this.door = door;
        this.channel = channel;
    }

    /**
     * Takes the port. Whoever connects before {@link #accept} is disconnected at once: a CONNECT
     * that waited would be served when its client may have gone elsewhere long ago.
     *
     * @param address where; port 0 for any that is free
     * @param tls what encrypts, closed with the listener; null for nothing
     * @throws BindException if it cannot be taken; the message names listener and address
     */
    public static Listener bind(
            String name,
            InetSocketAddress address,
            ListenerRules rules,
            @Nullable TlsContext tls,
            EventLoops loops)
            throws BindException {
        Entrance entrance = new Entrance(name, rules, tls, loops);
        Door door = new Door();
        NetworkLimits limits = loops.limits();
        int highBytes = limits.writeBufferBytesMaximum();
        AdaptiveRecvByteBufAllocator reads = new AdaptiveRecvByteBufAllocator();
        reads.maxMessagesPerRead(READS_IN_A_ROW);
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops.group())
                        .channel(loops.serverChannelType())
                        .handler(door)
                        .option(ChannelOption.SO_BACKLOG, limits.backlog())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads)
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(highBytes / 2, highBytes))
                        .childHandler(entrance);
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw unbound(name, address, bound.cause());
        }
        // Last: before it, the bootstrap's own handler pauses accepting for a second.
        bound.channel().pipeline().addLast(new AcceptFaults(name));
        return new Listener(entrance, door, bound.channel());
    }

    /** Whom it lets through is served. */
    private static final class Door extends ChannelInboundHandlerAdapter {
        private volatile boolean open;

        @Override
        public void channelRead(ChannelHandlerContext context, Object connection) {
            if (open) {
                context.fireChannelRead(connection);
            } else {
                ((Channel) connection).unsafe().closeForcibly();
            }
        }
    }

    /**
     * What goes wrong when a connection is accepted: mostly that there are no file descriptors
     * left.
     */
    private static final class AcceptFaults extends ChannelInboundHandlerAdapter {
        private final String listener;

        AcceptFaults(String listener) {
            this.listener = listener;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.warn(
                    "listener '{}' cannot accept and waits a second: {}; if too many files are open,"
                            + " raise the limit of the system (ulimit -n) or lower"
                            + " limits.connections-maximum",
                    listener,
                    cause.getMessage());
        }
    }

    private static BindException unbound(String name, InetSocketAddress address, Throwable cause) {
        String where = address.getHostString() + ":" + address.getPort();
        BindException exception =
                new BindException(
                        "listener '%s' cannot listen on %s: %s"
                                .formatted(name, where, cause.getMessage()));
        exception.initCause(cause);
        return exception;
    }

    /** Its name in the configuration. */
    public String name() {
        return entrance.name();
    }

    /** How it encrypts; null for not at all. */
    public @Nullable TlsContext tls() {
        return entrance.tls();
    }

    /** How many of its connections are open. */
    public int connections() {
        return entrance.connections();
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Begins to serve clients. */
    public void accept() {
        door.open = true;
    }

    /** Gives the port back; the connections it brought stay. Returns when that is done. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        TlsContext tls = entrance.tls();
        if (tls != null) {
            tls.close();
        }
    }
}
