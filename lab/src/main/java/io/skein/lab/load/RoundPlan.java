package io.skein.lab.load;

import io.skein.lab.workload.Arrivals;
import io.skein.lab.workload.Reconnects;
import org.jspecify.annotations.Nullable;

/**
 * One measured interval.
 *
 * @param name part of its topics; different for each round of a fleet
 * @param reconnects how clients come and go meanwhile; null if they stay
 * @param durationNanos how long messages are due
 * @param drainQuietNanos how long nothing may arrive before what is missing counts as lost
 * @param drainLimitNanos how long the drain may take in all
 * @param seed of what is random in it: the padding of payloads, Poisson arrivals
 */
public record RoundPlan(
        String name,
        Arrivals arrivals,
        @Nullable Reconnects reconnects,
        long durationNanos,
        long drainQuietNanos,
        long drainLimitNanos,
        long seed) {}
