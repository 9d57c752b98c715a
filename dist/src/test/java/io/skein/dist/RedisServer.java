package io.skein.dist;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A Redis on this machine that keeps nothing on disk. */
final class RedisServer implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/redis-server");

    private final int port = Ports.consecutive(1);
    private final Child process;

    /** Starts it; the test is skipped where there is none. */
    RedisServer() {
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "redis-server is not installed");
        process =
                Child.start(
                        List.of(
                                PROGRAM.toString(),
                                "--port",
                                Integer.toString(port),
                                "--bind",
                                "127.0.0.1",
                                "--save",
                                ""));
        process.awaitOut("Ready to accept connections");
    }

    /** What {@code skein up} is told to run brokers around it. */
    String[] architecture() {
        return new String[] {"--architecture", "redis", "--redis", "redis://127.0.0.1:" + port};
    }

    @Override
    public void close() {
        process.close();
    }
}
