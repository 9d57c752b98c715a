package io.skein.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** Bars side by side: a group for each category, in it a bar for each series. */
public final class BarPlot {
    private static final double WIDTH = 760;
    private static final double BAR = 16;
    private static final double GAP = 12;
    private static final double LEFT = 190;
    private static final double RIGHT = 90;
    private static final double TOP = 30;

    private final String title;
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

    /** A plot without bars. */
    public BarPlot(String title, DoubleFunction<String> format) {
        this.title = title;
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
        Svg svg = new Svg(WIDTH, TOP + bars * BAR + groups.size() * GAP, title);
        double maximum =
                groups.stream()
                        .flatMap(List::stream)
                        .mapToDouble(Bar::value)
                        .filter(Double::isFinite)
                        .max()
                        .orElse(1);
        double y = TOP;
        for (int i = 0; i < groups.size(); i++) {
            for (Bar bar : groups.get(i)) {
                bar(svg, bar, y, maximum);
                y += BAR;
            }
            svg.text(
                    0, y - groups.get(i).size() * BAR / 2 + 4, "start", "label", categories.get(i));
            y += GAP;
        }
        return svg.end();
    }

    private void bar(Svg svg, Bar bar, double y, double maximum) {
        boolean measured = Double.isFinite(bar.value());
        double length =
                measured && maximum > 0 ? (WIDTH - LEFT - RIGHT) * bar.value() / maximum : 0;
        svg.add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"bar b%d\"><title>%s</title></rect>",
                LEFT, y, Math.max(1, length), BAR - 2, bar.series() % 8, Svg.escaped(bar.name()));
        svg.text(LEFT - 6, y + 12, "end", "tick", bar.name());
        svg.text(
                LEFT + length + 6,
                y + 12,
                "start",
                "tick",
                measured ? format.apply(bar.value()) : "not measured");
    }
}
