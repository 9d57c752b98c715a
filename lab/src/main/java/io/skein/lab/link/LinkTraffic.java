package io.skein.lab.link;

import io.skein.lab.measure.LatencySummary;
import io.skein.lab.report.Numbers;
import org.HdrHistogram.Histogram;

/**
 * What passed over a link up to now.
 *
 * @param connections that were accepted
 * @param refusals of these, those that the other side did not take
 * @param up towards the other side
 * @param down back
 */
public record LinkTraffic(long connections, long refusals, WayTraffic up, WayTraffic down) {
    /** How late both directions were. */
    public LatencySummary lateness() {
        Histogram both = up.latenessNanos().copy();
        both.add(down.latenessNanos());
        return LatencySummary.of(both);
    }

    /** The kernel does not tell how late it was. */
    private boolean isOfTheKernel(LatencySummary error) {
        return error.count() == 0 && up.segments() + down.segments() > 0;
    }

    /** In a line, for people. */
    public String line() {
        LatencySummary error = lateness();
        String passed =
                "%d connections, up %s, down %s, %d segments lost"
                        .formatted(
                                connections,
                                Numbers.bytes((double) up.bytes()),
                                Numbers.bytes((double) down.bytes()),
                                up.lostSegments() + down.lostSegments());
        return isOfTheKernel(error)
                ? passed
                : "%s; late against what was set: p50 %s, p99 %s, most %s"
                        .formatted(
                                passed,
                                Numbers.micros(error.p50()),
                                Numbers.micros(error.p99()),
                                Numbers.micros(error.max()));
    }
}
