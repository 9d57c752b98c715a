package io.skein.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;

/** Lines over a common axis: time lines, and distributions in the manner of HdrHistogram. */
public final class LinePlot {
    private static final double WIDTH = 560;
    private static final double PLOT_HEIGHT = 190;
    private static final double LEFT = 64;
    private static final double RIGHT = 16;
    private static final double TITLE = 18;
    private static final double ROW = 17;
    private static final double LABEL = 26;
    private static final double BOTTOM = 42;
    private static final double BADGE = 15;

    /** Lines of so many points and fewer show where the points are. */
    private static final int DOTS_LIMIT = 30;

    /** Narrower than this, the marks of 0 and 50 % touch. */
    private static final double TICK_DISTANCE = 34;

    /** Points beyond what the picture has pixels for are joined: extremes stay. */
    private static final int POINTS_LIMIT = 1_500;

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final List<Series> series = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final List<Band> bands = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private double top;
    private boolean logarithmicX;
    private boolean logarithmicY;
    private boolean percentiles;
    private DoubleFunction<String> yFormat = Numbers::brief;

    /** A place that is pointed out, numbered in the picture and told in words below it. */
    private record Place(int series, double x, double y, String words) {}

    /**
     * A plot with linear axes, y from 0.
     *
     * @param xLabel what x is, with its unit
     * @param yLabel what y is, with its unit where the format of the ticks does not tell it
     */
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

    /**
     * Points out a place.
     *
     * @param series whose colour it has: 0 for the first that was added
     * @param words what is to be seen there
     */
    public LinePlot pointOut(int series, double x, double y, String words) {
        places.add(new Place(series, x, y, words));
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

    /** Adds a sentence below the picture. */
    public LinePlot note(String words) {
        notes.add(words);
        return this;
    }

    /** The picture. */
    public String svg() {
        top = TITLE + ROW * legendRows() + LABEL;
        Svg svg =
                new Svg(
                        WIDTH,
                        top + PLOT_HEIGHT + BOTTOM + ROW * (places.size() + notes.size()),
                        title);
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
        svg.text((LEFT + WIDTH - RIGHT) / 2, top + PLOT_HEIGHT + 34, "middle", "label", xLabel);
        svg.text(0, top - 12, "start", "label", yLabel);
        legend(svg);
        for (int i = 0; i < series.size(); i++) {
            line(svg, i, x, y);
        }
        places(svg, x, y);
        marks.forEach(mark -> mark(svg, mark, x));
        return svg.end();
    }

    private void band(Svg svg, Band band, Axis x) {
        double from = xAt(x.position(band.from()));
        svg.add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"band\"><title>%s</title></rect>",
                from,
                top,
                Math.max(1, xAt(x.position(band.to())) - from),
                PLOT_HEIGHT,
                Svg.escaped(band.name()));
    }

    private void mark(Svg svg, Mark mark, Axis x) {
        svg.add(
                "<path d=\"M%.1f %.1f l-4 8 h8 Z\" class=\"mark\"><title>%s</title></path>",
                xAt(x.position(mark.at())), top + PLOT_HEIGHT, Svg.escaped(mark.name()));
    }

    private static double legendWidth(Series line) {
        return Svg.width(line.name()) + 44;
    }

    private int legendRows() {
        int rows = 1;
        double at = 0;
        for (Series line : series) {
            if (at > 0 && at + legendWidth(line) > WIDTH) {
                rows++;
                at = 0;
            }
            at += legendWidth(line);
        }
        return rows;
    }

    private void legend(Svg svg) {
        double at = 0;
        double y = TITLE + ROW - 3;
        for (int i = 0; i < series.size(); i++) {
            if (at > 0 && at + legendWidth(series.get(i)) > WIDTH) {
                y += ROW;
                at = 0;
            }
            svg.line(at, y - 4, at + 26, y - 4, "line s" + i % Svg.SERIES);
            svg.text(at + 31, y, "start", "tick", series.get(i).name());
            at += legendWidth(series.get(i));
        }
    }

    private void line(Svg svg, int index, Axis x, Axis y) {
        StringBuilder path = new StringBuilder();
        boolean drawing = false;
        List<Series.Point> points = thinned(series.get(index).points());
        for (Series.Point point : points) {
            if (!isDrawn(point)) {
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
                    path.toString().strip(),
                    index % Svg.SERIES,
                    Svg.escaped(series.get(index).name()));
        }
        if (!percentiles && points.size() <= DOTS_LIMIT) {
            for (Series.Point point : points) {
                if (isDrawn(point)) {
                    dot(svg, index, xAt(x.position(point.x())), yAt(y.position(point.y())), 2.5);
                }
            }
        }
    }

    /** What is not above 0 has no place where y is drawn in decades. */
    private boolean isDrawn(Series.Point point) {
        return Double.isFinite(point.y()) && (!logarithmicY || point.y() > 0);
    }

    private static void dot(Svg svg, int index, double x, double y, double radius) {
        svg.add(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" class=\"b%d\"/>",
                x, y, radius, index % Svg.SERIES);
    }

    /** Numbers beside the places, moved up where they would cover each other. */
    private void places(Svg svg, Axis x, Axis y) {
        List<double[]> badges = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            double px = xAt(x.position(xValue(place.x())));
            double py = yAt(y.position(place.y()));
            double bx = Math.min(px + BADGE, WIDTH - RIGHT - BADGE / 2);
            double by = py - BADGE;
            while (covers(badges, bx, by)) {
                by -= BADGE + 1;
            }
            badges.add(new double[] {bx, by});
            String number = Integer.toString(i + 1);
            svg.line(px, py, bx, by, "grid");
            dot(svg, place.series(), px, py, 4);
            svg.add(
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" class=\"badge\"/>",
                    bx, by, BADGE / 2);
            svg.text(bx, by + 4, "middle", "value", number);
            below(svg, i, number + "  " + place.words());
        }
        for (int i = 0; i < notes.size(); i++) {
            below(svg, places.size() + i, notes.get(i));
        }
    }

    private void below(Svg svg, int row, String words) {
        double y = top + PLOT_HEIGHT + BOTTOM + ROW * (row + 1) - 5;
        svg.text(0, y, "start", "value", words);
    }

    private static boolean covers(List<double[]> badges, double x, double y) {
        return badges.stream().anyMatch(each -> Math.hypot(each[0] - x, each[1] - y) < BADGE);
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

    private void percentileTicks(Svg svg, Axis x) {
        String nines = "9";
        if (xAt(x.position(2)) - LEFT > TICK_DISTANCE) {
            xTick(svg, 0, "0 %");
        }
        xTick(svg, x.position(2), "50 %");
        double free = LEFT;
        for (double tick = 10; tick <= x.maximum() * 1.001; tick *= 10) {
            String name =
                    (nines.length() == 1
                                    ? "90"
                                    : nines.length() == 2 ? "99" : "99." + nines.substring(2))
                            + " %";
            double half = Svg.width(name) / 2;
            double at = xAt(x.position(tick));
            boolean fits = at - half > free && at + half <= WIDTH;
            xTick(svg, x.position(tick), fits ? name : "");
            free = fits ? at + half : free;
            nines += "9";
        }
    }

    private void xTick(Svg svg, double position, String name) {
        double at = xAt(position);
        svg.line(at, top, at, top + PLOT_HEIGHT, "grid");
        svg.text(at, top + PLOT_HEIGHT + 16, "middle", "tick", name);
    }

    private static double xAt(double position) {
        return LEFT + position * (WIDTH - LEFT - RIGHT);
    }

    private double yAt(double position) {
        return top + (1 - position) * PLOT_HEIGHT;
    }
}
