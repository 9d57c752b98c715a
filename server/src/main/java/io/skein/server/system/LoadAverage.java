package io.skein.server.system;

/** How much happens in a minute: a mean in which the past fades, over one of several times. */
final class LoadAverage {
    private static final double MINUTE_SECONDS = 60;

    private final double windowSeconds;
    private long lastCount;
    private double perMinute;

    LoadAverage(int windowMinutes) {
        this.windowSeconds = windowMinutes * MINUTE_SECONDS;
    }

    /**
     * The mean after some more time.
     *
     * @param count what was counted since the start
     * @param seconds since the last call, above 0
     */
    double after(long count, double seconds) {
        double latest = (count - lastCount) * MINUTE_SECONDS / seconds;
        double past = Math.exp(-seconds / windowSeconds);
        perMinute = latest + past * (perMinute - latest);
        lastCount = count;
        return perMinute;
    }
}
