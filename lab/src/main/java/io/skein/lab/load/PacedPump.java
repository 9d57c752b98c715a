package io.skein.lab.load;

import io.netty.channel.EventLoop;
import io.skein.lab.client.LoopTurns;
import io.skein.lab.workload.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends messages at the instants they are due. Message {@code n} of all is publisher {@code n mod
 * P}'s; a publisher whose connection takes nothing more falls behind and catches up later, without
 * holding up the others. Nothing is queued: what is due is a number.
 */
final class PacedPump implements Pump {
    /**
     * Shortest pause between two turns. It bounds what the clock itself costs at high rates, and
     * with it how late a message may be by design.
     */
    private static final long PAUSE_NANOS_MINIMUM = 20_000;

    /**
     * How long before its time a message is awaited wide awake: about what it takes an idle thread
     * to be woken. The event loop turns meanwhile, so what arrives is read.
     */
    private static final long AWAKE_NANOS = 60_000;

    /** With less than this between two messages, staying awake would take too much of a core. */
    private static final long AWAKE_GAP_NANOS_MINIMUM = 120_000;

    /** Messages of one turn, so that what arrives is read in between. */
    private static final int TURN_MESSAGES_LIMIT = 1_024;

    private final EventLoop executor;
    private final LoopTurns turns;
    private final Schedule schedule;
    private final double messagesPerSecond;
    private final int publishersOfAll;
    private final LoopMeter meter;
    private final List<PublisherRound> publishers = new ArrayList<>();
    private long startNanos;
    private long messagesOfAll;
    private long tick;
    private boolean waiting;
    private boolean exhausted;
    private boolean staysAwake;

    private long awakeUntil;
    private long awakeSince;

    private volatile boolean finished;

    PacedPump(
            EventLoop executor,
            LoopTurns turns,
            Schedule schedule,
            double messagesPerSecond,
            int publishersOfAll,
            LoopMeter meter) {
        this.executor = executor;
        this.turns = turns;
        this.schedule = schedule;
        this.messagesPerSecond = messagesPerSecond;
        this.publishersOfAll = publishersOfAll;
        this.meter = meter;
    }

    @Override
    public void add(PublisherRound publisher) {
        publishers.add(publisher);
    }

    @Override
    public void start(long startNanos, long endNanos) {
        this.startNanos = startNanos;
        this.messagesOfAll = schedule.messages();
        if (publishers.isEmpty()) {
            finished = true;
        } else {
            double perSecond = messagesPerSecond * publishers.size() / publishersOfAll;
            staysAwake = 1e9 / perSecond >= AWAKE_GAP_NANOS_MINIMUM;
            pumpAt(startNanos);
        }
    }

    /** Which message of all the tick stands for: this loop's publishers, by number, take turns. */
    private long messageOf(long tick) {
        int size = publishers.size();
        return tick / size * publishersOfAll + publishers.get((int) (tick % size)).index();
    }

    private long dueNanos(PublisherRound publisher, long sequence) {
        return startNanos + schedule.dueAfterNanos(sequence * publishersOfAll + publisher.index());
    }

    private void pump() {
        waiting = false;
        if (finished) {
            return;
        }
        long now = System.nanoTime();
        for (int i = 0; i < TURN_MESSAGES_LIMIT; i++) {
            long message = messageOf(tick);
            if (message >= messagesOfAll) {
                exhausted = true;
                finishIfNoneIsBehind();
                return;
            }
            long due = startNanos + schedule.dueAfterNanos(message);
            if (due > now) {
                now = System.nanoTime();
                if (due > now) {
                    pumpWhenDue(due, now);
                    return;
                }
            }
            PublisherRound publisher = publishers.get((int) (tick % publishers.size()));
            publisher.due++;
            tick++;
            if (!publisher.blocked) {
                sendDue(publisher);
            }
        }
        pumpAt(now);
    }

    private void pumpWhenDue(long due, long now) {
        if (!staysAwake) {
            pumpAt(Math.max(due, now + PAUSE_NANOS_MINIMUM));
        } else if (due - now > AWAKE_NANOS) {
            turns.stayAwake(null);
            pumpAt(due - AWAKE_NANOS);
        } else {
            awakeUntil = due;
            awakeSince = now;
            turns.stayAwake(this::turn);
        }
    }

    /** One turn of the loop while it is kept awake; whether to keep it so. */
    private boolean turn() {
        long now = System.nanoTime();
        meter.awakeNanos.add(now - awakeSince);
        awakeSince = now;
        if (now < awakeUntil) {
            return true;
        }
        turns.stayAwake(null);
        pump();
        return true; // for what was just written to be flushed
    }

    private void finishIfNoneIsBehind() {
        for (PublisherRound publisher : publishers) {
            if (publisher.blocked && publisher.isAlive()) {
                return;
            }
        }
        finished = true;
    }

    /** Sends as much of what is due as the connection takes. */
    private void sendDue(PublisherRound publisher) {
        boolean heldBack = publisher.blocked;
        long sequence = publisher.sent();
        while (sequence < publisher.due && publisher.canSend()) {
            long due = dueNanos(publisher, sequence);
            if (heldBack) {
                meter.heldBack.increment();
            } else {
                meter.lateness.record(System.nanoTime() - due);
            }
            publisher.send(due);
            sequence++;
        }
        publisher.blocked = sequence < publisher.due;
    }

    @Override
    public void progressed(PublisherRound publisher) {
        if (executor.inEventLoop() && publisher.blocked) {
            catchUp(publisher);
        }
    }

    @Override
    public void writable(PublisherRound publisher) {
        // In the next turn, not in this: what has arrived is to be read in between.
        executor.schedule(() -> catchUp(publisher), 0, TimeUnit.NANOSECONDS);
    }

    private void catchUp(PublisherRound publisher) {
        if (!finished && publisher.blocked) {
            sendDue(publisher);
            if (exhausted) {
                finishIfNoneIsBehind();
            }
        }
    }

    @Override
    public void stop() {
        finished = true;
        turns.stayAwake(null);
    }

    @Override
    public boolean finished() {
        return finished;
    }

    @Override
    public long unsent() {
        return publishers.stream().mapToLong(p -> p.due - p.sent()).sum();
    }

    @Override
    public long writeOffs() {
        return 0;
    }

    private void pumpAt(long nanos) {
        if (!waiting) {
            waiting = true;
            executor.schedule(
                    this::pump, Math.max(0, nanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }
}
