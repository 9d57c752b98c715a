package io.skein.cluster.redis;

import io.skein.cluster.Cluster;
import io.skein.cluster.Durability;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.tck.ClusterContract;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract suite, bound to two nodes in one process around a Redis Cluster of three. */
class RedisClusterContractTest extends ClusterContract {
    @RegisterExtension static final ThreeRedis REDIS = new ThreeRedis();

    @Override
    protected int nodeCount() {
        return 2;
    }

    @Override
    protected Cluster open(int index, Path data) {
        Map<String, String> options = Map.of(RedisSettings.REDIS, REDIS.address());
        NodeInfo self = new NodeInfo("n" + index, "", "");
        return new RedisArchitecture().open(new NodeSettings(self, data, Durability.SYNC, options));
    }
}
