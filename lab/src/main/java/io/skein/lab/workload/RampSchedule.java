package io.skein.lab.workload;

/** A rate that changes steadily from one to another; message n is due when n of them would be. */
record RampSchedule(double fromPerSecond, double toPerSecond, long nanos) implements Schedule {
    @Override
    public long messages() {
        return (long) Math.ceil((fromPerSecond + toPerSecond) / 2 * nanos / 1e9);
    }

    @Override
    public long dueAfterNanos(long n) {
        if (n == 0) {
            return 0;
        }
        // The n at which from * t + rise / 2 * t^2 = n; written so that a rise of 0 is no
        // exception.
        double rise = (toPerSecond - fromPerSecond) / (nanos / 1e9);
        double root = Math.sqrt(Math.max(0, fromPerSecond * fromPerSecond + 2 * rise * n));
        return Math.min(nanos, (long) (2 * n / (fromPerSecond + root) * 1e9));
    }
}
