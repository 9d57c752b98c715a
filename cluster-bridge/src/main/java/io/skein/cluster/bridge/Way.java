package io.skein.cluster.bridge;

import java.util.List;

/** Which messages go from one broker to its neighbour, by where they have been. Any thread. */
record Way(String node, String peer, Topology topology) {
    /** Whether a message that has passed these brokers goes to the far side. */
    boolean leadsOut(List<String> via) {
        return !via.contains(peer) && topology.carries(via, node, peer);
    }
}
