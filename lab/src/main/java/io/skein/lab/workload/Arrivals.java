package io.skein.lab.workload;

/** When messages are due. */
public sealed interface Arrivals {
    /**
     * An open loop: messages are due at fixed instants, evenly spaced over all publishers, whether
     * the target keeps up or not. Latency counts from the instant a message was due.
     *
     * @param messagesPerSecond of all publishers together, above 0 and at most 100 million
     */
    record Paced(double messagesPerSecond) implements Arrivals {
        /** Checks the bounds. */
        public Paced {
            if (!(messagesPerSecond > 0) || messagesPerSecond > 1e8) {
                throw new IllegalArgumentException(
                        "rate must be above 0 and at most 100000000 messages per second, not "
                                + messagesPerSecond);
            }
        }

        /** How many messages are due within this time. */
        public long dueWithin(long nanos) {
            return (long) Math.ceil(messagesPerSecond * nanos / 1e9);
        }

        /** Nanoseconds after the start at which the n-th message of all, from 0, is due. */
        public long dueAfterNanos(long n) {
            return (long) (n * 1e9 / messagesPerSecond);
        }
    }

    /**
     * A closed loop: as fast as the target takes it. Each publisher has at most this many messages
     * sent but not yet received by all subscribers of its topic (and, above QoS 0, acknowledged).
     * Latency counts from the sending, so it tells of queues rather than of what a device would
     * see.
     *
     * @param window messages per publisher, 1 to 60,000
     */
    record Saturating(int window) implements Arrivals {
        /** Checks the bounds. */
        public Saturating {
            if (window < 1 || window > 60_000) {
                throw new IllegalArgumentException("window must be 1 to 60000, not " + window);
            }
        }
    }
}
