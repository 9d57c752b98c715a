package io.skein.lab.workload;

/** When messages are due. */
public sealed interface Arrivals {
    /**
     * An open loop: messages are due at instants of their own, whether the target keeps up or not.
     * Latency counts from the instant a message was due.
     *
     * @param messagesPerSecond of all publishers together, above 0 and at most 100 million
     * @param rhythm how they follow each other
     */
    record Paced(double messagesPerSecond, Rhythm rhythm) implements Arrivals {
        /** Checks the bounds. */
        public Paced {
            requireRate(messagesPerSecond);
        }

        /** Evenly spaced. */
        public Paced(double messagesPerSecond) {
            this(messagesPerSecond, new Rhythm.Even());
        }

        /**
         * The instants within this time.
         *
         * @param seed of what is random in them
         */
        public Schedule within(long nanos, long seed) {
            return switch (rhythm) {
                case Rhythm.Even _ -> new EvenSchedule(messagesPerSecond, 1, nanos);
                case Rhythm.Bursts bursts ->
                        new EvenSchedule(messagesPerSecond, bursts.messages(), nanos);
                case Rhythm.Poisson _ -> new PoissonSchedule(messagesPerSecond, nanos, seed);
                case Rhythm.Ramp ramp ->
                        new RampSchedule(ramp.fromPerSecond(), messagesPerSecond, nanos);
            };
        }

        /** The same rhythm at another rate. */
        public Paced at(double otherMessagesPerSecond) {
            return new Paced(otherMessagesPerSecond, rhythm);
        }

        private static void requireRate(double perSecond) {
            if (!(perSecond > 0) || perSecond > 1e8) {
                throw new IllegalArgumentException(
                        "rate must be above 0 and at most 100000000 messages per second, not "
                                + perSecond);
            }
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
