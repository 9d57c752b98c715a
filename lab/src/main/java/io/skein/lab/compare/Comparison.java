package io.skein.lab.compare;

import io.skein.lab.report.HtmlPage;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/** Runs of one kind, side by side. */
interface Comparison {
    /** A figure of a run, in words. */
    interface Figure extends Function<Result, String> {}

    /** The figures, a column for each run. */
    Table table();

    /**
     * What was found that has to be known. In what the runs differ, and which are invalid, is said
     * for all kinds alike.
     */
    List<String> findings();

    /**
     * Adds the table and the plots.
     *
     * @throws IOException if a result is damaged
     */
    void addTo(HtmlPage page) throws IOException;
}
