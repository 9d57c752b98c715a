package io.skein.lab.connections;

import io.skein.lab.measure.LatencySummary;
import io.skein.lab.report.Series;
import io.skein.lab.result.Environment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What became of the connections.
 *
 * @param target what was measured, in words
 * @param tried how many began to connect; fewer than asked for where it was stopped
 * @param connected how many the target accepted
 * @param refusals why others were not, and how many
 * @param connectingSeconds from the first attempt to the last answer
 * @param latencyNanos from the instant a connection was due (with a rate) or begun to CONNACK
 * @param lost connections that ended without being asked to
 * @param alive how many answered a PINGREQ at the end
 * @param memory of the target
 * @param stopped whether somebody ended it early
 * @param overTime connections that stood, by second
 */
record ConnectionsResult(
        ConnectionsOptions options,
        String target,
        Environment environment,
        Instant startedAt,
        int tried,
        int connected,
        Map<String, Integer> refusals,
        double connectingSeconds,
        Histogram latencyNanos,
        int lost,
        int alive,
        Memory memory,
        boolean stopped,
        List<Series.Point> overTime) {
    /**
     * Resident memory of the target's processes.
     *
     * @param beforeBytes before the first connection; -1 if unknown
     * @param afterBytes with all of them, at the end; -1 if unknown
     * @param notes why it is unknown
     */
    record Memory(long beforeBytes, long afterBytes, List<String> notes) {
        boolean isKnown() {
            return beforeBytes >= 0 && afterBytes >= 0;
        }
    }

    double perSecond() {
        return connected / Math.max(1e-9, connectingSeconds);
    }

    LatencySummary latency() {
        return LatencySummary.of(latencyNanos);
    }

    /** Bytes of the target for each connection; not a number if unknown. */
    double bytesPerConnection() {
        return memory.isKnown() && connected > 0
                ? (memory.afterBytes() - memory.beforeBytes()) / (double) connected
                : Double.NaN;
    }

    /** Whether every connection was accepted and stood to the end. */
    boolean isWhole() {
        return connected == options.count() && lost == 0 && alive == connected;
    }
}
