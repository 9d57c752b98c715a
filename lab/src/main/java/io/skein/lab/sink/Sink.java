package io.skein.lab.sink;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.skein.lab.load.KernelThread;
import io.skein.lab.measure.LoopCounter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A responder that takes every connection, acknowledges every message and passes it to whoever has
 * subscribed: MQTT 3.1, 3.1.1 and 5, QoS 0 to 2, wildcards and shared subscriptions. It has no
 * sessions, keeps nothing, repeats nothing, waits for no acknowledgement of a subscriber, and ends
 * no connection that is silent. One event loop does all of it. What a generator reaches against it
 * is the generator's own ceiling, and the latency it reports its own error. Methods are for any
 * thread.
 */
public final class Sink implements AutoCloseable {
    static final ByteBuf NO_PROPERTIES =
            Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[1]).asReadOnly());

    private static final int BACKLOG = 4_096;

    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(
                    1,
                    new DefaultThreadFactory("sink", true),
                    Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final SinkRoutes routes = new SinkRoutes();
    private final List<SinkConnection> dirty = new ArrayList<>();
    private final Consumer<String> log;
    private final Channel listening;
    private final LoopCounter received = new LoopCounter();
    private final LoopCounter delivered = new LoopCounter();

    private Sink(InetSocketAddress listen, Consumer<String> log) throws IOException {
        this.log = log;
        loop.execute(() -> KernelThread.current().wakeInTime());
        ChannelFuture bound = server().bind(listen).awaitUninterruptibly();
        this.listening = bound.channel();
        if (!bound.isSuccess()) {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            @Nullable Throwable cause = bound.cause();
            throw new IOException("cannot listen on %s: %s".formatted(listen, cause), cause);
        }
    }

    /**
     * Opens a sink.
     *
     * @param listen port 0 for any that is free
     * @param log hears of clients that break the protocol, on the event loop
     * @throws IOException if it cannot listen there; the message says why
     */
    public static Sink open(InetSocketAddress listen, Consumer<String> log) throws IOException {
        return new Sink(listen, log);
    }

    private ServerBootstrap server() {
        return new ServerBootstrap()
                .group(loop)
                .channel(
                        Epoll.isAvailable()
                                ? EpollServerSocketChannel.class
                                : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel accepted) {
                                accepted.pipeline().addLast(new SinkConnection(Sink.this));
                            }
                        });
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /** Messages that came from publishers. */
    public long received() {
        return received.get();
    }

    /** Messages that went to subscribers. */
    public long delivered() {
        return delivered.get();
    }

    SinkRoutes routes() {
        return routes;
    }

    void counted(long in, long out) {
        received.add(in);
        delivered.add(out);
    }

    void dirty(SinkConnection connection) {
        dirty.add(connection);
    }

    /** A connection was read from: what that made others write goes out. */
    void flush(SinkConnection reader) {
        for (int i = 0; i < dirty.size(); i++) {
            dirty.get(i).flush(reader);
        }
        dirty.clear();
    }

    void broken(Throwable cause) {
        log.accept("a connection ended: " + cause.getMessage());
    }

    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
