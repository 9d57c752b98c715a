package io.skein.cluster.bridge;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the messages of a link that a side refuses for good, and tells the log: the first of each
 * ten seconds, with how many were kept back before it. For one thread.
 */
final class RefusalLog {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LinkSettings settings;
    private final LinkCounters counters;
    private long lastNanos = System.nanoTime() - 2 * BURST_NANOS;
    private long keptBack;

    RefusalLog(LinkSettings settings, LinkCounters counters) {
        this.settings = settings;
        this.counters = counters;
    }

    /** {@code what} is the message, as the beginning of a sentence. */
    void refused(String what, String why) {
        counters.refused.increment();
        long now = System.nanoTime();
        if (now - lastNanos < BURST_NANOS) {
            keptBack++;
            LOG.debug("{}: {} is refused for good: {}", settings, what, why);
            return;
        }
        LOG.warn(
                "{}: {} is refused for good: {}{}",
                settings,
                what,
                why,
                keptBack == 0 ? "" : " (%d more before)".formatted(keptBack));
        lastNanos = now;
        keptBack = 0;
    }
}
