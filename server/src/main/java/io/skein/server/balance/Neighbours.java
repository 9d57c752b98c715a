package io.skein.server.balance;

import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeLoad;
import java.util.List;
import java.util.Map;

/** The nodes of the cluster, as far as they share clients. Any thread may ask. */
public interface Neighbours {
    /** All live members, this node included. */
    List<NodeInfo> nodes();

    /** What is known of how loaded they are, by name. */
    Map<String, NodeLoad> loads();

    /** Tells the others how loaded this node is. */
    void announce(NodeLoad load);
}
