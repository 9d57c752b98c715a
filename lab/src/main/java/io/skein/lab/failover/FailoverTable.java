package io.skein.lab.failover;

import java.util.List;
import java.util.Locale;

/** Repetitions for people who read terminals. */
final class FailoverTable {
    private FailoverTable() {}

    /** One repetition as it is done. */
    static String line(FailoverResult.Repeated repeated) {
        Figures figures = repeated.figures();
        return String.format(
                Locale.ROOT,
                "%4d  %s   outage %s   wait for PUBACK %s, others %s   ready %s   lost %,d   duplicated %,d%s",
                repeated.number(),
                figures.node(),
                Figure.text(figures.of(Figure.OUTAGE)),
                Figure.text(figures.of(Figure.DEPENDENT_WAIT)),
                Figure.text(figures.of(Figure.INDEPENDENT_WAIT)),
                Figure.text(figures.of(Figure.READY)),
                figures.counts().lost(),
                figures.counts().duplicated(),
                repeated.isComplete() ? "" : "   incomplete: " + repeated.problem());
    }

    /** What was found. */
    static String of(FailoverResult result) {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        "%-68s %5s %9s %9s %9s %9s%n", "", "N", "min", "median", "p90", "max"));
        for (Figure figure : Figure.values()) {
            Spread spread = result.spread(figure);
            text.append(String.format(Locale.ROOT, "%-68s %5d", figure.words(), spread.count()));
            for (double value :
                    List.of(spread.min(), spread.median(), spread.p90(), spread.max())) {
                text.append(String.format(" %9s", Figure.text(value)));
            }
            text.append(System.lineSeparator());
        }
        result.sentences().forEach(sentence -> text.append(sentence).append('\n'));
        return text.toString();
    }
}
