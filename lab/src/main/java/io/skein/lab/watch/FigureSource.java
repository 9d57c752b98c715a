package io.skein.lab.watch;

import java.util.Map;

/** Figures that a broker tells of itself. */
interface FigureSource extends AutoCloseable {
    /** Where they come from. */
    String name();

    /** The latest of each, by name; empty where there are none or they cannot be had now. */
    Map<String, Double> figures();

    @Override
    void close();
}
