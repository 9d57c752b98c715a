package io.skein.lab.agent;

import io.skein.lab.load.IdleCounts;
import io.skein.lab.load.IdleResult;
import io.skein.lab.measure.Histograms;
import java.util.Map;

/**
 * {@link IdleResult} as it is sent; the histogram in the text of {@link Histograms}, which loses
 * nothing.
 */
record IdleReport(
        IdleCounts counts, Map<String, Integer> refusals, String latencyNanos, int alive) {
    static IdleReport of(IdleResult result) {
        return new IdleReport(
                result.counts(),
                result.refusals(),
                Histograms.text(result.latencyNanos()),
                result.alive());
    }

    /**
     * The result again.
     *
     * @throws IllegalArgumentException if the histogram is damaged
     */
    IdleResult result() {
        return new IdleResult(counts, refusals, Histograms.of(latencyNanos), alive);
    }
}
