package io.skein.cluster.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Redis for all tests of a class: there before the first of its methods, gone after the last. */
final class OneRedis implements BeforeAllCallback, AfterAllCallback {
    @SuppressWarnings("NullAway.Init") // before every test
    private Path directory;

    @SuppressWarnings("NullAway.Init") // before every test
    private RedisServer server;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        directory = Files.createTempDirectory("redis");
        server = RedisServer.start(directory);
    }

    RedisServer server() {
        return server;
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (server != null) {
            server.close();
        }
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> innermostFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path one : innermostFirst) {
                Files.delete(one);
            }
        }
    }
}
