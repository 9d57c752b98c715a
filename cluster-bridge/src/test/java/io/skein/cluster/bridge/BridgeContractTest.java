package io.skein.cluster.bridge;

import io.skein.cluster.Cluster;
import io.skein.cluster.Durability;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.tck.ClusterContract;
import java.nio.file.Path;
import java.util.Map;

/** The contract suite, bound to one island with a link to a broker that is not there. */
class BridgeContractTest extends ClusterContract {
    @Override
    protected int nodeCount() {
        return 1;
    }

    @Override
    protected Cluster open(int index, Path data) {
        NodeInfo self = new NodeInfo("n" + index, "", "");
        return new BridgeArchitecture()
                .open(
                        new NodeSettings(
                                self,
                                data,
                                Durability.SYNC,
                                Map.of(
                                        "links.0.name", "nowhere",
                                        "links.0.address", "mqtt://127.0.0.1:9",
                                        "links.0.topics", "# both 2")));
    }
}
