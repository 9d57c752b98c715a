package io.skein.cluster;

/**
 * Where a message entered the cluster: which node published it, and as which one. So that an
 * architecture can tell whether a session has had a message that is sent again.
 *
 * @param node the name of the node
 * @param life which of its lives, greater than those before
 * @param ordinal counts from 1
 * @param answered when it was sent, all up to this one had been answered, and are not sent again
 */
public record Origin(String node, long life, long ordinal, long answered) {}
