package io.skein.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** Bars below each other: a group for each category, in it a bar for each series. */
public final class BarPlot {
    private static final double WIDTH = 560;
    private static final double BAR = 18;
    private static final double HEAD = 20;
    private static final double GAP = 6;
    private static final double RIGHT = 84;
    private static final double TOP = 24;
    private static final double BOTTOM = 40;
    private static final double NAMES_MAXIMUM = 170;

    private final String title;
    private final String axisLabel;
    private final DoubleFunction<String> format;
    private final List<String> categories = new ArrayList<>();
    private final List<List<Bar>> groups = new ArrayList<>();

    /**
     * One bar.
     *
     * @param name what it stands for
     * @param series which colour it has, from 0
     * @param value 0 or above; not finite for one that was not measured
     */
    public record Bar(String name, int series, double value) {}

    /**
     * A plot without bars.
     *
     * @param axisLabel what the lengths mean, with its unit
     * @param format for values and ticks
     */
    public BarPlot(String title, String axisLabel, DoubleFunction<String> format) {
        this.title = title;
        this.axisLabel = axisLabel;
        this.format = format;
    }

    /** Adds a group. */
    public BarPlot add(String category, List<Bar> bars) {
        categories.add(category);
        groups.add(List.copyOf(bars));
        return this;
    }

    /** The picture. */
    public String svg() {
        int bars = groups.stream().mapToInt(List::size).sum();
        double bottom = TOP + bars * BAR + groups.size() * (HEAD + GAP);
        double left =
                groups.stream()
                        .flatMap(List::stream)
                        .mapToDouble(bar -> Svg.width(bar.name()) + 10)
                        .max()
                        .orElse(0);
        left = Math.min(left, NAMES_MAXIMUM);
        Axis axis =
                Axis.fromZero(
                        groups.stream()
                                .flatMap(List::stream)
                                .mapToDouble(Bar::value)
                                .filter(value -> Double.isFinite(value) && value > 0)
                                .max()
                                .orElse(1));
        Svg svg = new Svg(WIDTH, bottom + BOTTOM, title);
        for (double tick : axis.ticks()) {
            double at = left + axis.position(tick) * (WIDTH - left - RIGHT);
            svg.line(at, TOP + 4, at, bottom, "grid");
            svg.text(at, bottom + 15, "middle", "tick", format.apply(tick));
        }
        svg.text((left + WIDTH - RIGHT) / 2, bottom + BOTTOM - 6, "middle", "label", axisLabel);
        double y = TOP;
        for (int i = 0; i < groups.size(); i++) {
            svg.text(0, y + 15, "start", "label", categories.get(i));
            y += HEAD;
            for (Bar bar : groups.get(i)) {
                bar(svg, bar, left, y, axis);
                y += BAR;
            }
            y += GAP;
        }
        return svg.end();
    }

    private void bar(Svg svg, Bar bar, double left, double y, Axis axis) {
        boolean measured = Double.isFinite(bar.value());
        double length = measured ? (WIDTH - left - RIGHT) * axis.position(bar.value()) : 0;
        svg.add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"bar b%d\"><title>%s</title></rect>",
                left,
                y,
                Math.max(1, length),
                BAR - 4,
                bar.series() % Svg.SERIES,
                Svg.escaped(bar.name()));
        svg.text(left - 6, y + 11, "end", "tick", bar.name());
        svg.text(
                left + length + 6,
                y + 11,
                "start",
                "value",
                measured ? format.apply(bar.value()) : "not measured");
    }
}
