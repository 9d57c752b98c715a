package io.skein.server.balance;

import io.skein.cluster.NodeLoad;
import java.util.Map;

/**
 * What of the cluster's connections this node has. Nodes that take no clients, and those of which
 * nothing is known, do not count.
 *
 * @param own connections of this node
 * @param total those of all that take clients, this node included
 * @param nodes how many these are, 1 and above
 */
record Share(long own, long total, int nodes) {
    /** Fewer connections than that above the average are no load. */
    private static final long LITTLE = 20;

    static Share of(String self, long own, Map<String, NodeLoad> loads) {
        long total = own;
        int nodes = 1;
        for (Map.Entry<String, NodeLoad> other : loads.entrySet()) {
            if (!other.getKey().equals(self) && other.getValue().accepting()) {
                total += other.getValue().connections();
                nodes++;
            }
        }
        return new Share(own, total, nodes);
    }

    /** Connections above an equal share, rounded so that nobody is moved to and fro. */
    long surplus() {
        return Math.max(0, own - Math.ceilDiv(total, nodes));
    }

    /** Whether it has more than so many percent of an equal share, and more than a few. */
    boolean isAbove(int percent) {
        double equal = (double) total / nodes;
        return own > equal * percent / 100 && own - equal > LITTLE;
    }
}
