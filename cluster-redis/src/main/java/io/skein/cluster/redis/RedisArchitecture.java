package io.skein.cluster.redis;

import io.skein.cluster.Architecture;
import io.skein.cluster.ArchitectureOption;
import io.skein.cluster.Cluster;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import java.util.List;
import java.util.Map;

/** Brokers that keep nothing themselves: everything is in a Redis that all of them reach. */
public final class RedisArchitecture implements Architecture {
    /** For {@link java.util.ServiceLoader}. */
    public RedisArchitecture() {}

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public List<ArchitectureOption> options() {
        return RedisSettings.OPTIONS;
    }

    @Override
    public void check(String node, Map<String, String> options) {
        RedisSettings.of(new NodeInfo(node, "", ""), options);
    }

    @Override
    public Cluster open(NodeSettings settings) {
        return new RedisCluster(RedisSettings.of(settings.self(), settings.options()));
    }
}
