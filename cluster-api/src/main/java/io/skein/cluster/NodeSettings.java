package io.skein.cluster;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What an architecture is told when a node starts.
 *
 * @param self how this node is known to the others
 * @param dataDirectory an existing, writable directory that belongs to this node alone
 * @param durability when a write counts as kept
 * @param options the architecture's own settings, by their name below {@code cluster} in the
 *     configuration; an unknown name is an error
 * @param loop the one thread that serves all clients of this node, for an architecture that can do
 *     its own work there without ever blocking: what goes from one to the other wakes nobody then.
 *     It ends after the cluster was closed. Null where there are several, or none that may be used
 */
public record NodeSettings(
        NodeInfo self,
        Path dataDirectory,
        Durability durability,
        Map<String, String> options,
        @Nullable Executor loop) {
    /** For an architecture with threads of its own. */
    public NodeSettings(
            NodeInfo self, Path dataDirectory, Durability durability, Map<String, String> options) {
        this(self, dataDirectory, durability, options, null);
    }
}
