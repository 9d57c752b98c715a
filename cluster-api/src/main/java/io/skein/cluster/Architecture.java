package io.skein.cluster;

import java.util.List;
import java.util.Map;

/**
 * A clustering architecture, found with {@link java.util.ServiceLoader} by its {@link #name()}.
 * Implementations have a public constructor without parameters and no state.
 */
public interface Architecture {
    /** The name used in configuration, such as {@code standalone} or {@code grid}. */
    String name();

    /** All settings of its own, in the order to show them; {@link #open} refuses any other. */
    default List<ArchitectureOption> options() {
        return List.of();
    }

    /**
     * Sees whether settings that are right one by one go together, as {@link #open} does; takes and
     * makes nothing.
     *
     * @param node the name of the node they are for
     * @throws IllegalArgumentException if they do not, or one is missing; the message says which
     */
    default void check(String node, Map<String, String> options) {}

    /**
     * Prepares a node; nothing is joined before {@link Cluster#start}.
     *
     * @throws IllegalArgumentException if the settings are wrong; the message says which and why
     * @throws java.io.UncheckedIOException if the data directory cannot be used
     */
    Cluster open(NodeSettings settings);
}
