package io.skein.cluster.link;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries frames between the nodes of a cluster: each node dials each other one and sends over the
 * connection it dialled. A frame is handed to the receiver once, after the frames that were sent to
 * that peer before it, and answered once; when a connection breaks, the next one goes on where it
 * ended. Frames of one turn of the loop travel in one write, with what answers the peer's frames.
 *
 * <p>Who is a peer is for the caller to say ({@link #add}, {@link #remove}): a peer that cannot be
 * reached is tried until it is removed.
 *
 * <p>One thread, the {@link #loop()}, does everything; methods are called on it unless they say
 * otherwise. It is that of the clients where one thread serves them all ({@link
 * LinkSettings#loop}), which spares a wake-up at each end of a link. A node that needs more than
 * one core for its links opens more than one of these.
 */
public final class NodeLinks implements AutoCloseable {
    static final long HANDSHAKE_TIMEOUT_MILLIS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(NodeLinks.class);

    /** Connections that have not proved anything yet. */
    private static final int STRANGERS_LIMIT = 64;

    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
    private static final long RETRY_MILLIS = 50;
    private static final long RETRY_MILLIS_LIMIT = 1_000;

    /** Sent bytes that the other side's kernel does not acknowledge end the connection. */
    private static final int SILENCE_MILLIS_LIMIT = 10_000;

    /** Peers that are away and of which it is remembered how far their links had come. */
    private static final int AWAY_LIMIT = 256;

    /** How long the thread is waited for when it ends. */
    private static final long STOP_MILLIS = 2_000;

    private static final WriteBufferWaterMark WRITE_BUFFER =
            new WriteBufferWaterMark(256 * 1024, 1024 * 1024);

    private final LinkSettings settings;
    private final LinkReceiver receiver;
    private final Proof proof;
    private final Transport transport = Transport.best();
    private final EventLoop loop;

    /** Whose only loop that is; null where it belongs to others. */
    private final @Nullable MultiThreadIoEventLoopGroup own;

    private final Map<Peer, Outbound> outbound = new HashMap<>();
    private final Map<Peer, InboundLink> inbound = new HashMap<>();

    /**
     * Links of peers that were removed, the longest away first: one that was only frozen or cut off
     * knows nothing of that, and goes on with its link when it is a peer again.
     */
    private final Map<Peer, InboundLink> away = new LinkedHashMap<>();

    private @Nullable Channel listener;
    private int strangers;
    private long lastLinkId;
    private boolean closed;
    private volatile boolean over;

    /** A peer that is dialled. */
    private static final class Outbound {
        final OutboundLink link;
        final InetSocketAddress address;
        long retryMillis = RETRY_MILLIS;

        Outbound(OutboundLink link, InetSocketAddress address) {
            this.link = link;
            this.address = address;
        }
    }

    /** Links that are not open yet. */
    public NodeLinks(LinkSettings settings, LinkReceiver receiver) {
        this.settings = settings;
        this.receiver = receiver;
        proof = new Proof(settings.cluster(), settings.secret());
        if (settings.loop() instanceof IoEventLoop given && transport.runsOn(given)) {
            own = null;
            loop = given;
        } else {
            own =
                    new MultiThreadIoEventLoopGroup(
                            1,
                            new DefaultThreadFactory("skein-link-" + settings.self().node(), true),
                            transport.io());
            loop = own.next();
        }
    }

    /**
     * The thread that does everything here; it takes no more work when the links are closed. From
     * any thread.
     */
    public Executor loop() {
        return this::execute;
    }

    /** Whether the caller is on the loop. From any thread. */
    public boolean isOnLoop() {
        return loop.inEventLoop();
    }

    /** Does something on the loop after a time. From any thread. */
    public void schedule(Runnable work, long millis) {
        requireOpen();
        loop.schedule(work, millis, TimeUnit.MILLISECONDS);
    }

    private void execute(Runnable work) {
        requireOpen();
        loop.execute(work);
    }

    private void requireOpen() {
        if (over) {
            throw new RejectedExecutionException("the links are closed");
        }
    }

    /**
     * Starts to listen. Blocks until that is done; not on the loop.
     *
     * @return the port
     * @throws UncheckedIOException if the address cannot be bound
     */
    public int open() {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loop)
                        .channel(transport.server())
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        PacketDecoder decoder = new PacketDecoder();
                                        NodeTls tls = settings.tls();
                                        if (tls != null) {
                                            channel.pipeline()
                                                    .addLast(tls.listening(channel.alloc()));
                                        }
                                        channel.pipeline()
                                                .addLast(
                                                        decoder,
                                                        new Listener(NodeLinks.this, decoder));
                                    }
                                })
                        .childOption(ChannelOption.TCP_NODELAY, true);
        if (transport.isEpoll()) {
            bootstrap.childOption(EpollChannelOption.TCP_USER_TIMEOUT, SILENCE_MILLIS_LIMIT);
        }
        var bound = bootstrap.bind(settings.bind()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new UncheckedIOException(
                    "cannot listen for links on " + settings.bind(),
                    new IOException(bound.cause()));
        }
        Channel channel = bound.channel();
        listener = channel;
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** From now on this peer is connected to; nothing happens if it is already. */
    public void add(Peer peer, InetSocketAddress address) {
        if (closed || outbound.containsKey(peer)) {
            return;
        }
        lastLinkId = Math.max(lastLinkId + 1, System.currentTimeMillis());
        OutboundLink link =
                new OutboundLink(loop, peer, lastLinkId, settings.unacknowledgedBytesLimit());
        Outbound added = new Outbound(link, address);
        outbound.put(peer, added);
        InboundLink back = away.remove(peer);
        if (back != null) {
            inbound.putIfAbsent(peer, back);
        }
        dial(added);
    }

    /**
     * This peer is gone: what it has not answered is {@linkplain LinkCompletion#lost lost}, in the
     * order it was sent, before this method returns. If it is added again, what is sent to it
     * starts anew; what it sends goes on where it ended, if it has not removed this node meanwhile.
     */
    public void remove(Peer peer) {
        Outbound gone = outbound.remove(peer);
        if (gone != null) {
            gone.link.close();
        }
        InboundLink from = inbound.remove(peer);
        if (from != null) {
            from.close();
            away.put(peer, from);
            if (away.size() > AWAY_LIMIT) {
                away.remove(away.keySet().iterator().next());
            }
        }
    }

    /**
     * Does something when all was received that some peers had sent, which are taken to be dead:
     * when their connections have ended, for a process that ends leaves what it has written to be
     * read. One that is frozen or out of reach ends nothing: after a time it is done all the same.
     *
     * @param action called on the loop, at once where nothing is to be waited for: whether the
     *     connections of all of them have ended, as those of a process do that ends
     */
    public void whenReceived(Collection<Peer> peers, long millisLimit, Consumer<Boolean> action) {
        List<Channel> open = new ArrayList<>();
        for (Peer peer : peers) {
            InboundLink from = inbound.get(peer);
            Channel channel = from == null ? null : from.channel();
            if (channel != null) {
                open.add(channel);
            }
        }
        if (open.isEmpty()) {
            action.accept(true);
            return;
        }
        CompletableFuture<Boolean> received = new CompletableFuture<>();
        AtomicInteger left = new AtomicInteger(open.size());
        for (Channel channel : open) {
            channel.closeFuture()
                    .addListener(ended -> {
                        if (left.decrementAndGet() == 0) {
                            received.complete(true);
                        }
                    });
        }
        loop.schedule(() -> received.complete(false), millisLimit, TimeUnit.MILLISECONDS);
        received.thenAcceptAsync(action, loop);
    }

    /** Whether this peer was added and not removed. */
    public boolean has(Peer peer) {
        return outbound.containsKey(peer);
    }

    /**
     * Sends a frame.
     *
     * @param kind for the receiver, 0 to 255
     * @param body for the receiver; must not change any more
     * @param done told when the receiver has completed it; lost at once where the peer is not known
     */
    public void send(Peer peer, int kind, byte[] body, Urgency urgency, LinkCompletion done) {
        Outbound to = outbound.get(peer);
        if (to == null) {
            done.lost();
        } else {
            to.link.send(kind, body, urgency, done);
        }
    }

    /** Breaks the connections to a peer, which are then made again: for tests. */
    public void breakConnections(Peer peer) {
        InboundLink from = inbound.get(peer);
        if (from != null) {
            from.breakConnection();
        }
        breakDialled(peer);
    }

    /** The same of the one that this node has dialled only. */
    void breakDialled(Peer peer) {
        Outbound to = outbound.get(peer);
        if (to != null) {
            to.link.breakConnection();
        }
    }

    /**
     * {@linkplain #disconnect Disconnects}, and ends the thread if it is their own. From any thread
     * but the loop.
     */
    @Override
    public void close() {
        loop.submit(this::disconnect).awaitUninterruptibly(STOP_MILLIS);
        over = true;
        if (own != null) {
            own.shutdownGracefully(0, STOP_MILLIS / 2, TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(STOP_MILLIS);
        }
    }

    /**
     * Ends all connections, for good: nothing is received, sent or answered any more, and what
     * others have not answered is lost.
     */
    public void disconnect() {
        closed = true;
        if (listener != null) {
            listener.close();
        }
        outbound.values().stream().toList().forEach(to -> remove(to.link.to()));
        inbound.values().forEach(InboundLink::close);
        inbound.clear();
        away.clear();
    }

    private void dial(Outbound to) {
        PacketDecoder decoder = new PacketDecoder();
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(transport.client())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BUFFER)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        NodeTls tls = settings.tls();
                                        if (tls != null) {
                                            channel.pipeline()
                                                    .addLast(tls.dialling(channel.alloc()));
                                        }
                                        channel.pipeline()
                                                .addLast(
                                                        decoder,
                                                        new Dialler(
                                                                NodeLinks.this, to.link, decoder));
                                    }
                                });
        if (transport.isEpoll()) {
            bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, SILENCE_MILLIS_LIMIT);
        }
        bootstrap
                .connect(to.address)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        LOG.debug("No link to {}", to.link.to(), connected.cause());
                        redial(to);
                    }
                });
    }

    private void redial(Outbound to) {
        if (to.link.closed()) {
            return;
        }
        loop.schedule(
                () -> {
                    if (!to.link.closed()) {
                        dial(to);
                    }
                },
                to.retryMillis,
                TimeUnit.MILLISECONDS);
        to.retryMillis = Math.min(to.retryMillis * 2, RETRY_MILLIS_LIMIT);
    }

    void established(OutboundLink link) {
        LOG.debug("Linked to {}", link.to());
        Outbound to = outbound.get(link.to());
        if (to != null) {
            to.retryMillis = RETRY_MILLIS;
        }
    }

    void disconnected(OutboundLink link) {
        Outbound to = outbound.get(link.to());
        if (to != null && to.link == link) {
            redial(to);
            InboundLink from = inbound.get(link.to());
            if (from != null) {
                from.answerAgain();
            }
        }
    }

    private @Nullable OutboundLink connectedTo(Peer peer) {
        Outbound to = outbound.get(peer);
        return to != null && to.link.connected() ? to.link : null;
    }

    /** A peer answers what was sent to it; it is of no interest from one that was removed. */
    void answers(Peer peer, ByteBuf packet) throws Wire.WireException {
        Outbound to = outbound.get(peer);
        if (to != null) {
            to.link.answers(packet);
        }
    }

    /**
     * The link that a peer dials in on, or null if it is no peer at present or the link is over.
     */
    @Nullable InboundLink accept(Peer from, long id, boolean resumed) {
        InboundLink known = inbound.get(from);
        if (known != null && known.id() == id) {
            return known;
        }
        if (resumed || (known != null && known.id() > id) || closed) {
            return null;
        }
        if (known != null) {
            known.close();
        }
        away.remove(from);
        InboundLink link = new InboundLink(loop, receiver, () -> connectedTo(from), from, id);
        inbound.put(from, link);
        return link;
    }

    /** Counts a connection without a handshake; false if there are too many. */
    boolean strangerCame() {
        if (strangers >= STRANGERS_LIMIT) {
            return false;
        }
        strangers++;
        return true;
    }

    void strangerLeft() {
        strangers--;
    }

    LinkSettings settings() {
        return settings;
    }

    Proof proof() {
        return proof;
    }
}
