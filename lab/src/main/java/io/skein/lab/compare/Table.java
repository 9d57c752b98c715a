package io.skein.lab.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A table with a column for each run and a row for each figure. Not thread-safe. */
final class Table {
    private final List<Named> runs;
    private final List<List<String>> rows = new ArrayList<>();

    Table(List<Named> runs) {
        this.runs = runs;
    }

    /** Adds a figure. */
    Table row(String name, Function<Result, String> figure) {
        List<String> row = new ArrayList<>(List.of(name));
        runs.forEach(run -> row.add(figure.apply(run.result())));
        rows.add(row);
        return this;
    }

    List<String> headings() {
        List<String> headings = new ArrayList<>(List.of(""));
        runs.forEach(run -> headings.add(run.name()));
        return headings;
    }

    List<List<String>> rows() {
        return rows;
    }

    /** As text, the columns flush; lines end in {@code \n}. */
    String text() {
        List<List<String>> lines = new ArrayList<>(List.of(headings()));
        lines.addAll(rows);
        int[] widths = new int[runs.size() + 1];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder one = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - line.get(i).length());
                one.append(i == 0 ? line.get(i) + pad : "   " + pad + line.get(i));
            }
            text.append(one.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
