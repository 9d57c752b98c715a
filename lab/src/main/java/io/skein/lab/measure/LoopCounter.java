package io.skein.lab.measure;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A count that one thread advances without a locked instruction and others may read at any time.
 */
public final class LoopCounter {

    private final AtomicLong value = new AtomicLong();

    /** A counter at 0. */
    public LoopCounter() {}

    /** One more; only from the one writing thread. */
    public void increment() {
        add(1);
    }

    /** That many more; only from the one writing thread. */
    public void add(long count) {
        // Released, so that who sees a message of this count also sees the count.
        value.setRelease(value.getPlain() + count);
    }

    /** The count, perhaps a moment old. */
    public long get() {
        return value.getAcquire();
    }
}
