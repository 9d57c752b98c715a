package io.skein.lab.target;

import java.nio.file.Path;

/**
 * Where one node of a target is to be.
 *
 * @param name unique among the nodes
 * @param host the address it is to listen on, for clients and for the other nodes
 * @param directory of the node alone, absolute; exists
 */
public record NodePlace(String name, String host, Path directory) {}
