package io.skein.server.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.skein.broker.Shard;
import io.skein.broker.ShardLoop;
import io.skein.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop with the shard it runs. A turn is what the loop finds ready at one time: packets
 * that have arrived, then the tasks that wait; at its end the shard settles what it collected, and
 * every connection that was written to is flushed once.
 */
final class ClientLoop implements ShardLoop {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLoop.class);

    /** How long a client may take to close its side after the node has closed its own. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop eventLoop;
    private final NodeClock clock;
    private final Deadlines<ClientChannel> connecting;
    private final Deadlines<ClientChannel> closing;
    private final NetworkCounters counters;
    private final int topicAliasToClientMaximum;

    private @Nullable Shard shard;
    private boolean shuttingDown;

    /**
     * Tasks that this thread has handed in itself: run together, they cost one turn of its queue.
     */
    private List<Task> own = new ArrayList<>();

    private List<Task> ran = new ArrayList<>();

    private List<ClientOutput> written = new ArrayList<>();
    private List<ClientOutput> flushing = new ArrayList<>();
    private boolean shardAskedForEnd;
    private boolean endIsQueued;

    private long wakeAtNanos = Long.MAX_VALUE;
    private @Nullable ScheduledFuture<?> wake;

    ClientLoop(
            EventLoop eventLoop, NodeClock clock, NetworkLimits limits, NetworkCounters counters) {
        this.eventLoop = eventLoop;
        this.counters = counters;
        this.topicAliasToClientMaximum = limits.topicAliasToClientMaximum();
        this.clock = clock;
        this.connecting =
                new Deadlines<>(
                        eventLoop,
                        TimeUnit.SECONDS.toNanos(limits.connectSecondsMaximum()),
                        ClientChannel::connectTooLate);
        this.closing = new Deadlines<>(eventLoop, LINGER_NANOS, ClientChannel::closeNow);
    }

    /** The thread of this loop. */
    EventLoop eventLoop() {
        return eventLoop;
    }

    NodeClock clock() {
        return clock;
    }

    NetworkCounters counters() {
        return counters;
    }

    /** Topic aliases that a client is given at most. */
    int topicAliasToClientMaximum() {
        return topicAliasToClientMaximum;
    }

    /** Counts what was handed to the network. */
    void sent(int packets, int bytes) {
        counters.packetsSent.add(packets);
        counters.bytesSent.add(bytes);
    }

    /** The shard of this loop; set before the first connection is accepted. */
    Shard shard() {
        if (shard == null) {
            throw new IllegalStateException("no shard yet");
        }
        return shard;
    }

    /** Gives the loop its shard, from any thread. */
    void serve(Shard served) {
        eventLoop.execute(() -> shard = served);
    }

    /** Connections whose CONNECT has not arrived. */
    Deadlines<ClientChannel> connecting() {
        return connecting;
    }

    /** Connections this node has closed and whose clients have not. */
    Deadlines<ClientChannel> closing() {
        return closing;
    }

    /** Whether connections are not to be taken in any more. */
    boolean isShuttingDown() {
        return shuttingDown;
    }

    /** Closes every connection and takes none from now on; MQTT 5 clients are told why. */
    void shutDown(ReasonCode reason) {
        shuttingDown = true;
        connecting.items().forEach(ClientChannel::closeNow);
        if (shard != null) {
            shard.closeAll(reason, clock.nowNanos());
        }
    }

    @Override
    public void execute(Task task) {
        if (!eventLoop.inEventLoop()) {
            queue(() -> run(task, clock.nowNanos()));
        } else if (!own.isEmpty() || queue(this::runOwn)) {
            own.add(task);
        }
    }

    private boolean queue(Runnable work) {
        try {
            eventLoop.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug("The loop has ended, a task is dropped", e);
            return false;
        }
    }

    private void runOwn() {
        List<Task> tasks = own;
        own = ran;
        long nowNanos = clock.nowNanos();
        tasks.forEach(task -> run(task, nowNanos));
        tasks.clear();
        ran = tasks;
    }

    private static void run(Task task, long nowNanos) {
        try {
            task.run(nowNanos);
        } catch (RuntimeException e) {
            LOG.error("A task of a shard failed; please report this", e);
        }
    }

    @Override
    public void requestEndOfTurn() {
        shardAskedForEnd = true;
        queueEndOfTurn();
    }

    /** The connection has bytes to flush at the end of the turn. */
    void written(ClientOutput output) {
        written.add(output);
        queueEndOfTurn();
    }

    private void queueEndOfTurn() {
        if (!endIsQueued) {
            endIsQueued = true;
            eventLoop.execute(this::endTurn);
        }
    }

    private void endTurn() {
        endIsQueued = false;
        if (shardAskedForEnd) {
            shardAskedForEnd = false;
            try {
                shard().endTurn(clock.nowNanos());
            } catch (RuntimeException e) {
                LOG.error("The end of a turn failed; please report this", e);
            }
        }
        List<ClientOutput> outputs = written;
        written = flushing;
        flushing = outputs;
        for (ClientOutput output : outputs) {
            output.flush();
        }
        outputs.clear();
    }

    @Override
    public void wakeAt(long atNanos) {
        if (atNanos >= wakeAtNanos) {
            return;
        }
        if (wake != null) {
            wake.cancel(false);
        }
        wakeAtNanos = atNanos;
        long delayNanos = Math.max(0, atNanos - clock.nowNanos());
        wake = eventLoop.schedule(this::wake, delayNanos, TimeUnit.NANOSECONDS);
    }

    private void wake() {
        wakeAtNanos = Long.MAX_VALUE;
        wake = null;
        try {
            shard().wake(clock.nowNanos());
        } catch (RuntimeException e) {
            LOG.error("A timer of a shard failed; please report this", e);
        }
    }
}
