package io.skein.cluster.redis;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Redis Cluster of three servers that share the slots, for all tests of a class. */
final class ThreeRedis implements BeforeAllCallback, AfterAllCallback {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SERVERS = 3;

    private final List<RedisServer> servers = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // before every test
    private Path directory;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
        directory = Files.createTempDirectory("redis");
        for (int i = 0; i < SERVERS; i++) {
            Path own = Files.createDirectory(directory.resolve(Integer.toString(i)));
            servers.add(RedisServer.start(own, "--cluster-enabled", "yes"));
        }
        List<String> create = new ArrayList<>(List.of("--cluster", "create"));
        servers.forEach(server -> create.add("127.0.0.1:" + server.port()));
        create.add("--cluster-yes");
        RedisServer.cli(create);
        await().atMost(PATIENCE).until(() -> servers.stream().allMatch(ThreeRedis::knowsAllSlots));
    }

    private static boolean knowsAllSlots(RedisServer server) {
        try {
            return server.says("cluster", "info").contains("cluster_state:ok");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    String address() {
        return servers.stream()
                .map(server -> "127.0.0.1:" + server.port())
                .collect(Collectors.joining(",", "redis-cluster://", ""));
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        servers.forEach(RedisServer::close);
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> innermostFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path one : innermostFirst) {
                Files.delete(one);
            }
        }
    }
}
