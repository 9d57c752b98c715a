package io.skein.lab.link;

import io.skein.lab.measure.LatencyRecorder;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;

/**
 * One direction of the link, which all connections share: its bandwidth, its losses and its
 * account. Only on the loop of the link.
 */
final class LinkWay {
    /** What a segment carries on Ethernet with time stamps. */
    static final int SEGMENT_BYTES = 1448;

    private static final double DEVIATIONS_LIMIT = 3;
    private static final int REPETITIONS_LIMIT = 6;

    /** Bytes under way that need no bandwidth to be remembered for. */
    private static final long LEAST_BYTES_UNDER_WAY = 1024 * 1024;

    /** How long bytes may queue for the bandwidth: the buffer of a router. */
    private static final double BUFFER_SECONDS = 0.1;

    private Impairment impairment;
    private long retransmissionNanos;
    private long bytesUnderWayLimit;
    private final RandomGenerator random;
    private final Histogram held = LatencyRecorder.emptyHistogram();
    private final Histogram lateness = LatencyRecorder.emptyHistogram();
    private final ArrayDeque<LinkStream> waiting = new ArrayDeque<>();
    private long freeAtNanos;
    private long bytesUnderWay;
    private long bytes;
    private long segments;
    private long lost;

    LinkWay(LinkProfile profile, Impairment impairment, RandomGenerator random, long nowNanos) {
        this.impairment = impairment;
        this.random = random;
        this.freeAtNanos = nowNanos;
        change(profile, impairment);
    }

    /** What passes from this instant on passes so. */
    void change(LinkProfile profile, Impairment to) {
        impairment = to;
        retransmissionNanos = profile.retransmissionNanos();
        bytesUnderWayLimit =
                Math.max(
                        LEAST_BYTES_UNDER_WAY,
                        Math.round(
                                to.bitsPerSecond()
                                        / 8.0
                                        * (profile.roundTripNanos() / 1e9 + BUFFER_SECONDS)));
    }

    long delayNanos() {
        return impairment.delayNanos();
    }

    /** Takes a segment; when it is on the other side, what came before it aside. */
    long arrivalNanos(int size, long nowNanos) {
        long transmission = impairment.transmissionNanos(size + WayTraffic.HEADER_BYTES);
        bytes += size;
        bytesUnderWay += size;
        segments++;
        freeAtNanos = later(freeAtNanos, nowNanos) + transmission;
        long arrival = freeAtNanos + delay();
        long pause = retransmissionNanos;
        for (int i = 0; i < REPETITIONS_LIMIT && isLost(); i++) {
            lost++;
            freeAtNanos += transmission;
            arrival += pause + transmission;
            pause *= 2; // RFC 6298, 5.5
        }
        return arrival;
    }

    /** An instant that may have passed the largest number and begun anew. */
    static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    private boolean isLost() {
        return impairment.loss() > 0 && random.nextDouble() < impairment.loss();
    }

    private long delay() {
        if (impairment.jitterNanos() == 0) {
            return impairment.delayNanos();
        }
        double deviations = Math.clamp(random.nextGaussian(), -DEVIATIONS_LIMIT, DEVIATIONS_LIMIT);
        return Math.max(
                0, impairment.delayNanos() + Math.round(deviations * impairment.jitterNanos()));
    }

    /** Whether no more may be read for this direction. */
    boolean isFull() {
        return bytesUnderWay >= bytesUnderWayLimit;
    }

    /** Lets a stream go on reading when there is room. */
    void await(LinkStream stream) {
        waiting.add(stream);
    }

    /** A segment was written on the other side. */
    void wrote(int size, long acceptedNanos, long dueNanos, long nowNanos) {
        lateness.recordValue(Math.clamp(nowNanos - dueNanos, 0, LatencyRecorder.NANOS_MAXIMUM));
        held.recordValue(Math.clamp(nowNanos - acceptedNanos, 0, LatencyRecorder.NANOS_MAXIMUM));
        left(size);
    }

    /** A segment is gone, on the other side or with its connection. */
    void left(int size) {
        bytesUnderWay -= size;
        if (!waiting.isEmpty() && bytesUnderWay < bytesUnderWayLimit / 2) {
            for (int i = waiting.size(); i > 0; i--) {
                waiting.remove().hasRoom();
            }
        }
    }

    WayTraffic traffic() {
        return new WayTraffic(
                bytes,
                segments,
                lost,
                WayTraffic.wireBytes(bytes, segments, lost),
                held.copy(),
                lateness.copy());
    }
}
