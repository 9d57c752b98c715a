package io.skein.lab.compare;

import com.fasterxml.jackson.databind.JsonNode;
import io.skein.lab.report.BarPlot;
import io.skein.lab.report.LinePlot;
import io.skein.lab.report.Numbers;
import io.skein.lab.report.Percentiles;
import io.skein.lab.report.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** Pictures in which each run is a line or a bar; an invalid one has an asterisk. */
final class Pictures {
    private final List<Named> runs;

    Pictures(List<Named> runs) {
        this.runs = runs;
    }

    /** A group of bars for each figure. */
    String bars(
            String title,
            String axisLabel,
            DoubleFunction<String> format,
            Map<String, ToDoubleFunction<Result>> figures) {
        BarPlot plot = new BarPlot(title, axisLabel, format);
        figures.forEach((name, figure) -> {
            List<BarPlot.Bar> bars = new ArrayList<>();
            for (int i = 0; i < runs.size(); i++) {
                bars.add(
                        new BarPlot.Bar(
                                label(runs.get(i)), i, figure.applyAsDouble(runs.get(i).result())));
            }
            plot.add(name, bars);
        });
        return plot.svg();
    }

    private static String label(Named run) {
        return run.name() + (run.result().isInvalid() ? "*" : "");
    }

    /** A distribution of times. */
    String distribution(String title, String yLabel, Function<Result, JsonNode> histogram)
            throws IOException {
        LinePlot plot = LinePlot.ofPercentiles(title, yLabel).logarithmic().format(Numbers::micros);
        for (Named run : runs) {
            Histogram nanos = run.result().histogram(histogram.apply(run.result()));
            plot.add(
                    nanos.getTotalCount() == 0
                            ? new Series(label(run), List.of())
                            : Percentiles.of(label(run), nanos));
        }
        return plot.svg();
    }

    /** Adds a line for each run: one field of the objects in an array against another. */
    LinePlot lines(LinePlot plot, String array, String x, String y, double unit) {
        for (Named run : runs) {
            List<Series.Point> points = new ArrayList<>();
            for (JsonNode each : run.result().tree().path(array)) {
                points.add(
                        new Series.Point(
                                Result.number(each.path(x)), Result.number(each.path(y)) / unit));
            }
            plot.add(new Series(label(run), points));
        }
        return plot;
    }

    /** A time line. */
    String overTime(String title, String yLabel, String array, String field, double unit) {
        return lines(new LinePlot(title, "time [s]", yLabel), array, "at_seconds", field, unit)
                .svg();
    }

    /** A time line of times in microseconds. */
    String microsOverTime(String title, String yLabel, String array, String field) {
        LinePlot plot =
                new LinePlot(title, "time [s]", yLabel).logarithmic().format(Numbers::micros);
        return lines(plot, array, "at_seconds", field, 1).svg();
    }
}
