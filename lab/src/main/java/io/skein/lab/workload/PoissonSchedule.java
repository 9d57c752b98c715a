package io.skein.lab.workload;

import java.util.Arrays;

/**
 * A Poisson process: the gaps between messages are exponentially distributed and independent of
 * each other. Each gap follows from its number and the seed; sums are kept for every sixteenth
 * message, half a byte for each.
 */
final class PoissonSchedule implements Schedule {
    private static final int STRIDE = 16;
    private static final long MESSAGES_LIMIT = 2_000_000_000L;

    private final double meanGapNanos;
    private final long seed;
    private final double[] sums;
    private final long messages;

    PoissonSchedule(double messagesPerSecond, long nanos, long seed) {
        this.meanGapNanos = 1e9 / messagesPerSecond;
        this.seed = seed;
        if (messagesPerSecond * nanos / 1e9 > MESSAGES_LIMIT) {
            throw new IllegalArgumentException(
                    "Poisson arrivals are for at most %,d messages".formatted(MESSAGES_LIMIT));
        }
        double[] sums = new double[1024];
        double at = gap(0);
        long n = 0;
        while (at < nanos) {
            if (n % STRIDE == 0) {
                int index = (int) (n / STRIDE);
                if (index == sums.length) {
                    sums = Arrays.copyOf(sums, index * 2);
                }
                sums[index] = at;
            }
            n++;
            at += gap(n);
        }
        this.sums = sums;
        this.messages = n;
    }

    @Override
    public long messages() {
        return messages;
    }

    @Override
    public long dueAfterNanos(long n) {
        double at = sums[(int) (n / STRIDE)];
        for (long next = n / STRIDE * STRIDE + 1; next <= n; next++) {
            at += gap(next);
        }
        return (long) at;
    }

    private double gap(long n) {
        long h = (n + 1) * 0x9E37_79B9_7F4A_7C15L + seed;
        h = (h ^ (h >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        h = (h ^ (h >>> 27)) * 0x94D0_49BB_1331_11EBL;
        h ^= h >>> 31;
        double uniform = ((h >>> 11) + 1) * 0x1.0p-53; // above 0, at most 1
        return -Math.log(uniform) * meanGapNanos;
    }
}
