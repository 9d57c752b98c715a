package io.skein.lab.link;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.skein.lab.load.KernelThread;
import io.skein.lab.measure.ThreadClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * A link between whoever connects to it and an address: one event loop that holds what passes for
 * as long as its {@link LinkProfile} says, each direction by itself, the order within a connection
 * kept. What loss does to a stream is a stall: TCP repeats what was lost, and what came behind
 * waits for it. A connection is answered at once, as the kernel does it; its first bytes arrive a
 * round trip later for that. Methods are for any thread.
 */
public final class Link implements EmulatedLink {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int BACKLOG = 4096;
    private static final long ANSWER_SECONDS = 10;

    private volatile LinkProfile profile;
    private final MultiThreadIoEventLoopGroup loop;
    private final InetSocketAddress to;
    private final LinkWay up;
    private final LinkWay down;
    private final Set<Channel> open = new HashSet<>(); // only on the loop
    private Channel listening;
    private long connections; // only on the loop, as is the next
    private long refusals;

    /** Where its listener is made: on this thread, or on one that is elsewhere. */
    @FunctionalInterface
    interface Place {
        /** Returns what the task does there. */
        ChannelFuture at(Callable<ChannelFuture> task) throws IOException;
    }

    private Link(
            InetSocketAddress listen,
            InetSocketAddress to,
            LinkProfile profile,
            long seed,
            Place place)
            throws IOException {
        this.profile = profile;
        this.to = to;
        long now = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        this.up = new LinkWay(profile, profile.up(), random.split(), now);
        this.down = new LinkWay(profile, profile.down(), random.split(), now);
        this.loop =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("link", true),
                        Epoll.isAvailable()
                                ? EpollIoHandler.newFactory()
                                : NioIoHandler.newFactory());
        // Begun here: what the loop connects belongs to the network of this thread.
        loop.submit(() -> KernelThread.current().wakeInTime()).syncUninterruptibly();
        ChannelFuture bound;
        try {
            bound = place.at(() -> server().bind(listen).awaitUninterruptibly());
        } catch (IOException e) {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
        this.listening = bound.channel();
        if (!bound.isSuccess()) {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IOException(
                    "cannot listen on %s: %s".formatted(listen, bound.cause().getMessage()),
                    bound.cause());
        }
    }

    /**
     * Opens a link.
     *
     * @param listen port 0 for any that is free
     * @param to where every connection leads
     * @param seed of jitter and loss
     * @throws IOException if it cannot listen there; the message says why
     */
    public static Link open(
            InetSocketAddress listen, InetSocketAddress to, LinkProfile profile, long seed)
            throws IOException {
        return open(listen, to, profile, seed, Link::here);
    }

    /** The same with a listener in another network. */
    static Link open(
            InetSocketAddress listen,
            InetSocketAddress to,
            LinkProfile profile,
            long seed,
            Place place)
            throws IOException {
        return new Link(listen, to, profile, seed, place);
    }

    private static ChannelFuture here(Callable<ChannelFuture> task) throws IOException {
        try {
            return task.call();
        } catch (Exception e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private ServerBootstrap server() {
        return new ServerBootstrap()
                .group(loop)
                .channel(
                        Epoll.isAvailable()
                                ? EpollServerSocketChannel.class
                                : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel accepted) {
                                accept(accepted);
                            }
                        });
    }

    private void accept(Channel front) {
        connections++;
        keep(front);
        long now = System.nanoTime();
        long roundTripNanos = profile.roundTripNanos();
        LinkStream towards = new LinkStream(up, front, now + roundTripNanos + up.delayNanos());
        front.pipeline().addLast(towards);
        new Bootstrap()
                .group(front.eventLoop())
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel back) {
                                keep(back);
                                back.pipeline()
                                        .addLast(new LinkStream(down, back, now + roundTripNanos));
                            }
                        })
                .connect(to)
                .addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        refusals++;
                        front.close();
                        return;
                    }
                    Channel back = connected.channel();
                    LinkStream backwards = back.pipeline().get(LinkStream.class);
                    backwards.connect(front, towards);
                    towards.connect(back, backwards);
                });
    }

    private void keep(Channel channel) {
        open.add(channel);
        channel.closeFuture().addListener(_ -> open.remove(channel));
    }

    /** What it emulates. */
    public LinkProfile profile() {
        return profile;
    }

    /** Emulates another kind of link from this instant on; connections stay, order is kept. */
    public void change(LinkProfile to) {
        loop.submit(
                        () -> {
                            profile = to;
                            up.change(to, to.up());
                            down.change(to, to.down());
                        })
                .syncUninterruptibly();
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    @Override
    public LinkTraffic traffic() {
        return loop.submit(
                        () -> new LinkTraffic(connections, refusals, up.traffic(), down.traffic()))
                .syncUninterruptibly()
                .getNow();
    }

    @Override
    public long cpuNanos() {
        return loop.submit(() -> ThreadClock.cpuNanos(Thread.currentThread().threadId()))
                .syncUninterruptibly()
                .getNow();
    }

    @Override
    public double roundTripMicros() {
        return Double.NaN;
    }

    /** Cuts every connection, as a link does that fails; it goes on taking others. */
    public void cut() {
        loop.submit(() -> Set.copyOf(open).forEach(Channel::close)).syncUninterruptibly();
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        cut();
        loop.shutdownGracefully(0, ANSWER_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
