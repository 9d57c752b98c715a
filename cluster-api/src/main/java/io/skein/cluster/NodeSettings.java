package io.skein.cluster;

import java.nio.file.Path;
import java.util.Map;

/**
 * What an architecture is told when a node starts.
 *
 * @param self how this node is known to the others
 * @param dataDirectory an existing, writable directory that belongs to this node alone
 * @param durability when a write counts as kept
 * @param options the architecture's own settings, by their name below {@code cluster} in the
 *     configuration; an unknown name is an error
 */
public record NodeSettings(
        NodeInfo self, Path dataDirectory, Durability durability, Map<String, String> options) {}
