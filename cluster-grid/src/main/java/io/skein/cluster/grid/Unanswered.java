package io.skein.cluster.grid;

import java.util.BitSet;

/**
 * Numbers what this node sends, and knows up to where all of it has been answered. Lives on the
 * loop.
 */
final class Unanswered {
    /** Answered ones that are forgotten at once. */
    private static final int STEP = 1024;

    /** Bit 0 is the one after {@link #before}. */
    private BitSet answered = new BitSet(STEP);

    private long before;
    private long last;

    /** The number of the next one. */
    long next() {
        return ++last;
    }

    /** That one was answered, or is not sent again. */
    void answered(long ordinal) {
        answered.set((int) (ordinal - before - 1));
        if (answered.nextClearBit(0) >= STEP) {
            int step = answered.nextClearBit(0);
            answered = answered.get(step, Math.max(step, answered.length()));
            before += step;
        }
    }

    /** All up to this one were answered. */
    long all() {
        return before + answered.nextClearBit(0);
    }
}
