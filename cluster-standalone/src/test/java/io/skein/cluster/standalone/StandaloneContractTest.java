package io.skein.cluster.standalone;

import io.skein.cluster.Cluster;
import io.skein.cluster.Durability;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.tck.ClusterContract;
import java.nio.file.Path;
import java.util.Map;

/** The contract suite, bound to a cluster of one. */
class StandaloneContractTest extends ClusterContract {
    @Override
    protected int nodeCount() {
        return 1;
    }

    @Override
    protected Cluster open(int index, Path data) {
        NodeInfo self = new NodeInfo("n" + index, "", "");
        return new StandaloneArchitecture()
                .open(new NodeSettings(self, data, Durability.SYNC, Map.of()));
    }
}
