package io.skein.server.balance;

import io.skein.cluster.Cluster;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeLoad;
import io.skein.cluster.Promise;
import java.util.List;
import java.util.Map;

/** Those that a cluster knows of, where sessions follow their clients; otherwise nobody. */
public record ClusterNeighbours(Cluster cluster) implements Neighbours {
    @Override
    public List<NodeInfo> nodes() {
        return cluster.promises().contains(Promise.SESSION_FOLLOWS_CLIENT)
                ? cluster.nodes()
                : List.of(cluster.self());
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
