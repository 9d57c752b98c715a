package io.skein.lab.workload;

/** Bursts of one size at even distances; of one message, evenly spaced messages. */
record EvenSchedule(double messagesPerSecond, int burst, long nanos) implements Schedule {
    @Override
    public long messages() {
        return (long) Math.ceil(messagesPerSecond * nanos / 1e9 / burst) * burst;
    }

    @Override
    public long dueAfterNanos(long n) {
        return (long) (n / burst * burst * 1e9 / messagesPerSecond);
    }
}
