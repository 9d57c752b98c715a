package io.skein.lab.result;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A table as RFC 4180 has it, with a line of headings. Not thread-safe. */
public final class Csv {
    private final StringBuilder text = new StringBuilder();
    private final int columns;

    /** An empty table with these columns. */
    public Csv(List<String> headings) {
        this.columns = headings.size();
        line(headings);
    }

    /** Adds a row; numbers that are not finite are left empty. */
    public Csv row(Object... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(
                    "%d cells in a table of %d columns".formatted(cells.length, columns));
        }
        line(Arrays.stream(cells).map(Csv::cell).toList());
        return this;
    }

    private void line(List<String> cells) {
        text.append(String.join(",", cells)).append('\n');
    }

    private static String cell(Object value) {
        return switch (value) {
            case Double number ->
                    !Double.isFinite(number)
                            ? ""
                            : number == Math.rint(number) && Math.abs(number) < 1e15
                                    ? Long.toString(number.longValue())
                                    : String.format(Locale.ROOT, "%.3f", number);
            default -> quoted(value.toString());
        };
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
