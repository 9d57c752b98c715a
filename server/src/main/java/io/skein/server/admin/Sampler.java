package io.skein.server.admin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at a node once a second and remembers the last few times. Any thread may ask. */
final class Sampler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);

    /** Rates are means over this many seconds. */
    private static final int WINDOW_SECONDS = 3;

    /** A moment with what happened in the seconds before it. */
    record Moment(Sample sample, Sample windowStart) {}

    private final NodeView node;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("skein-sampler").factory());
    private boolean closed;

    Sampler(NodeView node) {
        this.node = node;
        samples.add(Sample.of(node, 0));
        timer.scheduleAtFixedRate(this::sample, 1, 1, TimeUnit.SECONDS);
    }

    private void sample() {
        try {
            Sample next = Sample.of(node, latest().sample().sequence() + 1);
            synchronized (this) {
                samples.addLast(next);
                if (samples.size() > WINDOW_SECONDS + 1) {
                    samples.removeFirst();
                }
                notifyAll();
            }
        } catch (RuntimeException e) {
            LOG.warn("The node could not be looked at", e);
        }
    }

    /** The last moment. */
    synchronized Moment latest() {
        return new Moment(samples.getLast(), samples.getFirst());
    }

    /**
     * Waits for a moment after the one with this sequence number.
     *
     * @throws InterruptedException also when there will be none
     */
    synchronized Moment after(long sequence) throws InterruptedException {
        while (!closed && samples.getLast().sequence() <= sequence) {
            wait();
        }
        if (closed) {
            throw new InterruptedException("the node stops");
        }
        return latest();
    }

    @Override
    public synchronized void close() {
        closed = true;
        timer.shutdownNow();
        notifyAll();
    }
}
