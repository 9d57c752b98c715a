package io.skein.lab.load;

import io.skein.lab.measure.LatencySummary;
import org.HdrHistogram.Histogram;

/**
 * What became of clients that come and go.
 *
 * @param count how often one was back
 * @param failed attempts to come back that failed; each is made again
 * @param sessionsLost how often the broker had forgotten a session that was to outlive the
 *     connection
 * @param connectingNanos from the beginning of the connection to CONNACK
 */
public record ReconnectFigures(
        long count, long failed, long sessionsLost, Histogram connectingNanos) {
    /** From the beginning of the connection to CONNACK. */
    public LatencySummary connecting() {
        return LatencySummary.of(connectingNanos);
    }
}
