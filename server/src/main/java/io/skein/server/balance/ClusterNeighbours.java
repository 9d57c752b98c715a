package io.skein.server.balance;

import io.skein.cluster.Cluster;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeLoad;
import java.util.List;
import java.util.Map;

/** Those that a cluster knows of. */
public record ClusterNeighbours(Cluster cluster) implements Neighbours {
    @Override
    public List<NodeInfo> nodes() {
        return cluster.nodes();
    }

    @Override
    public Map<String, NodeLoad> loads() {
        return cluster.loads();
    }

    @Override
    public void announce(NodeLoad load) {
        cluster.announce(load);
    }
}
