package io.skein.lab.stress;

import io.skein.lab.report.Numbers;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the figures of a run can be trusted, as {@code lab bench} means it. Loss, repetition and
 * disorder do not make a run invalid: they are what it found.
 */
final class Validity {
    /** How late 99 % of the messages of a run may be sent. */
    static final double LATENESS_MICROS_LIMIT = 1_000;

    /** From this share of a core on, a thread has no time left to be in time. */
    private static final double FULL = 0.95;

    private Validity() {}

    /** Why a run is invalid; empty if it is not. */
    static List<String> reasons(RunResult run) {
        List<String> reasons = new ArrayList<>();
        if (!run.isComplete()) {
            reasons.add(run.problem().isEmpty() ? "it did not end as planned" : run.problem());
        }
        boolean paced = Double.isFinite(run.askedPerSecond());
        if (!paced || !run.isMeasured()) {
            return reasons; // what is sent as fast as possible has no time to be sent at
        }
        if (run.latenessP99Micros() > LATENESS_MICROS_LIMIT) {
            reasons.add(
                    "the publishers themselves were late by "
                            + Numbers.micros(run.latenessP99Micros()));
        }
        if (run.publisherLoopShare() >= FULL) {
            reasons.add("the publishers' thread was full");
        }
        if (run.analyserLoopShare() >= FULL) {
            reasons.add("the analyser's thread was full");
        }
        return reasons;
    }

    static boolean isValid(RunResult run) {
        return reasons(run).isEmpty();
    }
}
