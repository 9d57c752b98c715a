package io.skein.lab.watch;

import java.util.Map;

/** Figures that a broker tells of itself. */
interface FigureSource extends AutoCloseable {
    /** Where they come from. */
    String name();

    /** The latest of each, by name; empty where there are none or they cannot be had now. */
    Map<String, Double> figures();

    /**
     * Whether the figures were told before that instant of {@link System#nanoTime}, and are told
     * again by themselves: what has happened since is not in them.
     */
    default boolean isOlderThan(long nanos) {
        return false; // of those that answer when they are asked
    }

    @Override
    void close();
}
