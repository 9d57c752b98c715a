package io.skein.lab.failover;

import io.skein.lab.chaos.RepetitionOptions;
import io.skein.lab.result.Environment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What all repetitions came to.
 *
 * @param target what was started, in words
 * @param repetitions in their order
 * @param failure why there are fewer than were asked for, in words; empty if there are not
 * @param stopped whether it was ended by a signal
 */
record FailoverResult(
        RepetitionOptions options,
        String target,
        Environment environment,
        Instant startedAt,
        List<Repeated> repetitions,
        String failure,
        boolean stopped) {
    /** Copies the list. */
    FailoverResult {
        repetitions = List.copyOf(repetitions);
    }

    /**
     * One repetition.
     *
     * @param number from 1
     * @param problem why it did not come to its end, in words; empty if it did
     */
    record Repeated(int number, Figures figures, String problem) {
        boolean isComplete() {
            return problem.isEmpty();
        }
    }

    /** Those that came to their end: figures are of these alone. */
    List<Repeated> complete() {
        return repetitions.stream().filter(Repeated::isComplete).toList();
    }

    Spread spread(Figure figure) {
        return Spread.of(complete().stream().mapToDouble(each -> each.figures().of(figure)));
    }

    /** Of those that came to their end. */
    Figures.Counts counts() {
        return complete().stream()
                .map(each -> each.figures().counts())
                .reduce(Figures.Counts.NONE, Figures.Counts::plus);
    }

    /** Whether every repetition that was asked for came to its end. */
    boolean isWhole() {
        return failure.isEmpty() && complete().size() == options.repetitions();
    }

    /** What was found. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        Figures.Counts counts = counts();
        long losing =
                complete().stream().filter(each -> each.figures().counts().lost() > 0).count();
        long doubling =
                complete().stream()
                        .filter(each -> each.figures().counts().duplicated() > 0)
                        .count();
        sentences.add(
                "%,d of %,d repetitions of %s came to their end: %,d messages published, %,d acknowledged, %,d unanswered, %,d delivered."
                        .formatted(
                                complete().size(),
                                options.repetitions(),
                                options.fault().word(),
                                counts.published(),
                                counts.acknowledged(),
                                counts.unanswered(),
                                counts.received()));
        sentences.add(
                counts.lost() == 0
                        ? "No acknowledged message was lost."
                        : "%,d acknowledged messages were lost, in %,d repetitions."
                                .formatted(counts.lost(), losing));
        sentences.add(
                "%,d deliveries were repetitions, in %,d repetitions; %,d sessions were not there when their client came back."
                        .formatted(counts.duplicated(), doubling, counts.sessionsLost()));
        repetitions.stream()
                .filter(each -> !each.isComplete())
                .forEach(each ->
                        sentences.add(
                                String.format(
                                        Locale.ROOT,
                                        "Repetition %d did not come to its end: %s.",
                                        each.number(),
                                        each.problem())));
        if (!failure.isEmpty()) {
            sentences.add("It ended early: " + failure + ".");
        }
        return sentences;
    }
}
