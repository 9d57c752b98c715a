package io.skein.lab.report;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** A table of numbers as colours, with the numbers in it. Not thread-safe. */
public final class HeatMap {
    private static final double CELL_WIDTH = 50;
    private static final double CELL_HEIGHT = 20;
    private static final double LEFT = 76;
    private static final double TOP = 58;
    private static final double NARROW = 560;

    /** What lies above this on the way from light to dark wants light letters. */
    private static final double DARK = 0.55;

    private final String title;
    private final String columnsLabel;
    private final List<String> columns;
    private final List<String> rows;
    private final double[][] values;
    private final DoubleFunction<String> format;
    private final boolean decades;
    private List<double[][]> scale;
    private boolean[][] marked;

    /**
     * A heat map.
     *
     * @param values by row and column; what is not finite was not measured
     * @param format for the numbers
     * @param decades whether colours follow the order of magnitude
     */
    public HeatMap(
            String title,
            String columnsLabel,
            List<String> columns,
            List<String> rows,
            double[][] values,
            DoubleFunction<String> format,
            boolean decades) {
        this.title = title;
        this.columnsLabel = columnsLabel;
        this.columns = List.copyOf(columns);
        this.rows = List.copyOf(rows);
        this.values = values;
        this.format = format;
        this.decades = decades;
        this.scale = List.<double[][]>of(values);
        this.marked = new boolean[rows.size()][columns.size()];
    }

    /** Has colours mean the same as in pictures of these values. */
    public HeatMap comparableWith(List<double[][]> others) {
        scale = List.copyOf(others);
        return this;
    }

    /** Has an asterisk behind the numbers of these cells, by row and column. */
    public HeatMap marking(boolean[][] cells) {
        marked = cells;
        return this;
    }

    /** Whether half a page is enough for it. */
    boolean isNarrow() {
        return width() <= NARROW;
    }

    private double width() {
        double cells = Math.max(columns.size() * CELL_WIDTH, Svg.width(columnsLabel));
        return Math.max(LEFT + cells + 8, 8.8 * title.length());
    }

    /** The picture. */
    public String svg() {
        double width = width();
        Svg svg = new Svg(width, TOP + rows.size() * CELL_HEIGHT + 8, title);
        svg.text(LEFT, TOP - 22, "start", "label", columnsLabel);
        for (int column = 0; column < columns.size(); column++) {
            svg.text(centre(column), TOP - 6, "middle", "tick", columns.get(column));
        }
        for (int row = 0; row < rows.size(); row++) {
            double y = TOP + row * CELL_HEIGHT;
            svg.text(LEFT - 6, y + 14, "end", "tick", rows.get(row));
            for (int column = 0; column < columns.size(); column++) {
                cell(svg, row, column, y);
            }
        }
        return svg.end();
    }

    private void cell(Svg svg, int row, int column, double y) {
        double value = values[row][column];
        double x = LEFT + column * CELL_WIDTH;
        String name = rows.get(row) + ", " + columnsLabel + " " + columns.get(column);
        if (!Double.isFinite(value)) {
            svg.add(
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"none\"><title>%s: not measured</title></rect>",
                    x, y, CELL_WIDTH - 1, CELL_HEIGHT - 1, Svg.escaped(name));
            return;
        }
        double share = share(value);
        String words = format.apply(value) + (marked[row][column] ? "*" : "");
        svg.add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"><title>%s: %s</title></rect>",
                x,
                y,
                CELL_WIDTH - 1,
                CELL_HEIGHT - 1,
                colour(share),
                Svg.escaped(name),
                Svg.escaped(words));
        svg.text(
                centre(column), y + 14, "middle", share > DARK ? "cell light" : "cell dark", words);
    }

    private static double centre(int column) {
        return LEFT + (column + 0.5) * CELL_WIDTH;
    }

    private double share(double value) {
        double low = Double.POSITIVE_INFINITY;
        double high = 0;
        for (double[][] table : scale) {
            for (double[] row : table) {
                for (double each : row) {
                    if (Double.isFinite(each) && each > 0) {
                        low = Math.min(low, each);
                        high = Math.max(high, each);
                    }
                }
            }
        }
        if (value <= 0 || high == 0) {
            return 0;
        }
        if (!decades) {
            return value / high;
        }
        return low == high ? 1 : 0.1 + 0.9 * Math.log(value / low) / Math.log(high / low);
    }

    /** From near white over orange to dark red: readable without seeing colours, too. */
    private static String colour(double share) {
        double first = Math.min(1, share * 2);
        double second = Math.max(0, share * 2 - 1);
        return String.format(
                Locale.ROOT,
                "#%02x%02x%02x",
                (int) (250 - 15 * first - 110 * second),
                (int) (246 - 106 * first - 118 * second),
                (int) (238 - 178 * first - 20 * second));
    }
}
