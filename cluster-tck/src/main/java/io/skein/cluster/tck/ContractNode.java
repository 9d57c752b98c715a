package io.skein.cluster.tck;

import io.skein.broker.Broker;
import io.skein.broker.BrokerLimits;
import io.skein.broker.BrokerSettings;
import io.skein.cluster.Cluster;
import io.skein.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A real broker core over the architecture under test: two shards, no network. */
final class ContractNode implements AutoCloseable {
    private static final int SHARDS = 2;

    private final Cluster cluster;
    private final List<ContractLoop> loops = new ArrayList<>();
    private final Broker broker;

    /** What a test's topics and client ids begin with: tests share a cluster, and nothing else. */
    String namespace = "";

    ContractNode(String name, Cluster cluster) {
        this.cluster = cluster;
        for (int i = 0; i < SHARDS; i++) {
            loops.add(new ContractLoop(name + "-shard-" + i));
        }
        broker =
                new Broker(
                        new BrokerSettings(
                                BrokerLimits.DEFAULTS, () -> UUID.randomUUID().toString()),
                        cluster,
                        loops);
        for (int i = 0; i < SHARDS; i++) {
            loops.get(i).runs(broker.shard(i));
        }
    }

    void start() {
        ContractClient.get(cluster.start(broker), "the node starts");
    }

    Cluster cluster() {
        return cluster;
    }

    Broker broker() {
        return broker;
    }

    ContractLoop loop(int shard) {
        return loops.get(shard);
    }

    @Override
    public void close() {
        CountDownLatch closed = new CountDownLatch(SHARDS);
        for (int i = 0; i < SHARDS; i++) {
            ContractLoop loop = loops.get(i);
            int shard = i;
            loop.execute(now -> {
                broker.shard(shard).closeAll(ReasonCode.SERVER_SHUTTING_DOWN, now);
                broker.shard(shard).endTurn(now);
                closed.countDown();
            });
        }
        try {
            if (!closed.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("a shard does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        cluster.close();
        loops.forEach(ContractLoop::close);
    }
}
