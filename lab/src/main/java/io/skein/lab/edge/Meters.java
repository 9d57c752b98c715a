package io.skein.lab.edge;

import io.skein.lab.link.LinkTraffic;
import io.skein.lab.link.WayTraffic;
import io.skein.lab.measure.LatencyRecorder;
import io.skein.lab.measure.ThreadClock;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What was counted up to an instant; the difference of two is what happened between them. */
record Meters(
        @Nullable LinkTraffic plant,
        @Nullable LinkTraffic wide,
        long linksCpuNanos,
        long devicesCpuNanos,
        long consumerCpuNanos,
        long forwarderCpuNanos) {
    static long cpuOfThisThread() {
        return ThreadClock.cpuNanos(Thread.currentThread().threadId());
    }

    /** What passed over a link between two instants. */
    static ScenarioResult.LinkUse between(
            @Nullable LinkTraffic before, @Nullable LinkTraffic after) {
        if (before == null || after == null) {
            return ScenarioResult.LinkUse.NONE;
        }
        return new ScenarioResult.LinkUse(
                after.connections(),
                after.up().bytes() - before.up().bytes(),
                after.down().bytes() - before.down().bytes(),
                after.up().wireBytes() - before.up().wireBytes(),
                after.down().wireBytes() - before.down().wireBytes(),
                after.up().lostSegments()
                        - before.up().lostSegments()
                        + after.down().lostSegments()
                        - before.down().lostSegments());
    }

    /** How late all links were since an earlier instant. */
    Histogram linkLatenessSince(Meters before) {
        Histogram sum = LatencyRecorder.emptyHistogram();
        add(sum, before.plant, plant);
        add(sum, before.wide, wide);
        return sum;
    }

    private static void add(
            Histogram sum, @Nullable LinkTraffic before, @Nullable LinkTraffic after) {
        if (before != null && after != null) {
            for (WayTraffic way : List.of(after.up(), after.down())) {
                sum.add(way.latenessNanos());
            }
            for (WayTraffic way : List.of(before.up(), before.down())) {
                sum.subtract(way.latenessNanos());
            }
        }
    }
}
