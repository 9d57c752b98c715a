package io.skein.cluster;

/**
 * How much a node has to do, as it says itself.
 *
 * @param connections clients connected to it, 0 and above
 * @param processorPercent what its process takes of the processors it may use, 0 to 100
 * @param accepting whether it takes clients
 */
public record NodeLoad(long connections, int processorPercent, boolean accepting) {
    /** Checks the ranges. */
    public NodeLoad {
        if (connections < 0) {
            throw new IllegalArgumentException("connections " + connections);
        }
        if (processorPercent < 0 || processorPercent > 100) {
            throw new IllegalArgumentException("processorPercent " + processorPercent);
        }
    }
}
