package io.skein.lab.stress;

import java.time.Instant;

/**
 * Time of day that runs as steadily as {@link System#nanoTime}: set once when the process starts.
 * Between processes it is as exact as their machines' clocks.
 */
final class WallClock {
    private static final long OFFSET_NANOS = epochNanos() - System.nanoTime();

    private WallClock() {}

    private static long epochNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    /** Nanoseconds since 1970 at this {@link System#nanoTime}. */
    static long at(long nanoTime) {
        return nanoTime + OFFSET_NANOS;
    }
}
