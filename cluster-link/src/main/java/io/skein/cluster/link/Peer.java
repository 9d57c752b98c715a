package io.skein.cluster.link;

/**
 * One life of a node: a node that was restarted is another peer under the same name.
 *
 * @param node the node's name, unique in the cluster
 * @param incarnation which of its lives, greater for a later one
 */
public record Peer(String node, long incarnation) {
    @Override
    public String toString() {
        return node + '#' + Long.toHexString(incarnation);
    }
}
