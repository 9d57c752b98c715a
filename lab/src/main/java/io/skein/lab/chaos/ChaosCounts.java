package io.skein.lab.chaos;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What all clients did so far, for the line of progress and the end of the drain. Thread-safe. */
final class ChaosCounts {
    final LongAdder connected = new LongAdder();
    final LongAdder published = new LongAdder();
    final LongAdder acknowledged = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder unknown = new LongAdder();
    private final AtomicLong lastReceivedNanos = new AtomicLong(System.nanoTime());

    void received() {
        received.increment();
        lastReceivedNanos.lazySet(System.nanoTime());
    }

    /** How long nobody has received anything. */
    long quietNanos() {
        return System.nanoTime() - lastReceivedNanos.get();
    }
}
