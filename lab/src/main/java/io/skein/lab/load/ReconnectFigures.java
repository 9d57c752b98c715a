package io.skein.lab.load;

import io.skein.lab.measure.LatencySummary;

/**
 * What became of clients that come and go.
 *
 * @param count how often one was back
 * @param failed attempts to come back that failed; each is made again
 * @param sessionsLost how often the broker had forgotten a session that was to outlive the
 *     connection
 * @param connecting from the beginning of the connection to CONNACK
 */
public record ReconnectFigures(
        long count, long failed, long sessionsLost, LatencySummary connecting) {}
