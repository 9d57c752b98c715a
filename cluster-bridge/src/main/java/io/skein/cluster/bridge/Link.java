package io.skein.cluster.bridge;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import io.skein.cluster.LinkView;
import io.skein.cluster.LinkView.State;
import io.skein.cluster.LocalConnection;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicFilter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link from its configuration on: connects, and connects again, for as long as the node runs.
 * Lives on its event loop; {@link #start}, {@link #view}, {@link #isConnected} and {@link #close}
 * may be called by any thread.
 */
final class Link {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private static final int CONNECT_MILLIS = 10_000;
    private static final long FIRST_PAUSE_MILLIS = 500;

    /** Connections that end before one and the same message is answered: it may be the reason. */
    private static final int STUCK = 5;

    /**
     * Connections that end without a word to CONNECT before another dialect is tried: a broker that
     * is just starting or stopping does that too.
     */
    private static final int IGNORED = 4;

    /** What others may see. */
    private record Status(State state, long sinceMillis, String detail) {}

    private final LinkSettings settings;
    private final Island island;
    private final EventLoop loop;
    private final @Nullable SslContext tls;
    private final LinkCounters counters = new LinkCounters();
    private final RefusalLog refusalLog;
    private final Refusals refusals = new Refusals();
    private final Subscriptions subscriptions = new Subscriptions();
    private volatile Status status =
            new Status(State.WAITING, System.currentTimeMillis(), "not started");
    private volatile long queued;
    private volatile boolean alarm;
    private @Nullable Splice splice;
    private @Nullable Dialect accepted;
    private @Nullable Future<?> ticking;
    private int dialect;
    private int ignored;
    private int attempts;
    private long wellNanos = System.nanoTime();
    private int stuckId;
    private int stuckTimes;
    private boolean fresh;
    private boolean ringIsKnown;
    private boolean closed;

    Link(LinkSettings settings, Island island, EventLoop loop, @Nullable SslContext tls) {
        this.settings = settings;
        this.island = island;
        this.loop = loop;
        this.tls = tls;
        this.refusalLog = new RefusalLog(settings, counters);
        island.wanted().listen(this::wantedChanged);
    }

    /** Completes when this node queues for the far side; only then it is looked for. */
    CompletableFuture<Void> start() {
        return Outbox.prepare(settings, island)
                .thenAccept(present ->
                        loop.execute(() -> {
                            fresh = !present;
                            ticking = loop.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
                            dial();
                        }));
    }

    /** Whether messages pass. */
    boolean isConnected() {
        return status.state() == State.CONNECTED;
    }

    LinkView view() {
        Status now = status;
        return new LinkView(
                settings.name(),
                settings.address().toString(),
                Outbox.sessionId(settings),
                now.state(),
                now.sinceMillis(),
                now.detail(),
                alarm,
                queued,
                counters.connects.sum(),
                counters.sent.sum(),
                counters.received.sum(),
                counters.looped.sum(),
                counters.refused.sum());
    }

    /**
     * Ends it; the far side keeps the session. Completes when that is done, a second later at most.
     */
    CompletableFuture<Void> close() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            closed = true;
            if (ticking != null) {
                ticking.cancel(false);
            }
            if (splice == null) {
                done.complete(null);
            } else {
                splice.leave(done);
            }
        });
        return done;
    }

    /** Completes when this node has done what its session was told. */
    CompletableFuture<?> heard() {
        String sessionId = Outbox.sessionId(settings);
        return island.broker()
                .queued(sessionId)
                .thenCompose(_ -> island.broker().queued(sessionId)) // a turn of its loop later
                .toCompletableFuture();
    }

    LinkSettings settings() {
        return settings;
    }

    LinkCounters counters() {
        return counters;
    }

    RefusalLog refusalLog() {
        return refusalLog;
    }

    Refusals refusals() {
        return refusals;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** This node's name in paths. */
    String node() {
        return island.node();
    }

    /**
     * Whether the far side is to begin with a new session, because the one here is new: packet ids
     * it may remember mean nothing here.
     */
    boolean isFresh() {
        return fresh;
    }

    /** What the far side is to be asked for. */
    Map<TopicFilter, QoS> wanted() {
        return island.asks(settings);
    }

    private void wantedChanged() {
        if (settings.isInterest()) {
            loop.execute(() -> {
                if (splice != null) {
                    splice.askForMore();
                }
            });
        }
    }

    LocalConnection connectLocally(Splice client) {
        return island.broker()
                .connect(Outbox.connect(settings, settings.inflightMaximum()), client);
    }

    // Ways of messages.

    /** Whether a message that has passed these brokers goes to the far side. */
    boolean passesOut(List<String> via) {
        return island.way(settings).leadsOut(via);
    }

    /** Whether a message of the far side that has passed these brokers goes on here. */
    boolean passesIn(List<String> via) {
        if (via.contains(node())) {
            if (!ringIsKnown && !island.topology().isKnown()) {
                ringIsKnown = true;
                LOG.warn(
                        "{}: a message of this node came back and was dropped; links form a ring,"
                                + " in which some come twice unless cluster.topology names them",
                        settings);
            }
            return false;
        }
        return island.topology().carries(via, settings.peer(), node());
    }

    // Connecting.

    private void dial() {
        if (closed) {
            return;
        }
        Dialect spoken = accepted == null ? settings.dialects().get(dialect) : accepted;
        Splice next = new Splice(this, spoken, loop);
        splice = next;
        become(State.CONNECTING, "");
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                addHandlers(channel, spoken, next);
                            }
                        })
                .connect(settings.address().host(), settings.address().port())
                .addListener(connecting -> {
                    if (!connecting.isSuccess()) {
                        next.lost(String.valueOf(connecting.cause().getMessage()));
                    }
                });
    }

    private void addHandlers(Channel channel, Dialect spoken, Splice receiver) {
        if (tls != null) {
            channel.pipeline()
                    .addLast(
                            tls.newHandler(
                                    channel.alloc(),
                                    settings.address().host(),
                                    settings.address().port()));
        }
        channel.pipeline().addLast(new FarSide(channel, spoken, tls != null, receiver));
    }

    /** The far side has answered CONNECT with an error. */
    void refused(ReasonCode reason) {
        if (reason == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION) {
            accepted = null; // it was another broker, or another version of it
        }
    }

    void accepted(Dialect spoken) {
        accepted = spoken;
        fresh = false;
    }

    void opened(Splice by) {
        dialect = 0;
        counters.connects.increment();
        become(State.CONNECTED, by.dialect().toString());
        LOG.info(
                "{} is connected, {}, after {} s", settings, by.dialect(), secondsSince(wellNanos));
    }

    void ended(Splice which, String why) {
        if (splice != which) {
            return;
        }
        splice = null;
        if (closed) {
            return;
        }
        ignored = which.isIgnored() ? ignored + 1 : 0;
        boolean isAnotherDialect = which.isForeign() || ignored == IGNORED;
        if (isAnotherDialect && accepted == null && dialect + 1 < settings.dialects().size()) {
            ignored = 0;
            dialect++;
            loop.execute(this::dial);
            return;
        }
        if (!which.isIgnored()) {
            dialect = 0;
        }
        if (which.isOpen()) {
            noteStuck(which.unanswered());
            attempts = which.isFruitless() ? attempts : 0;
        }
        long pauseMillis = pauseMillis();
        if (attempts == 0) {
            LOG.warn("{} is not connected: {}; it tries again", settings, why);
        } else {
            LOG.debug("{} is not connected: {}", settings, why);
        }
        attempts++;
        become(State.WAITING, why);
        loop.schedule(this::dial, pauseMillis, TimeUnit.MILLISECONDS);
    }

    /** A far side that cannot say what it does not like closes connections for ever. */
    private void noteStuck(@Nullable Publish message) {
        int packetId = message == null ? 0 : message.packetId();
        stuckTimes = packetId != 0 && packetId == stuckId ? stuckTimes + 1 : 1;
        stuckId = packetId;
        if (message != null && stuckTimes == STUCK) {
            LOG.warn(
                    "{}: {} connections have ended before a message of {} bytes on '{}' was answered;"
                            + " if the far side does not take it, packet-bytes-maximum of the link"
                            + " or a right at the far side is wrong",
                    settings,
                    STUCK,
                    message.payload().length,
                    message.topic());
        }
    }

    /** Doubles with every attempt in vain; a quarter more or less, so that many do not meet. */
    private long pauseMillis() {
        long most = TimeUnit.SECONDS.toMillis(settings.retrySecondsMaximum());
        long pause = Math.min(most, FIRST_PAUSE_MILLIS << Math.min(attempts, 20));
        return ThreadLocalRandom.current().nextLong(pause * 3 / 4, pause * 5 / 4 + 1);
    }

    private void become(State state, String detail) {
        status = new Status(state, System.currentTimeMillis(), detail);
    }

    private void tick() {
        if (splice != null) {
            splice.tick();
        }
        island.broker().queued(Outbox.sessionId(settings)).thenAccept(count -> queued = count);
        if (splice != null && splice.isOpen() && !splice.isFruitless()) {
            wellNanos = System.nanoTime();
            alarm = false;
        } else if (!alarm
                && settings.alarmSeconds() > 0
                && secondsSince(wellNanos) >= settings.alarmSeconds()) {
            alarm = true;
            LOG.warn(
                    "{} has carried nothing for {} s, {} messages wait for it; it is {}: {}",
                    settings,
                    secondsSince(wellNanos),
                    queued,
                    status.state().name().toLowerCase(Locale.ROOT),
                    status.detail());
        }
    }

    private static long secondsSince(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - nanos);
    }
}
