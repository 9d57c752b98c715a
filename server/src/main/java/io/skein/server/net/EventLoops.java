package io.skein.server.net;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.skein.broker.Broker;
import io.skein.broker.BrokerLimits;
import io.skein.broker.ClientInfo;
import io.skein.broker.Shard;
import io.skein.broker.ShardLoop;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.DecoderLimits;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops of a node, one thread each, and what their connections share. */
public final class EventLoops implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

    /** Addresses whose rate of connections is remembered. */
    private static final int ADDRESSES_MAXIMUM = 10_000;

    private static final long STOP_MILLIS = 2_000;
    private static final long CHECK_MILLIS = 5;

    private final MultiThreadIoEventLoopGroup group;
    private final boolean epoll;
    private final List<ClientLoop> loops = new ArrayList<>();
    private volatile NetworkLimits limits;
    private final ConnectRate connectRate;
    private final AtomicInteger connections = new AtomicInteger();
    private final NetworkCounters counters = new NetworkCounters();
    private final BurstLog overLimit = new BurstLog(LOG);
    private final BurstLog failedHandshakes = new BurstLog(LOG);
    private volatile @Nullable Broker broker;
    private volatile DecoderLimits decoderLimits = DecoderLimits.DEFAULT;

    /**
     * Starts the threads.
     *
     * @param threads how many, at least 1
     */
    public EventLoops(int threads, NodeClock clock, NetworkLimits limits) {
        this.limits = limits;
        this.connectRate =
                new ConnectRate(
                        limits.connectsPerSecond(),
                        limits.connectsPerSecondAndAddress(),
                        ADDRESSES_MAXIMUM);
        this.epoll = Epoll.isAvailable();
        IoHandlerFactory transport =
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.group =
                new MultiThreadIoEventLoopGroup(
                        threads, new DefaultThreadFactory("skein-loop"), transport);
        for (EventExecutor executor : group) {
            loops.add(new ClientLoop((EventLoop) executor, clock, limits, counters));
        }
    }

    /** The loops as the core sees them, in the order of its shards. */
    public List<? extends ShardLoop> loops() {
        return loops;
    }

    /** The loop that serves everybody; null where there are several. */
    public @Nullable Executor only() {
        return loops.size() == 1 ? loops.getFirst().eventLoop() : null;
    }

    /** Gives each loop its shard; before the first listener accepts. */
    public void serve(Broker served, DecoderLimits accepted) {
        decoderLimits = accepted;
        broker = served;
        for (int i = 0; i < loops.size(); i++) {
            loops.get(i).serve(served.shard(i));
        }
    }

    /**
     * Other limits: those of connections for the ones to come, those of clients as {@link
     * Shard#useLimits} says. The size of write buffers and the backlog are those of the listeners,
     * and the time for a CONNECT is fixed. From any thread.
     */
    public void useLimits(BrokerLimits ofClients, NetworkLimits ofConnections) {
        limits = ofConnections;
        for (ClientLoop loop : loops) {
            loop.eventLoop().execute(() -> loop.shard().useLimits(ofClients));
        }
    }

    /** What went wrong with connections. */
    public NetworkCounters counters() {
        return counters;
    }

    /** How many connections are open, those that have not sent CONNECT included. */
    public int connections() {
        return connections.get();
    }

    /** Up to this many sessions of all shards; completes when every loop has answered. */
    public CompletableFuture<List<ClientInfo>> clients(int limit) {
        return onEveryShard(shard -> shard.clients(limit))
                .thenApply(parts -> parts.stream().flatMap(List::stream).limit(limit).toList());
    }

    private <T> CompletableFuture<List<T>> onEveryShard(Function<Shard, T> question) {
        List<CompletableFuture<T>> answers =
                loops.stream()
                        .map(loop ->
                                CompletableFuture.supplyAsync(
                                        () -> question.apply(loop.shard()), loop.eventLoop()))
                        .toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> answers.stream().map(CompletableFuture::join).toList());
    }

    /**
     * Closes all connections; MQTT 5 clients are told why. Completes when that is done for all
     * whose clients let it be done, and the shards have settled; {@link #close} ends the rest.
     */
    public CompletableFuture<Void> disconnectAll(ReasonCode reason) {
        CompletableFuture<Void> none = new CompletableFuture<>();
        onEveryLoop(loop -> loop.shutDown(reason)).whenComplete((_, _) -> awaitNone(none));
        // Closing asks for an end of turn, which is queued behind the first of these.
        return none.thenCompose(_ -> onEveryLoop(_ -> {})).thenCompose(_ -> onEveryLoop(_ -> {}));
    }

    private CompletableFuture<Void> onEveryLoop(Consumer<ClientLoop> work) {
        return CompletableFuture.allOf(
                loops.stream()
                        .map(loop ->
                                CompletableFuture.runAsync(
                                        () -> work.accept(loop), loop.eventLoop()))
                        .toArray(CompletableFuture<?>[]::new));
    }

    private void awaitNone(CompletableFuture<Void> none) {
        if (connections.get() == 0) {
            none.complete(null);
        } else {
            EventLoop any = loops.getFirst().eventLoop();
            any.schedule(() -> awaitNone(none), CHECK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Ends the threads, and with them every connection that is left; returns when they have ended.
     */
    @Override
    public void close() {
        group.shutdownGracefully(0, STOP_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    Class<? extends ServerChannel> serverChannelType() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    NetworkLimits limits() {
        return limits;
    }

    DecoderLimits decoderLimits() {
        return decoderLimits;
    }

    ClientLoop loopOf(EventLoop eventLoop) {
        for (ClientLoop loop : loops) {
            if (loop.eventLoop().equals(eventLoop)) {
                return loop;
            }
        }
        throw new IllegalArgumentException("not a loop of this node: " + eventLoop);
    }

    /** The loop that owns a client id; {@code otherwise} if any may. */
    ClientLoop loopFor(String clientId, ClientLoop otherwise) {
        Broker served = broker;
        if (served == null || clientId.isEmpty()) {
            return otherwise;
        }
        return loops.get(served.shardIndexFor(clientId));
    }

    /** Sends a client to another server, as {@link Shard#redirect} says. */
    public CompletableFuture<Boolean> redirect(String clientId, String reference, boolean forGood) {
        Broker served = broker;
        if (served == null) {
            return CompletableFuture.completedFuture(false);
        }
        ClientLoop home = loops.get(served.shardIndexFor(clientId));
        return CompletableFuture.supplyAsync(
                () -> home.shard().redirect(clientId, reference, forGood, home.clock().nowNanos()),
                home.eventLoop());
    }

    /** Whether a connection that comes now is one too many in this second; counts it. */
    boolean comesTooFast(@Nullable SocketAddress from) {
        counters.socketsOpened.increment();
        if (!(from instanceof InetSocketAddress internet)
                || internet.getAddress() == null
                || connectRate.take(internet.getAddress(), System.nanoTime())
                        == ConnectRate.Answer.WITHIN) {
            return false;
        }
        counters.connectionsOverRate.increment();
        return true;
    }

    /** Counts a connection; false if there are too many already (it is counted nevertheless). */
    boolean connectionOpened() {
        return connections.incrementAndGet() <= limits.connectionsMaximum();
    }

    /** A connection is closed because there are as many as there may be. */
    void tooMany(String address, String where, int maximum) {
        counters.connectionsOverLimit.increment();
        overLimit.warn(
                address,
                "closed: %s has %d connections, which is the limit".formatted(where, maximum));
    }

    /** A connection is closed because it could not be made what its listener expects. */
    void handshakeFailed(String address, String listener, String why) {
        counters.handshakesFailed.increment();
        failedHandshakes.warn(address, "refused by listener '%s': %s".formatted(listener, why));
    }

    /** A connection is closed because it took too long. */
    void connectTooLate(String address, String listener) {
        counters.connectsTooLate.increment();
        LOG.debug("{}: closed by listener '{}', no CONNECT in time", address, listener);
    }

    void connectionClosed() {
        connections.decrementAndGet();
    }
}
