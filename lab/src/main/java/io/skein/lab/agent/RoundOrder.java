package io.skein.lab.agent;

import io.skein.lab.load.RoundPlan;
import io.skein.lab.workload.Arrivals;
import io.skein.lab.workload.Reconnects;
import io.skein.lab.workload.Rhythm;
import java.util.List;

/**
 * A round as it is sent: {@link RoundPlan} in plain words.
 *
 * @param messagesPerSecond of all generators together; 0 for a closed loop
 * @param window of a closed loop; 0 for an open one
 * @param reconnects one if clients come and go, none if they stay
 */
record RoundOrder(
        String name,
        double messagesPerSecond,
        String rhythm,
        int window,
        List<Reconnects> reconnects,
        long durationNanos,
        long drainQuietNanos,
        long drainLimitNanos,
        long seed) {
    static RoundOrder of(RoundPlan plan) {
        Reconnects reconnects = plan.reconnects();
        return new RoundOrder(
                plan.name(),
                plan.arrivals() instanceof Arrivals.Paced paced ? paced.messagesPerSecond() : 0,
                plan.arrivals() instanceof Arrivals.Paced paced ? paced.rhythm().toString() : "",
                plan.arrivals() instanceof Arrivals.Saturating closed ? closed.window() : 0,
                reconnects == null ? List.of() : List.of(reconnects),
                plan.durationNanos(),
                plan.drainQuietNanos(),
                plan.drainLimitNanos(),
                plan.seed());
    }

    /**
     * The same for a generator.
     *
     * @throws IllegalArgumentException if something is out of bounds
     */
    RoundPlan plan() {
        return new RoundPlan(
                name,
                messagesPerSecond > 0
                        ? new Arrivals.Paced(messagesPerSecond, Rhythm.parse(rhythm))
                        : new Arrivals.Saturating(window),
                reconnects.isEmpty() ? null : reconnects.getFirst(),
                durationNanos,
                drainQuietNanos,
                drainLimitNanos,
                seed);
    }
}
