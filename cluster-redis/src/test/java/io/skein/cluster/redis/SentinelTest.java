package io.skein.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis with two replicas, and a Sentinel that lets one of them take over. */
class SentinelTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path directory;

    private Path own(String name) throws IOException {
        return Files.createDirectory(directory.resolve(name));
    }

    private RedisServer replica(String name, RedisServer of) throws IOException {
        RedisServer replica =
                RedisServer.start(
                        own(name),
                        "--replicaof",
                        "127.0.0.1 " + of.port(),
                        "--repl-diskless-sync-delay",
                        "0");
        await().atMost(PATIENCE)
                .until(() -> replica.says("info", "replication").contains("link_status:up"));
        return replica;
    }

    @Test
    void p2_whatWasAcknowledgedIsThereWhenAReplicaHasTakenOver() throws Exception {
        try (RedisServer first = RedisServer.start(own("first"));
                RedisServer second = replica("second", first);
                RedisServer third = replica("third", first);
                RedisServer sentinel = RedisServer.sentinel(own("sentinel"), "main", first)) {
            await().atMost(PATIENCE)
                    .until(() ->
                            sentinel.says("sentinel", "replicas", "main")
                                            .contains(Integer.toString(second.port()))
                                    && sentinel.says("sentinel", "replicas", "main")
                                            .contains(Integer.toString(third.port())));
            String address = "redis-sentinel://127.0.0.1:%d#main".formatted(sentinel.port());
            Map<String, String> options = Map.of(RedisSettings.REPLICAS, "1");
            try (TestBroker one = TestBroker.start("one", address, options);
                    TestBroker other = TestBroker.start("other", address, options)) {
                other.own("session", "t");
                List<String> acknowledged = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    assertThat(TestBroker.get(one.publish("t", "before-" + i))).isEmpty();
                    acknowledged.add("before-" + i);
                }
                first.kill();
                await().atMost(PATIENCE)
                        .until(() ->
                                second.says("role").contains("master")
                                        || third.says("role").contains("master"));
                await().atMost(PATIENCE)
                        .until(() -> TestBroker.get(one.publish("t", "after")).isEmpty());
                acknowledged.add("after");
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(other.arrived("session"))
                                        .containsSubsequence(acknowledged));
            }
        }
    }
}
