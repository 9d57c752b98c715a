package io.skein.lab.workload;

/**
 * Clients that come and go: each stays for about {@code awakeNanos} (half to one and a half times
 * that), says goodbye, and is back after {@code asleepNanos}.
 *
 * @param awakeNanos at least 1 ms
 * @param asleepNanos 0 or above
 * @param publishers whether publishers do; what is due meanwhile is sent when they are back
 * @param subscribers whether subscribers do; what comes meanwhile is the broker's to keep
 */
public record Reconnects(
        long awakeNanos, long asleepNanos, boolean publishers, boolean subscribers) {
    private static final long AWAKE_NANOS_MINIMUM = 1_000_000;

    /** Checks the bounds. */
    public Reconnects {
        if (awakeNanos < AWAKE_NANOS_MINIMUM || asleepNanos < 0) {
            throw new IllegalArgumentException(
                    "clients that come and go stay for at least 1 ms, and are away for 0 or more");
        }
    }
}
