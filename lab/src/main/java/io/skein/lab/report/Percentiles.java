package io.skein.lab.report;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** The distribution of a histogram as a line of a plot. */
public final class Percentiles {
    private static final int TICKS_PER_HALF_DISTANCE = 5;

    private Percentiles() {}

    /** Percentile against time in microseconds; the last point is the maximum. */
    public static Series of(String name, Histogram nanos) {
        List<Series.Point> points = new ArrayList<>();
        double resolvable = 100 - 100.0 / Math.max(2, nanos.getTotalCount());
        for (HistogramIterationValue value : nanos.percentiles(TICKS_PER_HALF_DISTANCE)) {
            points.add(
                    new Series.Point(
                            Math.min(value.getPercentileLevelIteratedTo(), resolvable),
                            Math.max(value.getValueIteratedTo() / 1e3, 1e-3)));
        }
        return new Series(name, points);
    }
}
