package io.skein.cluster.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A Redis of the test's own, as a process; tests that ask for one are skipped where none is. */
final class RedisServer implements AutoCloseable {
    private static final List<Path> PLACES =
            List.of(
                    Path.of("/usr/bin/redis-server"),
                    Path.of("/usr/local/bin/redis-server"),
                    Path.of("/opt/homebrew/bin/redis-server"));

    private final Path directory;
    private final int port;
    private final List<String> options;
    private Process process;

    private RedisServer(Path directory, int port, List<String> options) {
        this.directory = directory;
        this.port = port;
        this.options = options;
        this.process = launch();
    }

    /** Starts one that keeps everything in a log in this directory. */
    static RedisServer start(Path directory, String... options) {
        Assumptions.assumeTrue(
                PLACES.stream().anyMatch(Files::isExecutable), "redis-server is not installed");
        return new RedisServer(directory, freePort(), List.of(options));
    }

    private Process launch() {
        Path program = PLACES.stream().filter(Files::isExecutable).findFirst().orElseThrow();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program.toString(),
                                "--port",
                                Integer.toString(port),
                                "--bind",
                                "127.0.0.1",
                                "--dir",
                                directory.toString(),
                                "--save",
                                "",
                                "--appendonly",
                                "yes"));
        command.addAll(options);
        try {
            Process started =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("redis.log").toFile())
                            .start();
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(this::isThere);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isThere() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    String address() {
        return "redis://127.0.0.1:" + port;
    }

    /** As by kill -9. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() {
        process = launch();
    }

    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** A port below those that outgoing connections take. */
    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 30_000);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // the next one
            }
        }
    }
}
