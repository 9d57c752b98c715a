package io.skein.lab.check;

import io.skein.lab.check.PromiseVerdict.State;
import io.skein.lab.history.Event.Start;
import io.skein.lab.history.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a record tells, as a whole. */
public final class Judgement {
    private final Promises promises;
    private final Replay replay;
    private final @Nullable String problem;
    private final boolean broken;
    private final Map<Finding, List<String>> evidence;
    private final List<PromiseVerdict> verdicts = new ArrayList<>();

    /**
     * A judgement.
     *
     * @param problem why the record was not read to its end; null if it was
     * @param broken whether what was read of it cannot be trusted
     * @param evidence the lines of the record that show findings
     */
    Judgement(
            Promises promises,
            Replay replay,
            @Nullable String problem,
            boolean broken,
            Map<Finding, List<String>> evidence) {
        this.promises = promises;
        this.replay = replay;
        this.problem = problem;
        this.broken = broken;
        this.evidence = evidence;
        for (Promise promise : Promise.values()) {
            verdicts.add(verdict(promise));
        }
    }

    private PromiseVerdict verdict(Promise promise) {
        Findings findings = findings();
        Promises.@Nullable Declaration declaration = promises.declared().get(promise);
        long violations = 0;
        for (Anomaly anomaly : Anomaly.values()) {
            if (anomaly.promise() == promise) {
                violations += findings.count(anomaly);
            }
        }
        List<String> reasons = reasons(promise);
        State state;
        if (!promise.isJudged()) {
            state = State.NOT_JUDGED;
            reasons = List.of(whatIsSeenOfLimits());
        } else if (declaration == null || !exempt(declaration).isEmpty()) {
            state = State.NOT_PROMISED;
            reasons =
                    declaration == null
                            ? List.of()
                            : List.of("not under " + String.join(", ", exempt(declaration)));
        } else if (violations > 0 && !broken) {
            state = State.VIOLATED;
            reasons = List.of();
        } else {
            state = reasons.isEmpty() ? State.HELD : State.UNKNOWN;
        }
        return new PromiseVerdict(
                promise,
                declaration == null ? "not promised" : declaration.toString(),
                state,
                findings.checkedOf(promise),
                violations,
                reasons);
    }

    private String whatIsSeenOfLimits() {
        long told = run().counts().of(Counts.Count.LIMITS_TOLD);
        return "clients do not see what a broker holds"
                + (told == 0 ? "" : "; a limit was told " + times(told));
    }

    private Set<String> exempt(Promises.Declaration declaration) {
        Set<String> exempt = new TreeSet<>(declaration.unless());
        exempt.retainAll(run().faults().conditions());
        return exempt;
    }

    /** Why a promise that is not seen to be broken cannot be said to hold. */
    private List<String> reasons(Promise promise) {
        List<String> reasons = new ArrayList<>();
        if (problem != null) {
            reasons.add(problem);
        } else if (!run().hasReached(Phase.END)) {
            reasons.add("the record was cut short");
        }
        if (!run().hasReached(Phase.DRAIN_END)
                && Set.of(Promise.P1, Promise.P2, Promise.P7, Promise.P8, Promise.P9, Promise.P10)
                        .contains(promise)) {
            reasons.add("the drain did not end");
        }
        findings()
                .unknownOf(promise)
                .forEach((reason, count) -> reasons.add("%,d %s".formatted(count, reason)));
        if (findings().checkedOf(promise) == 0) {
            reasons.add("nothing in the record tests it");
        }
        return reasons;
    }

    /** The whole in a word. */
    public Verdict verdict() {
        if (has(State.VIOLATED)) {
            return Verdict.VIOLATED;
        }
        return has(State.UNKNOWN) ? Verdict.UNKNOWN : Verdict.HELD;
    }

    private boolean has(State state) {
        return verdicts.stream().anyMatch(each -> each.state() == state);
    }

    /** The whole in sentences, the first violation in front. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        String first = firstViolationInWords();
        switch (verdict()) {
            case HELD ->
                    sentences.add(
                            "Every promise held that is declared for '" + promises.name() + "'.");
            case UNKNOWN -> sentences.add("It is unknown whether every promise held.");
            case VIOLATED ->
                    sentences.add(
                            "Not every promise held that is declared for '"
                                    + promises.name()
                                    + "'.");
        }
        if (first != null) {
            sentences.add("The first violation, of %s.".formatted(first));
        }
        for (PromiseVerdict each : verdicts) {
            if (each.state() == State.UNKNOWN) {
                sentences.add(
                        "%s is unknown: %s."
                                .formatted(each.promise(), String.join("; ", each.reasons())));
            } else if (each.state() == State.NOT_PROMISED && each.violations() > 0) {
                sentences.add(
                        "%s is not promised%s, and was broken %s."
                                .formatted(
                                        each.promise(),
                                        each.reasons().isEmpty()
                                                ? ""
                                                : " (" + each.reasons().getFirst() + ")",
                                        times(each.violations())));
            }
        }
        return sentences;
    }

    /** How often, in words. */
    static String times(long count) {
        return count == 1 ? "once" : "%,d times".formatted(count);
    }

    /** The promise that was broken first, when and how; null if none was. */
    public @Nullable String firstViolationInWords() {
        Finding first = firstViolation();
        return first == null
                ? null
                : "%s at %.3f s: %s"
                        .formatted(first.anomaly().promise(), first.nanos() / 1e9, first.words());
    }

    /** The earliest finding that breaks a promise which is made; null for none. */
    @Nullable Finding firstViolation() {
        return evidence.keySet().stream()
                .filter(this::isViolation)
                .min(Comparator.comparingLong(Finding::nanos))
                .orElse(null);
    }

    /** Whether a finding breaks a promise which is made. */
    boolean isViolation(Finding finding) {
        return verdicts.get(finding.anomaly().promise().ordinal()).state() == State.VIOLATED;
    }

    List<PromiseVerdict> verdicts() {
        return List.copyOf(verdicts);
    }

    Promises promises() {
        return promises;
    }

    Findings findings() {
        return run().findings();
    }

    /** The lines of the record that show findings, the findings by kind and in their order. */
    Map<Finding, List<String>> evidence() {
        return evidence;
    }

    RunState run() {
        return replay.run();
    }

    Availability availability() {
        return replay.availability();
    }

    Timeline timeline() {
        return replay.timeline();
    }

    @Nullable Start start() {
        return replay.start();
    }

    /** How long the record is, in nanoseconds. */
    long nanos() {
        return replay.nanos();
    }
}
