package io.skein.lab.stress;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;

/**
 * What one run of the matrix found. Written as JSON; the names of its fields are part of the schema
 * that docs/LAB.md describes. A figure that could not be had is NaN.
 *
 * @param status {@code complete}, {@code partial} (stopped or a connection lost) or {@code failed}
 * @param problem what was wrong, empty if nothing was
 * @param sendingSeconds how long messages were sent, of the publisher that took longest
 * @param sentKnown whether the publishers told how many they sent; if not, {@code sent} is what the
 *     highest counters tell, and what was lost at the end is not seen
 * @param received different messages that arrived
 * @param lossPercent of what was sent
 * @param outOfOrderPercent of what was received
 * @param askedPerSecond messages per second that were asked for; NaN for as fast as possible
 * @param receivedPerSecond per second of sending, or of arriving if that took longer
 * @param gapMedianMs between arrivals of neighbouring counters of a publisher
 * @param latencyHistogramNanos from the instant a message was due (with a delay) or sent (without)
 * @param publisherLoopShare CPU of the publishers' thread in cores
 * @param analyserLoopShare CPU of the analyser's thread in cores
 * @param sysLast the target's last figures below {@code $SYS}
 * @param sysChange by how much they changed
 */
record RunResult(
        String id,
        int publisherQos,
        int analyserQos,
        int delayMs,
        int instances,
        String status,
        String problem,
        String startedAt,
        double sendingSeconds,
        boolean sentKnown,
        long sent,
        long acknowledged,
        long refused,
        long unsettled,
        long unsent,
        long received,
        long lost,
        long duplicated,
        long outOfOrder,
        long stale,
        double lossPercent,
        double outOfOrderPercent,
        double askedPerSecond,
        double sentPerSecond,
        double receivedPerSecond,
        double gapMedianMs,
        double gapP95Ms,
        double gapP99Ms,
        double latencyP50Micros,
        double latencyP99Micros,
        double latencyMaxMicros,
        String latencyHistogramNanos,
        double latenessP99Micros,
        double publisherLoopShare,
        double analyserLoopShare,
        List<PublisherResult> publishers,
        List<String> disconnects,
        double targetCpuShare,
        double targetCpuShareMax,
        double targetRssBytesMax,
        double targetThreads,
        double targetFds,
        double hostIdleShare,
        Map<String, Double> sysLast,
        Map<String, Double> sysChange) {

    /** Of one publisher. */
    record PublisherResult(
            int instance,
            long sent,
            long received,
            long lost,
            long duplicated,
            long outOfOrder,
            double receivedPerSecond) {}

    @JsonIgnore
    boolean isMeasured() {
        return !status.equals("failed");
    }

    @JsonIgnore
    boolean isComplete() {
        return status.equals("complete");
    }
}
