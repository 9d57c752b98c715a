package io.skein.lab.load;

import io.skein.lab.measure.LatencySummary;
import org.HdrHistogram.Histogram;

/**
 * The generator's own error and cost, while it was sending.
 *
 * @param latenessNanos how late messages were sent that nothing but the generator held back
 * @param heldBack messages that were late because the target did not take more
 * @param writeOffs how often a closed loop gave up waiting for messages that did not arrive
 * @param cpuShare CPU of the whole process, in cores
 * @param busiestLoopShare CPU of the busiest event loop's thread, 0 to 1, without the time it was
 *     only awake to be in time
 * @param starvedLoopShare time in which an event loop had work but others had the processors, 0 to
 *     1
 * @param collectionMillis time spent in garbage collection
 */
public record GeneratorFigures(
        int threads,
        Histogram latenessNanos,
        long heldBack,
        long writeOffs,
        double cpuShare,
        double busiestLoopShare,
        double starvedLoopShare,
        long collectionMillis) {
    /** How late messages were sent that nothing but the generator held back. */
    public LatencySummary lateness() {
        return LatencySummary.of(latenessNanos);
    }
}
