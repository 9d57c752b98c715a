package io.skein.lab.stress;

import io.skein.lab.report.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** What all runs together tell, in sentences. */
final class StressVerdict {
    private final List<RunResult> runs;
    private final List<RunResult> attempts;
    private final int planned;
    private final int cpus;
    private final List<String> sentences = new ArrayList<>();

    private StressVerdict(List<RunResult> runs, List<RunResult> attempts, int planned, int cpus) {
        this.runs = runs;
        this.attempts = attempts;
        this.planned = planned;
        this.cpus = cpus;
    }

    /**
     * The sentences.
     *
     * @param attempts runs that were done again, as they ended before
     * @param planned how many runs there are to be
     * @param cpus of the machine
     */
    static List<String> of(List<RunResult> runs, List<RunResult> attempts, int planned, int cpus) {
        return new StressVerdict(runs, attempts, planned, cpus).sentences();
    }

    private List<String> sentences() {
        completeness();
        List<RunResult> measured = runs.stream().filter(RunResult::isMeasured).toList();
        if (measured.isEmpty()) {
            say("Nothing was measured.");
            return sentences;
        }
        validity(measured);
        loss(measured);
        order(measured);
        rates(measured);
        fastest(measured);
        bounds(measured);
        latency(measured);
        return sentences;
    }

    private void say(String format, Object... arguments) {
        sentences.add(String.format(Locale.ROOT, format, arguments));
    }

    private void completeness() {
        long complete = runs.stream().filter(RunResult::isComplete).count();
        if (complete == planned) {
            say("All %d runs were done, and each ended as planned.", planned);
        } else {
            say(
                    "%d of %d runs ended as planned; %d did not, %d are missing.",
                    complete, planned, runs.size() - complete, planned - runs.size());
        }
        if (!attempts.isEmpty()) {
            RunResult first = attempts.getFirst();
            say(
                    "Done again after they had not ended as planned: %s, first %s: %s.",
                    runs(attempts), named(first), String.join("; ", Validity.reasons(first)));
        }
    }

    private void validity(List<RunResult> measured) {
        List<RunResult> invalid =
                measured.stream()
                        .filter(RunResult::isComplete)
                        .filter(run -> !Validity.isValid(run))
                        .toList();
        if (!invalid.isEmpty()) {
            say(
                    "In %s (%s) the laboratory itself was too slow, as %s in %s: they are invalid. Their"
                            + " counts hold, their rates and latencies are not the broker's.",
                    runs(invalid),
                    common(invalid),
                    Validity.reasons(invalid.getFirst()).getFirst(),
                    named(invalid.getFirst()));
        }
    }

    private void loss(List<RunResult> measured) {
        List<RunResult> lossy = measured.stream().filter(run -> run.lost() > 0).toList();
        if (lossy.isEmpty()) {
            say(
                    "Nothing was lost in any run: %s messages were sent and arrived.",
                    Numbers.brief(measured.stream().mapToDouble(RunResult::sent).sum()));
            return;
        }
        RunResult worst = max(lossy, Comparator.comparingDouble(RunResult::lossPercent));
        say(
                "Messages were lost in %s (%s), most in %s: %s %% of %s.",
                runs(lossy),
                common(lossy),
                named(worst),
                Numbers.brief(worst.lossPercent()),
                Numbers.brief((double) worst.sent()));
        double dropped = lossy.stream().mapToDouble(Bound::dropped).filter(Double::isFinite).sum();
        double lost = lossy.stream().mapToDouble(RunResult::lost).sum();
        if (dropped > 0) {
            say(
                    "The broker itself counts %s dropped messages in those runs, of %s that were lost.",
                    Numbers.brief(dropped), Numbers.brief(lost));
        }
        say("No message was lost in the other %d runs.", measured.size() - lossy.size());
    }

    private void order(List<RunResult> measured) {
        List<RunResult> disordered = measured.stream().filter(run -> run.outOfOrder() > 0).toList();
        List<RunResult> repeated = measured.stream().filter(run -> run.duplicated() > 0).toList();
        if (disordered.isEmpty() && repeated.isEmpty()) {
            say("No message overtook another, and none came twice.");
        } else {
            say(
                    "Messages overtook each other in %s, and came twice in %d.",
                    runs(disordered), repeated.size());
        }
        List<RunResult> cut =
                measured.stream().filter(run -> !run.disconnects().isEmpty()).toList();
        if (!cut.isEmpty()) {
            say(
                    "Connections were lost or stuck in %s, for the first time in %s: %s.",
                    runs(cut), named(cut.getFirst()), cut.getFirst().disconnects().getFirst());
        }
    }

    private void rates(List<RunResult> measured) {
        List<RunResult> paced =
                measured.stream().filter(run -> Double.isFinite(run.askedPerSecond())).toList();
        if (paced.isEmpty()) {
            return;
        }
        List<RunResult> missed =
                paced.stream()
                        .filter(run -> run.sentPerSecond() < 0.98 * run.askedPerSecond())
                        .toList();
        if (missed.isEmpty()) {
            say(
                    "With a delay, every rate asked for was reached, up to %s messages a second.",
                    Numbers.brief(
                            max(paced, Comparator.comparingDouble(RunResult::askedPerSecond))
                                    .askedPerSecond()));
        } else {
            RunResult worst =
                    missed.stream()
                            .min(
                                    Comparator.comparingDouble(
                                            run -> run.sentPerSecond() / run.askedPerSecond()))
                            .orElseThrow();
            say(
                    "With a delay, the rate asked for was missed in %d of %d runs (%s), most in %s: %s"
                            + " instead of %s messages a second.",
                    missed.size(),
                    paced.size(),
                    common(missed),
                    named(worst),
                    Numbers.brief(worst.sentPerSecond()),
                    Numbers.brief(worst.askedPerSecond()));
        }
    }

    private void fastest(List<RunResult> measured) {
        RunResult fastest =
                max(measured, Comparator.comparingDouble(run -> known(run.receivedPerSecond())));
        say(
                "The highest rate that arrived is %s messages a second, in %s.",
                Numbers.brief(fastest.receivedPerSecond()), named(fastest));
        measured.stream()
                .filter(run -> run.lost() == 0 && run.isComplete())
                .max(Comparator.comparingDouble(run -> known(run.receivedPerSecond())))
                .filter(run -> !run.id().equals(fastest.id()))
                .ifPresent(run ->
                        say(
                                "Without loss it is %s, in %s.",
                                Numbers.brief(run.receivedPerSecond()), named(run)));
    }

    private void bounds(List<RunResult> measured) {
        Map<Bound, List<RunResult>> by = new EnumMap<>(Bound.class);
        for (RunResult run : measured) {
            by.computeIfAbsent(Bound.of(run, cpus), _ -> new ArrayList<>()).add(run);
        }
        say(
                "What bounds it: %s.",
                by.entrySet().stream()
                        .sorted(Comparator.comparingInt(entry -> -entry.getValue().size()))
                        .map(entry ->
                                "%s (%s%s)"
                                        .formatted(
                                                entry.getKey().words(),
                                                runs(entry.getValue()),
                                                entry.getValue().size() == measured.size()
                                                        ? ""
                                                        : ", " + common(entry.getValue())))
                        .collect(Collectors.joining("; ")));
    }

    private void latency(List<RunResult> measured) {
        List<RunResult> paced =
                measured.stream()
                        .filter(run -> run.delayMs() > 0 && Double.isFinite(run.latencyP99Micros()))
                        .toList();
        if (paced.isEmpty()) {
            return;
        }
        RunResult worst = max(paced, Comparator.comparingDouble(RunResult::latencyP99Micros));
        RunResult best =
                paced.stream()
                        .min(Comparator.comparingDouble(RunResult::latencyP99Micros))
                        .orElseThrow();
        say(
                "With a delay, 99 %% of messages arrive within %s at best (%s) and %s at worst (%s).",
                Numbers.micros(best.latencyP99Micros()),
                named(best),
                Numbers.micros(worst.latencyP99Micros()),
                named(worst));
        double late = paced.stream().mapToDouble(RunResult::latenessP99Micros).max().orElse(0);
        say(
                "The laboratory's own publishers were late by up to %s (99 %% of the messages of a run).",
                Numbers.micros(late));
    }

    private static String runs(List<RunResult> some) {
        return some.size() == 1 ? "1 run" : some.size() + " runs";
    }

    private static RunResult max(List<RunResult> of, Comparator<RunResult> order) {
        return of.stream().max(order).orElseThrow();
    }

    private static double known(double value) {
        return Double.isFinite(value) ? value : -1;
    }

    static String named(RunResult run) {
        return "publisher QoS %d, analyser QoS %d, delay %d ms, %d %s"
                .formatted(
                        run.publisherQos(),
                        run.analyserQos(),
                        run.delayMs(),
                        run.instances(),
                        run.instances() == 1 ? "instance" : "instances");
    }

    /** What these runs have in common. */
    private static String common(List<RunResult> some) {
        List<String> parts = new ArrayList<>();
        parts.add("delay " + values(some, RunResult::delayMs) + " ms");
        parts.add("publisher QoS " + values(some, RunResult::publisherQos));
        parts.add("analyser QoS " + values(some, RunResult::analyserQos));
        String instances = values(some, RunResult::instances);
        parts.add(instances + (instances.equals("1") ? " instance" : " instances"));
        return String.join(", ", parts);
    }

    private static String values(List<RunResult> some, ToIntFunction<RunResult> value) {
        return some.stream()
                .mapToInt(value)
                .distinct()
                .sorted()
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("/"));
    }
}
