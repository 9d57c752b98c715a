package io.skein.cluster.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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
    private final String scheme;
    private final int port;
    private final List<String> options;
    private Process process;

    private RedisServer(Path directory, String scheme, int port, List<String> options) {
        this.directory = directory;
        this.scheme = scheme;
        this.port = port;
        this.options = options;
        this.process = launch();
    }

    /** Starts one that keeps everything in a log in this directory. */
    static RedisServer start(Path directory, String... options) {
        assumeInstalled();
        int port = freePort();
        List<String> all = keepingIn(directory);
        all.addAll(List.of("--port", Integer.toString(port)));
        all.addAll(List.of(options));
        return new RedisServer(directory, "redis", port, all);
    }

    /** The same, reached by TLS alone. */
    static RedisServer startTls(Path directory, String certificate, String key) {
        assumeInstalled();
        int port = freePort();
        List<String> all = keepingIn(directory);
        all.addAll(List.of("--port", "0", "--tls-port", Integer.toString(port)));
        all.addAll(List.of("--tls-cert-file", certificate, "--tls-key-file", key));
        all.addAll(List.of("--tls-ca-cert-file", certificate, "--tls-auth-clients", "no"));
        return new RedisServer(directory, "rediss", port, all);
    }

    /** Starts a Sentinel that alone watches a server and its replicas. */
    static RedisServer sentinel(Path directory, String name, RedisServer watched)
            throws IOException {
        int port = freePort();
        Path configuration = directory.resolve("sentinel.conf");
        Files.writeString(
                configuration,
                """
                port %1$d
                bind 127.0.0.1
                dir %2$s
                sentinel monitor %3$s 127.0.0.1 %4$d 1
                sentinel down-after-milliseconds %3$s 1000
                sentinel failover-timeout %3$s 5000
                """
                        .formatted(port, directory, name, watched.port));
        List<String> all = List.of(configuration.toString(), "--sentinel");
        return new RedisServer(directory, "redis-sentinel", port, all);
    }

    private static List<String> keepingIn(Path directory) {
        return new ArrayList<>(
                List.of(
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        directory.toString(),
                        "--save",
                        "",
                        "--appendonly",
                        "yes"));
    }

    /** Skips a test where there is no Redis. */
    static void assumeInstalled() {
        Assumptions.assumeTrue(
                PLACES.stream().anyMatch(Files::isExecutable), "redis-server is not installed");
    }

    private Process launch() {
        Path program = PLACES.stream().filter(Files::isExecutable).findFirst().orElseThrow();
        List<String> command = new ArrayList<>(List.of(program.toString()));
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

    int port() {
        return port;
    }

    String address() {
        return scheme + "://127.0.0.1:" + port;
    }

    /** What it answers to a command. */
    String says(String... command) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-p", Integer.toString(port)));
        arguments.addAll(List.of(command));
        return cli(arguments);
    }

    /** Runs redis-cli to its end; what it printed. */
    static String cli(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("redis-cli"));
        command.addAll(arguments);
        Process cli = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (cli.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + out);
        }
        return out;
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
