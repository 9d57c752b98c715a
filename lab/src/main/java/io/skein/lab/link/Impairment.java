package io.skein.lab.link;

/**
 * What one direction of a link does to what passes.
 *
 * @param delayNanos one way, 0 to 10 s
 * @param jitterNanos standard deviation of the delay; the delay is normal around its mean, cut at 0
 *     and at three deviations
 * @param loss part of the segments that are lost on the way, 0 to below 1; TCP repeats each, which
 *     holds up what comes behind it
 * @param bitsPerSecond bandwidth, headers included; 0 for unlimited
 */
public record Impairment(long delayNanos, long jitterNanos, double loss, long bitsPerSecond) {
    /** Adds nothing. */
    public static final Impairment NONE = new Impairment(0, 0, 0, 0);

    private static final long NANOS_LIMIT = 10_000_000_000L;
    private static final long LEAST_BITS_PER_SECOND = 1_000;

    /** Checks the bounds. */
    public Impairment {
        if (delayNanos < 0 || delayNanos > NANOS_LIMIT) {
            throw new IllegalArgumentException("the delay of a link is 0 to 10 s");
        }
        if (jitterNanos < 0 || jitterNanos > NANOS_LIMIT) {
            throw new IllegalArgumentException("the jitter of a link is 0 to 10 s");
        }
        if (!(loss >= 0 && loss < 1)) {
            throw new IllegalArgumentException("the loss of a link is 0 to below 100 %");
        }
        if (bitsPerSecond != 0 && bitsPerSecond < LEAST_BITS_PER_SECOND) {
            throw new IllegalArgumentException(
                    "the bandwidth of a link is 1 kbit/s or above, or 0 for unlimited");
        }
    }

    /** How long these bytes occupy the link. */
    long transmissionNanos(long bytes) {
        return bitsPerSecond == 0 ? 0 : Math.round(bytes * 8e9 / bitsPerSecond);
    }
}
