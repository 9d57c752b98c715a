package io.skein.lab.report;

import java.util.List;

/**
 * Points of one line; a y that is not finite leaves a gap.
 *
 * @param name for the legend
 */
public record Series(String name, List<Point> points) {
    /** Copies the list. */
    public Series {
        points = List.copyOf(points);
    }

    /** One point. */
    public record Point(double x, double y) {}
}
