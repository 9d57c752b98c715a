package io.skein.lab.bench;

import io.skein.lab.load.RoundProgress;
import io.skein.lab.load.RoundResult;
import io.skein.lab.report.Series;
import java.util.function.ToDoubleFunction;

/** What a round tells of each second as a line of a plot. */
public final class SecondsSeries {
    private SecondsSeries() {}

    /** A figure against the seconds since the first message was due. */
    public static Series of(
            RoundResult round, String name, ToDoubleFunction<RoundProgress> figure) {
        return new Series(
                name,
                round.seconds().stream()
                        .map(second ->
                                new Series.Point(
                                        second.elapsedNanos() / 1e9, figure.applyAsDouble(second)))
                        .toList());
    }
}
