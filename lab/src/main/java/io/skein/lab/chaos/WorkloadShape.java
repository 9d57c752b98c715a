package io.skein.lab.chaos;

/**
 * What a workload is drawn from.
 *
 * @param clients 4 to 10,000
 * @param nodes at least 1
 * @param roaming whether clients go from node to node; otherwise each stays where it begins, those
 *     that share a client id or a group on one node
 * @param publishesPerSecond of all clients together, above 0
 */
record WorkloadShape(
        long seed,
        int clients,
        int nodes,
        boolean roaming,
        double publishesPerSecond,
        long durationNanos,
        Dialect dialect) {
    static final int CLIENTS_LEAST = 4;
    static final int CLIENTS_MOST = 10_000;

    /** Checks the bounds. */
    WorkloadShape {
        if (clients < CLIENTS_LEAST || clients > CLIENTS_MOST) {
            throw new IllegalArgumentException(
                    "%d clients are not within %d to %d"
                            .formatted(clients, CLIENTS_LEAST, CLIENTS_MOST));
        }
        if (nodes < 1) {
            throw new IllegalArgumentException("there is no node");
        }
        if (!(publishesPerSecond > 0) || Double.isInfinite(publishesPerSecond)) {
            throw new IllegalArgumentException("the rate is above 0");
        }
        if (durationNanos < 1) {
            throw new IllegalArgumentException("the duration is above 0");
        }
    }
}
