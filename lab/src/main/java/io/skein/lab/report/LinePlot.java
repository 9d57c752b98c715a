package io.skein.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;

/** Lines over a common axis: time lines, and distributions in the manner of HdrHistogram. */
public final class LinePlot {
    private static final double WIDTH = 760;
    private static final double HEIGHT = 260;
    private static final double LEFT = 64;
    private static final double RIGHT = 12;
    private static final double TOP = 44;
    private static final double BOTTOM = 38;

    /** Points beyond what the picture has pixels for are joined: extremes stay. */
    private static final int POINTS_LIMIT = 1_500;

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final List<Series> series = new ArrayList<>();
    private final List<Band> bands = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private boolean logarithmicX;
    private boolean logarithmicY;
    private boolean percentiles;
    private DoubleFunction<String> yFormat = Numbers::brief;

    /** A plot with linear axes, y from 0. */
    public LinePlot(String title, String xLabel, String yLabel) {
        this.title = title;
        this.xLabel = xLabel;
        this.yLabel = yLabel;
    }

    /**
     * A distribution: x is a percentile, 0 to below 100, drawn so that 90, 99, 99.9 are equally far
     * apart.
     */
    public static LinePlot ofPercentiles(String title, String yLabel) {
        LinePlot plot = new LinePlot(title, "percentile", yLabel);
        plot.percentiles = true;
        return plot;
    }

    /** Draws y in decades. */
    public LinePlot logarithmic() {
        logarithmicY = true;
        return this;
    }

    /** Draws x in decades. */
    public LinePlot logarithmicX() {
        logarithmicX = true;
        return this;
    }

    /** Writes values of y like this. */
    public LinePlot format(DoubleFunction<String> format) {
        yFormat = format;
        return this;
    }

    /** Adds a line. */
    public LinePlot add(Series line) {
        series.add(line);
        return this;
    }

    /** Sets stretches of the x axis off, behind the lines. */
    public LinePlot bands(List<Band> some) {
        bands.addAll(some);
        return this;
    }

    /** Marks places on the x axis, at its foot. */
    public LinePlot marks(List<Mark> some) {
        marks.addAll(some);
        return this;
    }

    /** The picture. */
    public String svg() {
        Svg svg = new Svg(WIDTH, HEIGHT, title);
        Axis x = xAxis();
        Axis y = yAxis();
        bands.forEach(band -> band(svg, band, x));
        if (percentiles) {
            percentileTicks(svg, x);
        } else {
            x.ticks().forEach(tick -> xTick(svg, x.position(tick), Numbers.brief(tick)));
        }
        for (double tick : y.ticks()) {
            double at = yAt(y.position(tick));
            svg.line(LEFT, at, WIDTH - RIGHT, at, "grid");
            svg.text(LEFT - 6, at + 4, "end", "tick", yFormat.apply(tick));
        }
        svg.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, "middle", "label", xLabel);
        svg.text(LEFT, TOP - 6, "start", "label", yLabel);
        double legend = WIDTH - RIGHT;
        for (int i = series.size() - 1; i >= 0; i--) {
            legend = legend(svg, i, legend);
        }
        for (int i = 0; i < series.size(); i++) {
            line(svg, i, x, y);
        }
        marks.forEach(mark -> mark(svg, mark, x));
        return svg.end();
    }

    private static void band(Svg svg, Band band, Axis x) {
        double from = xAt(x.position(band.from()));
        svg.add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"band\"><title>%s</title></rect>",
                from,
                TOP,
                Math.max(1, xAt(x.position(band.to())) - from),
                HEIGHT - TOP - BOTTOM,
                Svg.escaped(band.name()));
    }

    private static void mark(Svg svg, Mark mark, Axis x) {
        double at = xAt(x.position(mark.at()));
        double foot = HEIGHT - BOTTOM;
        svg.add(
                "<path d=\"M%.1f %.1f l-4 8 h8 Z\" class=\"mark\"><title>%s</title></path>",
                at, foot, Svg.escaped(mark.name()));
    }

    private double legend(Svg svg, int index, double right) {
        String name = series.get(index).name();
        svg.text(right, TOP - 6, "end", "tick", name);
        double left = right - 6.2 * name.length() - 20;
        svg.line(left, TOP - 10, left + 14, TOP - 10, "line s" + index % 8);
        return left - 12;
    }

    private void line(Svg svg, int index, Axis x, Axis y) {
        StringBuilder path = new StringBuilder();
        boolean drawing = false;
        for (Series.Point point : thinned(series.get(index).points())) {
            if (!Double.isFinite(point.y())) {
                drawing = false;
                continue;
            }
            path.append(
                    String.format(
                            Locale.ROOT,
                            "%s%.1f %.1f ",
                            drawing ? "L" : "M",
                            xAt(x.position(xValue(point.x()))),
                            yAt(y.position(point.y()))));
            drawing = true;
        }
        if (!path.isEmpty()) {
            svg.add(
                    "<path d=\"%s\" class=\"line s%d\"><title>%s</title></path>",
                    path.toString().strip(), index % 8, Svg.escaped(series.get(index).name()));
        }
    }

    private static List<Series.Point> thinned(List<Series.Point> points) {
        if (points.size() <= POINTS_LIMIT) {
            return points;
        }
        int stride = (points.size() + POINTS_LIMIT - 1) / POINTS_LIMIT;
        List<Series.Point> kept = new ArrayList<>();
        for (int from = 0; from < points.size(); from += stride) {
            List<Series.Point> part = points.subList(from, Math.min(points.size(), from + stride));
            part.stream()
                    .reduce((one, other) -> other.y() > one.y() ? other : one)
                    .ifPresent(kept::add);
        }
        return kept;
    }

    private double xValue(double x) {
        return percentiles ? 100 / (100 - Math.min(x, 99.99999)) : x;
    }

    private Axis xAxis() {
        double[] all = xs().toArray();
        double maximum = DoubleStream.of(all).max().orElse(1);
        if (percentiles) {
            return new Axis(1, Math.max(10, maximum), true);
        }
        double minimum = DoubleStream.of(all).min().orElse(0);
        return logarithmicX ? Axis.decades(minimum, maximum) : Axis.between(minimum, maximum);
    }

    private DoubleStream xs() {
        return series.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(point -> xValue(point.x()));
    }

    private Axis yAxis() {
        double[] all =
                series.stream()
                        .flatMap(line -> line.points().stream())
                        .mapToDouble(Series.Point::y)
                        .filter(value -> Double.isFinite(value) && (!logarithmicY || value > 0))
                        .toArray();
        double maximum = DoubleStream.of(all).max().orElse(1);
        return logarithmicY
                ? Axis.decades(DoubleStream.of(all).min().orElse(0.1), maximum)
                : Axis.fromZero(maximum);
    }

    private static void percentileTicks(Svg svg, Axis x) {
        String nines = "9";
        xTick(svg, 0, "0 %");
        xTick(svg, x.position(2), "50 %");
        for (double tick = 10; tick <= x.maximum() * 1.001; tick *= 10) {
            String name =
                    nines.length() == 1
                            ? "90"
                            : nines.length() == 2 ? "99" : "99." + nines.substring(2);
            xTick(svg, x.position(tick), name + " %");
            nines += "9";
        }
    }

    private static void xTick(Svg svg, double position, String name) {
        double at = xAt(position);
        svg.line(at, TOP, at, HEIGHT - BOTTOM, "grid");
        svg.text(at, HEIGHT - BOTTOM + 15, "middle", "tick", name);
    }

    private static double xAt(double position) {
        return LEFT + position * (WIDTH - LEFT - RIGHT);
    }

    private static double yAt(double position) {
        return HEIGHT - BOTTOM - position * (HEIGHT - TOP - BOTTOM);
    }
}
