package io.skein.cluster.redis;

import io.skein.cluster.Cluster;
import io.skein.cluster.Durability;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.tck.ClusterContract;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract suite, bound to three nodes in one process around one Redis. */
class RedisContractTest extends ClusterContract {
    @RegisterExtension static final OneRedis REDIS = new OneRedis();

    @Override
    protected int nodeCount() {
        return 3;
    }

    @Override
    protected Cluster open(int index, Path data) {
        Map<String, String> options = Map.of(RedisSettings.REDIS, REDIS.server().address());
        NodeInfo self = new NodeInfo("n" + index, "", "");
        return new RedisArchitecture().open(new NodeSettings(self, data, Durability.SYNC, options));
    }
}
