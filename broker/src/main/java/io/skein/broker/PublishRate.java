package io.skein.broker;

import org.jspecify.annotations.Nullable;

/**
 * How fast one client publishes: what a second allows may come at once, after that the client is
 * not read until its time has come.
 */
final class PublishRate {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final OverloadLimits limits;

    /** When what was published so far would be over at the allowed rate. */
    private long messagesDoneNanos;

    private long bytesDoneNanos;

    private PublishRate(OverloadLimits limits) {
        this.limits = limits;
    }

    /** Null where there is no bound. */
    static @Nullable PublishRate of(OverloadLimits limits) {
        return limits.publishesPerSecond() == 0 && limits.publishBytesPerSecond() == 0
                ? null
                : new PublishRate(limits);
    }

    /** One more PUBLISH: how long not to read, 0 for not at all. */
    long pauseNanos(int payloadBytes, long nowNanos) {
        long earliest = nowNanos - SECOND_NANOS;
        if (limits.publishesPerSecond() > 0) {
            messagesDoneNanos =
                    Math.max(messagesDoneNanos, earliest)
                            + SECOND_NANOS / limits.publishesPerSecond();
        }
        if (limits.publishBytesPerSecond() > 0) {
            double seconds = (double) payloadBytes / limits.publishBytesPerSecond();
            bytesDoneNanos = Math.max(bytesDoneNanos, earliest) + (long) (seconds * SECOND_NANOS);
        }
        return Math.max(0, Math.max(messagesDoneNanos, bytesDoneNanos) - nowNanos);
    }
}
