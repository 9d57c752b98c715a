package io.skein.cluster.grid;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers what this node sends, and knows up to where all of it has been answered. Lives on the
 * loop, but numbers may be taken, and {@link #all} may be asked for, by any thread.
 */
final class Unanswered {
    /** Answered ones that are forgotten at once. */
    private static final int STEP = 1024;

    /** Bit 0 is the one after {@link #before}. */
    private BitSet answered = new BitSet(STEP);

    private long before;
    private final AtomicLong last = new AtomicLong();
    private final AtomicLong all = new AtomicLong();

    /** The number of the next one. */
    long next() {
        return last.incrementAndGet();
    }

    /** That one was answered, or is not sent again; may be told more than once. */
    void answered(long ordinal) {
        if (ordinal <= before) {
            return;
        }
        answered.set((int) (ordinal - before - 1));
        if (answered.nextClearBit(0) >= STEP) {
            int step = answered.nextClearBit(0);
            answered = answered.get(step, Math.max(step, answered.length()));
            before += step;
        }
        all.setRelease(before + answered.nextClearBit(0));
    }

    /** All up to this one were answered. */
    long all() {
        return all.getAcquire();
    }
}
