package io.skein.lab.capacity;

import io.skein.lab.report.Numbers;
import io.skein.lab.result.Environment;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a search found.
 *
 * @param target what was measured, in words
 * @param probes in the order in which they were made
 * @param knee the largest load that was kept, 0 if none was
 * @param end what the knee is next to
 */
record CapacityResult(
        CapacityOptions options,
        String target,
        Environment environment,
        Instant startedAt,
        List<Probe> probes,
        double knee,
        End end) {
    /** Copies the list. */
    CapacityResult {
        probes = List.copyOf(probes);
    }

    /** What stands beyond the knee. */
    enum End {
        /** The target broke the bound. */
        TARGET,
        /** The generator could not put more on it: the knee is a lower bound. */
        GENERATOR,
        /** Nothing larger was asked for. */
        MAXIMUM,
        /** The search ended before its time. */
        STOPPED,
        /** The target went away. */
        TARGET_LOST,
        /** An agent went away. */
        AGENT_LOST;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A probe of the knee in which the bound was kept. */
    Optional<Probe> kneeProbe() {
        return probes.stream()
                .filter(probe -> probe.load() == knee && probe.judgement() == Judgement.KEPT)
                .reduce((_, last) -> last);
    }

    /** One probe of each load, by load: the last that kept the bound, or else the last. */
    List<Probe> decisive() {
        SortedMap<Double, Probe> byLoad = new TreeMap<>();
        for (Probe probe : probes) {
            byLoad.merge(
                    probe.load(),
                    probe,
                    (before, last) ->
                            before.judgement() == Judgement.KEPT
                                            && last.judgement() != Judgement.KEPT
                                    ? before
                                    : last);
        }
        return List.copyOf(byLoad.values());
    }

    /** The smallest load above the knee that was not kept, if there is one. */
    Optional<Probe> beyond() {
        return probes.stream()
                .filter(probe -> probe.load() > knee && probe.judgement() != Judgement.KEPT)
                .min((one, other) -> Double.compare(one.load(), other.load()));
    }

    /** What was found, in a sentence or two. */
    List<String> sentences() {
        String bound = Numbers.micros(options.bound().toNanos() / 1e3);
        String load = load(knee);
        String why =
                beyond().map(probe ->
                                "at %s: %s"
                                        .formatted(
                                                load(probe.load()),
                                                String.join(", ", probe.reasons())))
                        .orElse("");
        return switch (end) {
            case TARGET ->
                    knee == 0
                            ? List.of("No load kept p99 under " + bound + "; " + why + ".")
                            : List.of(
                                    "The knee is at "
                                            + load
                                            + ": up to there p99 stays under "
                                            + bound
                                            + " and nothing is lost.",
                                    "Beyond it, " + why + ".");
            case GENERATOR ->
                    List.of(
                            "At least "
                                    + load
                                    + ": p99 stays under "
                                    + bound
                                    + " and nothing is lost. Beyond it the generator itself was at its"
                                    + " limit: what the target can do is not known.",
                            "Beyond it, " + why + ".");
            case MAXIMUM -> List.of("At least " + load + ", the largest load asked for.");
            case STOPPED ->
                    List.of("The search was stopped; up to " + load + " the bound was kept.");
            case TARGET_LOST ->
                    List.of("The target was lost; up to " + load + " the bound was kept.");
            case AGENT_LOST -> List.of("An agent was lost; up to " + load + " the bound was kept.");
        };
    }

    /** A load as people read it. */
    String load(double load) {
        return (load >= 100
                        ? String.format(Locale.ROOT, "%,d", Math.round(load))
                        : Numbers.brief(load))
                + " "
                + options.scale().unit();
    }
}
