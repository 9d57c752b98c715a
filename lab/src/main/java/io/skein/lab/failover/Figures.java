package io.skein.lab.failover;

import java.util.Map;

/**
 * What one repetition came to.
 *
 * @param node that was lost
 * @param millis of each figure; NaN where there was nothing to measure
 * @param counts of messages
 */
record Figures(String node, Map<Figure, Double> millis, Counts counts) {
    /** Copies the map. */
    Figures {
        millis = Map.copyOf(millis);
    }

    /** A figure in milliseconds; NaN if there was nothing to measure. */
    double of(Figure figure) {
        return millis.getOrDefault(figure, Double.NaN);
    }

    /**
     * Messages, and what went wrong with them.
     *
     * @param published of all publishers, each message once
     * @param acknowledged of these
     * @param unanswered of these, refused or given up: nobody knows whether they arrive
     * @param received deliveries, repetitions included
     * @param lost acknowledged messages that a subscriber never got, for each subscriber
     * @param duplicated deliveries that repeated an earlier one to the same subscriber
     * @param sessionsLost CONNACKs without the session that the client had
     */
    record Counts(
            long published,
            long acknowledged,
            long unanswered,
            long received,
            long lost,
            long duplicated,
            long sessionsLost) {
        static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    published + other.published,
                    acknowledged + other.acknowledged,
                    unanswered + other.unanswered,
                    received + other.received,
                    lost + other.lost,
                    duplicated + other.duplicated,
                    sessionsLost + other.sessionsLost);
        }
    }
}
