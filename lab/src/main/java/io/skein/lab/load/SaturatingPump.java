package io.skein.lab.load;

import io.netty.channel.EventLoop;
import io.skein.lab.workload.Arrivals;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Keeps every publisher's window full: each progress of the target lets its publisher send on. */
final class SaturatingPump implements Pump {
    /** How long a full window may see no progress before its messages count as lost. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long CHECK_MILLIS = 100;

    private final EventLoop executor;
    private final int window;
    private final List<PublisherRound> publishers = new ArrayList<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private ArrayList<PublisherRound> ready = new ArrayList<>();
    private ArrayList<PublisherRound> sending = new ArrayList<>();
    private boolean waiting;
    private long endNanos;
    private long writeOffs;
    private volatile boolean finished;

    SaturatingPump(EventLoop executor, Arrivals.Saturating arrivals) {
        this.executor = executor;
        this.window = arrivals.window();
    }

    @Override
    public void add(PublisherRound publisher) {
        publishers.add(publisher);
    }

    @Override
    public void start(long startNanos, long endNanos) {
        this.endNanos = endNanos;
        if (publishers.isEmpty()) {
            finished = true;
            return;
        }
        long wait = Math.max(0, startNanos - System.nanoTime());
        executor.schedule(this::all, wait, TimeUnit.NANOSECONDS);
        check();
    }

    private void all() {
        woken.set(false);
        publishers.forEach(this::makeReady);
    }

    @Override
    public void progressed(PublisherRound publisher) {
        if (executor.inEventLoop()) {
            makeReady(publisher);
        } else if (!woken.get() && woken.compareAndSet(false, true)) {
            executor.execute(this::all);
        }
    }

    @Override
    public void writable(PublisherRound publisher) {
        // In the next turn, not in this: what has arrived is to be read in between.
        executor.schedule(() -> makeReady(publisher), 0, TimeUnit.NANOSECONDS);
    }

    private void makeReady(PublisherRound publisher) {
        if (publisher.ready || finished) {
            return;
        }
        publisher.ready = true;
        ready.add(publisher);
        if (!waiting) {
            waiting = true;
            executor.execute(this::pump);
        }
    }

    private void pump() {
        waiting = false;
        ArrayList<PublisherRound> turn = ready;
        ready = sending;
        sending = turn;
        long now = System.nanoTime();
        if (now >= endNanos) {
            finished = true;
        }
        for (PublisherRound publisher : turn) {
            publisher.ready = false;
            if (!finished) {
                fill(publisher, now);
            }
        }
        turn.clear();
    }

    private void fill(PublisherRound publisher, long now) {
        long room = window - publisher.outstanding();
        while (room > 0 && publisher.canSend()) {
            publisher.send(now);
            room--;
        }
    }

    /** Ends the round when nothing progresses, and opens windows that lost messages keep shut. */
    private void check() {
        if (finished) {
            return;
        }
        long now = System.nanoTime();
        if (now >= endNanos) {
            finished = true;
            return;
        }
        for (PublisherRound publisher : publishers) {
            long progress = publisher.progress();
            if (progress != publisher.progressSeen || publisher.progressSeenAtNanos == 0) {
                publisher.progressSeen = progress;
                publisher.progressSeenAtNanos = now;
            } else if (now - publisher.progressSeenAtNanos > PATIENCE_NANOS
                    && publisher.isAlive()
                    && publisher.outstanding() >= window) {
                publisher.progressSeenAtNanos = now;
                publisher.writeOff();
                writeOffs++;
                makeReady(publisher);
            }
        }
        executor.schedule(this::check, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        finished = true;
    }

    @Override
    public boolean finished() {
        return finished;
    }

    @Override
    public long unsent() {
        return 0;
    }

    @Override
    public long writeOffs() {
        return writeOffs;
    }
}
