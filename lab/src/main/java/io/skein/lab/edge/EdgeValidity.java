package io.skein.lab.edge;

import io.skein.lab.report.Numbers;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the figures of a scenario can be trusted. Loss, repetition and disorder do not make it
 * invalid: they are what it found.
 */
final class EdgeValidity {
    /** How late links and devices may be, 99 % of the time, whatever the way takes. */
    static final double LATENESS_MICROS = 1_000;

    /** How late they may be where the way takes long: this part of the median latency. */
    static final double LATENESS_SHARE = 0.02;

    private EdgeValidity() {}

    /** Why a scenario is invalid; empty if it is not. */
    static List<String> reasons(ScenarioResult result) {
        List<String> reasons = new ArrayList<>();
        if (!result.isComplete()) {
            reasons.add(
                    result.problem().isEmpty() ? "it did not end as planned" : result.problem());
        }
        if (!result.isMeasured()) {
            return reasons;
        }
        double limit = limitMicros(result);
        late(reasons, "links themselves were", result.times().linkLatenessP99Micros(), limit);
        late(reasons, "devices themselves were", result.times().latenessP99Micros(), limit);
        return reasons;
    }

    static boolean isValid(ScenarioResult result) {
        return reasons(result).isEmpty();
    }

    private static double limitMicros(ScenarioResult result) {
        return Math.max(LATENESS_MICROS, LATENESS_SHARE * result.times().latency().p50());
    }

    private static void late(List<String> reasons, String who, double micros, double limit) {
        if (micros > limit) {
            reasons.add(
                    "the %s late by %s (99 %%; the limit is %s)"
                            .formatted(who, Numbers.micros(micros), Numbers.micros(limit)));
        }
    }
}
