package io.skein.lab.workload;

/** When each message of a round is due. Immutable, for any thread. */
public interface Schedule {
    /** How many messages are due in all. */
    long messages();

    /**
     * Nanoseconds after the start at which a message is due; never before the one with the number
     * below.
     *
     * @param n its number among those of all publishers, 0 to {@code messages() - 1}
     */
    long dueAfterNanos(long n);
}
