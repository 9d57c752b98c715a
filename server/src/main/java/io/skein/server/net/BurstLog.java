package io.skein.server.net;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Warnings about what a storm of clients brings: the first of a burst is written, and how many were
 * kept back with the first of the next. Any thread may call.
 */
final class BurstLog {
    private static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Logger log;
    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime() - 2 * BURST_NANOS);
    private final AtomicLong keptBack = new AtomicLong();

    BurstLog(Logger log) {
        this.log = log;
    }

    /** Warns, or keeps it back; {@code address} is whom it is about. */
    void warn(String address, String message) {
        long now = System.nanoTime();
        long last = lastNanos.get();
        if (now - last < BURST_NANOS || !lastNanos.compareAndSet(last, now)) {
            keptBack.incrementAndGet();
            log.debug("{}: {}", address, message);
            return;
        }
        long before = keptBack.getAndSet(0);
        if (before == 0) {
            log.warn("{}: {}", address, message);
        } else {
            log.warn("{}: {} ({} more like it before)", address, message, before);
        }
    }
}
