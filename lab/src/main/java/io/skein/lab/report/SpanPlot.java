package io.skein.lab.report;

import java.util.ArrayList;
import java.util.List;

/** Stretches of time in rows, one below the other, over a common axis. Not thread-safe. */
public final class SpanPlot {
    private static final double WIDTH = 560;
    private static final double ROW = 16;
    private static final double LEFT = 130;
    private static final double RIGHT = 12;
    private static final double TOP = 30;
    private static final double BOTTOM = 38;

    private final String title;
    private final String xLabel;
    private final Axis x;
    private final List<Row> rows = new ArrayList<>();
    private final List<Band> bands = new ArrayList<>();

    /**
     * A stretch.
     *
     * @param name what it is
     * @param series which colour it has, from 0
     */
    public record Span(String name, int series, double from, double to) {}

    private record Row(String name, List<Span> spans) {}

    /** A plot without rows, from 0 to here. */
    public SpanPlot(String title, String xLabel, double maximum) {
        this.title = title;
        this.xLabel = xLabel;
        this.x = Axis.between(0, maximum);
    }

    /** Sets stretches off in all rows. */
    public SpanPlot bands(List<Band> some) {
        bands.addAll(some);
        return this;
    }

    /** Adds a row. */
    public SpanPlot add(String name, List<Span> spans) {
        rows.add(new Row(name, List.copyOf(spans)));
        return this;
    }

    /** The picture. */
    public String svg() {
        double bottom = TOP + rows.size() * ROW;
        Svg svg = new Svg(WIDTH, bottom + BOTTOM, title);
        for (Band band : bands) {
            rect(svg, band.from(), band.to(), TOP, bottom, "band", band.name());
        }
        for (double tick : x.ticks()) {
            svg.line(at(tick), TOP, at(tick), bottom, "grid");
            svg.text(at(tick), bottom + 15, "middle", "tick", Numbers.brief(tick));
        }
        for (int i = 0; i < rows.size(); i++) {
            double y = TOP + i * ROW;
            svg.text(LEFT - 6, y + 11, "end", "tick", rows.get(i).name());
            for (Span span : rows.get(i).spans()) {
                String style = "bar b" + span.series() % Svg.SERIES;
                rect(svg, span.from(), span.to(), y + 2, y + ROW - 2, style, span.name());
            }
        }
        svg.text((LEFT + WIDTH - RIGHT) / 2, bottom + BOTTOM - 4, "middle", "label", xLabel);
        return svg.end();
    }

    private void rect(
            Svg svg, double from, double to, double top, double bottom, String style, String name) {
        svg.add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\"><title>%s</title></rect>",
                at(from),
                top,
                Math.max(1, at(to) - at(from)),
                Math.max(1, bottom - top),
                style,
                Svg.escaped(name));
    }

    private double at(double value) {
        return LEFT + x.position(value) * (WIDTH - LEFT - RIGHT);
    }
}
