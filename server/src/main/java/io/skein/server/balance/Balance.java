package io.skein.server.balance;

import io.skein.broker.ClientInfo;
import io.skein.broker.Referral;
import io.skein.cluster.NodeLoad;
import io.skein.mqtt.ProtocolVersion;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps clients spread over the nodes. Tells the others how loaded this node is, sends newcomers to
 * them while it has far more than its share, and moves clients away at a stated rate when it is
 * asked to. MQTT 5 clients are told where to go; others are disconnected, and go where whatever led
 * them here leads them. Any thread may ask.
 */
public final class Balance implements AutoCloseable {
    /** The fastest that clients can be asked to be moved, in clients a second. */
    public static final int RATE_MAXIMUM = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(Balance.class);
    private static final long TICK_MILLIS = 100;
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final double NANOS_PER_SECOND = 1e9;

    private final String self;
    private final Clients clients;
    private final Neighbours neighbours;
    private final ProcessorUse processors = new ProcessorUse();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("skein-balance").factory());
    private final ReentrantLock lock = new ReentrantLock();

    private volatile int referAbovePercent;
    private boolean draining;
    private @Nullable Move move;
    private Places places;
    private long nowNanos = System.nanoTime();
    private long toldNanos;
    private boolean told;

    /** Clients on their way; all but the counters under the lock. */
    private static final class Move {
        final Deque<String> left = new ArrayDeque<>();
        final AtomicLong moved = new AtomicLong();
        final AtomicLong underWay = new AtomicLong();
        final long startNanos;
        int perSecond;
        long movedUntilNanos;
        long lookedNanos;
        boolean looking;
        boolean waiting;
        boolean over;

        Move(int perSecond, long nowNanos) {
            this.perSecond = perSecond;
            startNanos = nowNanos;
            movedUntilNanos = nowNanos;
        }

        /** Somebody at least, as long as it is not known who. */
        long toMove() {
            return Math.max(looking ? 1 : 0, left.size() + underWay.get());
        }
    }

    /**
     * Does nothing before {@link #start}.
     *
     * @param self the name of this node
     * @param referAbovePercent from which share of the average number of connections on newcomers
     *     are sent elsewhere; 0 for never
     */
    public Balance(String self, Clients clients, Neighbours neighbours, int referAbovePercent) {
        this.self = self;
        this.clients = clients;
        this.neighbours = neighbours;
        this.referAbovePercent = referAbovePercent;
        places = new Places(self, List.of(), Map.of());
    }

    /** Begins. */
    public void start() {
        timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        tick(System.nanoTime());
                    } catch (RuntimeException e) {
                        LOG.error("Clients could not be balanced; please report this", e);
                    }
                },
                0,
                TICK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** The same as in the constructor, from now on. */
    public void useReferAbovePercent(int percent) {
        referAbovePercent = percent;
    }

    /** How it stands. */
    public Standing standing() {
        lock.lock();
        try {
            Move now = move;
            return new Standing(
                    !draining,
                    clients.connected(),
                    now == null ? 0 : now.toMove(),
                    now == null ? 0 : now.moved.get(),
                    now != null && now.waiting);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes no more clients and moves those it has to other nodes, until {@link #resume}.
     *
     * @param perSecond clients a second, 1 to {@link #RATE_MAXIMUM}
     * @throws OrderRefusedException if no other node takes clients
     */
    public void drain(int perSecond) throws OrderRefusedException {
        lock.lock();
        try {
            look();
            if (places.best() == null) {
                throw new OrderRefusedException("no other node takes clients");
            }
            if (draining && move != null) {
                move.perSecond = perSecond;
                return;
            }
            LOG.info(
                    "Drains: {} clients are moved, {} a second, and none come in",
                    clients.connected(),
                    perSecond);
            draining = true;
            move = new Move(perSecond, nowNanos);
            find(move, Long.MAX_VALUE);
            tell();
            refer();
        } finally {
            lock.unlock();
        }
    }

    /** Takes clients again; nobody is moved any more. */
    public void resume() {
        lock.lock();
        try {
            if (draining) {
                LOG.info("Takes clients again");
            }
            draining = false;
            move = null;
            tell();
            refer();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves what this node has above an equal share to other nodes, MQTT 5 clients first.
     *
     * @param perSecond clients a second, 1 to {@link #RATE_MAXIMUM}
     * @return how many these are
     * @throws OrderRefusedException while the node is drained
     */
    public long rebalance(int perSecond) throws OrderRefusedException {
        lock.lock();
        try {
            if (draining) {
                throw new OrderRefusedException("the node is drained");
            }
            look();
            long surplus = Share.of(self, clients.connected(), neighbours.loads()).surplus();
            move = null;
            if (surplus > 0) {
                LOG.info("Moves {} clients to other nodes, {} a second", surplus, perSecond);
                move = new Move(perSecond, nowNanos);
                find(move, surplus);
            }
            return surplus;
        } finally {
            lock.unlock();
        }
    }

    /** Does what is due. */
    void tick(long now) {
        lock.lock();
        try {
            nowNanos = now;
            if (!told || nowNanos - toldNanos >= TELL_NANOS) {
                told = true;
                toldNanos = nowNanos;
                processors.look(nowNanos);
                tell();
                look();
            }
            if (move != null) {
                proceed(move);
            }
            refer();
        } finally {
            lock.unlock();
        }
    }

    private void tell() {
        neighbours.announce(new NodeLoad(clients.connected(), processors.percent(), !draining));
    }

    private void look() {
        places = new Places(self, neighbours.nodes(), neighbours.loads());
    }

    private void refer() {
        String best = places.best();
        if (draining) {
            clients.refer(new Referral(best == null ? "" : best, true));
        } else {
            clients.refer(best != null && hasTooMany() ? new Referral(best, false) : null);
        }
    }

    private boolean hasTooMany() {
        int percent = referAbovePercent;
        return percent > 0
                && Share.of(self, clients.connected(), neighbours.loads()).isAbove(percent);
    }

    /** Clients to move are those that are connected now. */
    private void find(Move mine, long atMost) {
        mine.looking = true;
        mine.lookedNanos = nowNanos;
        clients.all()
                .whenComplete((found, error) -> {
                    lock.lock();
                    try {
                        mine.looking = false;
                        if (error == null) {
                            found.stream()
                                    .filter(ClientInfo::connected)
                                    .sorted(
                                            Comparator.comparing(one ->
                                                    one.protocol() != ProtocolVersion.MQTT_5))
                                    .limit(atMost)
                                    .map(ClientInfo::clientId)
                                    .forEach(mine.left::add);
                        }
                    } finally {
                        lock.unlock();
                    }
                });
    }

    private void proceed(Move mine) {
        long nanosEach = (long) (NANOS_PER_SECOND / mine.perSecond);
        mine.waiting = false;
        while (!mine.left.isEmpty() && nowNanos - mine.movedUntilNanos >= nanosEach) {
            String place = places.next();
            if (place == null) {
                mine.waiting = true;
                break;
            }
            mine.movedUntilNanos += nanosEach;
            mine.underWay.incrementAndGet();
            clients.send(mine.left.remove(), place)
                    .whenComplete((sent, error) -> {
                        mine.moved.addAndGet(error == null && sent ? 1 : 0);
                        mine.underWay.decrementAndGet();
                    });
        }
        if (mine.left.isEmpty() || mine.waiting) {
            mine.movedUntilNanos = nowNanos; // time in which nobody went is not made up for
        }
        if (mine.toMove() == 0) {
            finish(mine);
        }
    }

    private void finish(Move mine) {
        if (draining && clients.connected() > 0) {
            mine.over = false; // who was on the way in when it began
            if (nowNanos - mine.lookedNanos >= LOOK_NANOS) {
                find(mine, Long.MAX_VALUE);
            }
        } else if (!mine.over) {
            mine.over = true;
            LOG.info(
                    "{} clients were moved in {} s",
                    mine.moved,
                    (nowNanos - mine.startNanos) / (long) NANOS_PER_SECOND);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
