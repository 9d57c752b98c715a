package io.skein.lab.link;

import org.HdrHistogram.Histogram;

/**
 * What passed in one direction.
 *
 * @param bytes of the connections, without headers
 * @param segments TCP would have sent, at 1,448 bytes each; of what arrives in one read
 * @param lostSegments of these, lost on the way and repeated, each time counted
 * @param wireBytes what a wire carried, with headers and repetitions: by estimate, without ACKs,
 *     where the proxy is the link; as the kernel counts them where it is
 * @param heldNanos how long segments were held; empty where the kernel holds them
 * @param latenessNanos how much later than they were due segments were written: the proxy's error;
 *     empty where the kernel holds them
 */
public record WayTraffic(
        long bytes,
        long segments,
        long lostSegments,
        long wireBytes,
        Histogram heldNanos,
        Histogram latenessNanos) {
    /** Ethernet, IPv4 and TCP with time stamps. */
    public static final int HEADER_BYTES = 14 + 20 + 32;

    /** What a wire would have carried, by estimate: with headers and repetitions, without ACKs. */
    static long wireBytes(long bytes, long segments, long lostSegments) {
        return bytes
                + (segments + lostSegments) * HEADER_BYTES
                + lostSegments * (segments == 0 ? 0 : bytes / segments);
    }
}
