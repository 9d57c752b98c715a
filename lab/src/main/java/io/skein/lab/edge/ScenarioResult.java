package io.skein.lab.edge;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.skein.lab.measure.LatencySummary;
import java.util.List;

/**
 * What one scenario found; the form in which it is kept.
 *
 * @param status {@code complete}, {@code partial} or {@code failed}
 * @param problem why it is not complete; empty if it is
 * @param notes what a reader has to know to believe the figures
 */
record ScenarioResult(
        String route,
        String link,
        String status,
        String problem,
        List<String> notes,
        String startedAt,
        Messages messages,
        Times times,
        Wire wire,
        Use use) {
    static final String COMPLETE = "complete";
    static final String PARTIAL = "partial";
    static final String FAILED = "failed";

    /**
     * Counts of readings.
     *
     * @param unsent due, but not taken by the connection in time
     * @param heldBack sent late because the connection took no more
     * @param received repetitions included
     * @param endedByMarker whether the far side stopped at the markers, not for want of messages
     */
    record Messages(
            long planned,
            long sent,
            long acknowledged,
            long refused,
            long unsettled,
            long unsent,
            long heldBack,
            long received,
            long lost,
            long duplicated,
            long outOfOrder,
            long stale,
            long forwarded,
            boolean endedByMarker) {}

    /**
     * Times and rates.
     *
     * @param endedAfterSeconds from the start to the last marker, or the last reading
     * @param receivedPerSecond over that time, or the sending if it took longer
     * @param latency one way, from the instant a reading was due
     * @param edgeLatency the same at the edge, where that is not the end of the way
     * @param clockErrorMicros between sender and receiver: 0, they share a clock
     * @param latenessP99Micros how late the devices were
     * @param linkLatenessP99Micros how late the emulated links were against what was set; not a
     *     number where the kernel emulates them
     * @param linkRoundTripMicros of all links of the way, measured before; not a number where a
     *     proxy emulates them
     */
    record Times(
            double durationSeconds,
            double endedAfterSeconds,
            double sentPerSecond,
            double receivedPerSecond,
            LatencySummary latency,
            LatencySummary edgeLatency,
            String latencyHistogramNanos,
            String edgeLatencyHistogramNanos,
            double clockErrorMicros,
            double latenessP99Micros,
            double linkLatenessP99Micros,
            double linkRoundTripMicros) {}

    /** What passed over the links from the first reading to the end. */
    record Wire(LinkUse plant, LinkUse wide) {}

    /**
     * Bytes of one link.
     *
     * @param upWireBytes with headers and repetitions, by estimate
     */
    record LinkUse(
            long connections,
            long upBytes,
            long downBytes,
            long upWireBytes,
            long downWireBytes,
            long lostSegments) {
        static final LinkUse NONE = new LinkUse(0, 0, 0, 0, 0, 0);

        @JsonIgnore
        long wireBytes() {
            return upWireBytes + downWireBytes;
        }
    }

    /**
     * What it took.
     *
     * @param laboratoryRssBytes memory of this process at the end: devices, consumer, links and all
     */
    record Use(
            SideUse edge,
            SideUse cloud,
            double devicesCpuSeconds,
            double forwarderCpuSeconds,
            double consumerCpuSeconds,
            double linksCpuSeconds,
            long laboratoryRssBytes,
            double hostIdleShare) {}

    /** A broker; not a number where it is on another machine, or not part of the route. */
    record SideUse(
            double cpuSeconds, double cpuShare, double rssBytesMax, double cpuMicrosPerMessage) {
        static final SideUse NONE = new SideUse(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    private static final LatencySummary NO_LATENCY = new LatencySummary(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** A scenario of which nothing is known but why. */
    static ScenarioResult failed(Scenario scenario, String startedAt, String why) {
        return new ScenarioResult(
                scenario.route().name(),
                scenario.link().name(),
                FAILED,
                why,
                List.of(),
                startedAt,
                new Messages(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false),
                new Times(
                        0,
                        0,
                        Double.NaN,
                        Double.NaN,
                        NO_LATENCY,
                        NO_LATENCY,
                        "",
                        "",
                        0,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN),
                new Wire(LinkUse.NONE, LinkUse.NONE),
                new Use(SideUse.NONE, SideUse.NONE, 0, 0, 0, 0, 0, Double.NaN));
    }

    @JsonIgnore
    boolean isComplete() {
        return status.equals(COMPLETE);
    }

    @JsonIgnore
    boolean isMeasured() {
        return !status.equals(FAILED) && messages.received() > 0;
    }

    @JsonIgnore
    Route way() {
        return Route.valueOf(route);
    }

    /** Bytes over the wide link for each reading sent; 0 where there is none. */
    @JsonIgnore
    double wideBytesPerMessage() {
        return messages.sent() == 0 ? 0 : (double) wire.wide().wireBytes() / messages.sent();
    }

    @JsonIgnore
    String name() {
        return way() == Route.EDGE ? Route.EDGE.words() : way().words() + ", " + link;
    }
}
