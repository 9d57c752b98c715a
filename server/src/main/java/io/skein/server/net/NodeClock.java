package io.skein.server.net;

/**
 * The time of a node: nanoseconds since the epoch as they were when the clock was made, carried on
 * by a clock that does not go back. Any thread may ask.
 */
public final class NodeClock {
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final long epochNanos = System.currentTimeMillis() * NANOS_PER_MILLI;
    private final long startNanos = System.nanoTime();

    /** Nanoseconds since the epoch; never less than what it answered before. */
    public long nowNanos() {
        return epochNanos + (System.nanoTime() - startNanos);
    }

    /** Nanoseconds since the clock was made. */
    public long uptimeNanos() {
        return System.nanoTime() - startNanos;
    }
}
