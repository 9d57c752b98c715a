package io.skein.lab.connections;

import io.skein.lab.load.IdleResult;
import io.skein.lab.measure.LatencySummary;
import io.skein.lab.report.Series;
import io.skein.lab.result.Environment;
import java.time.Instant;
import java.util.List;

/**
 * What became of the connections.
 *
 * @param target what was measured, in words
 * @param idle the connections; fewer were tried than asked for where it was stopped
 * @param connectingSeconds from the first attempt to the last answer
 * @param memory of the target
 * @param stopped whether somebody ended it early
 * @param overTime connections that stood, by second
 */
record ConnectionsResult(
        ConnectionsOptions options,
        String target,
        Environment environment,
        Instant startedAt,
        IdleResult idle,
        double connectingSeconds,
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

    int tried() {
        return idle.counts().tried();
    }

    int connected() {
        return idle.counts().connected();
    }

    int lost() {
        return idle.counts().lost();
    }

    int alive() {
        return idle.alive();
    }

    double perSecond() {
        return connected() / Math.max(1e-9, connectingSeconds);
    }

    LatencySummary latency() {
        return LatencySummary.of(idle.latencyNanos());
    }

    /** Bytes of the target for each connection; not a number if unknown. */
    double bytesPerConnection() {
        return memory.isKnown() && connected() > 0
                ? (memory.afterBytes() - memory.beforeBytes()) / (double) connected()
                : Double.NaN;
    }

    /** Whether every connection was accepted and stood to the end. */
    boolean isWhole() {
        return connected() == options.count() && lost() == 0 && alive() == connected();
    }
}
