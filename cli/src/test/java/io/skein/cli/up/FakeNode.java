package io.skein.cli.up;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A process that looks like a node to what supervises it: it takes its admin port, says that it is
 * ready and that its members are the directories beside its own, and ends with its standard input.
 * A file {@code die} in its directory makes it say what stands there and end with the exit code in
 * its first line instead.
 */
final class FakeNode {
    private static final Pattern ADMIN = Pattern.compile("admin:\\s+bind: 127\\.0\\.0\\.1:(\\d+)");

    private FakeNode() {}

    static Launcher launcher() {
        return new Launcher(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FakeNode.class.getName()),
                List.of());
    }

    public static void main(String[] arguments) throws IOException {
        Path configuration = Path.of(arguments[arguments.length - 1]);
        Path directory = configuration.getParent();
        System.out.println("a fake node with " + String.join(" ", arguments));
        if (Files.exists(directory.resolve("die"))) {
            List<String> order = Files.readAllLines(directory.resolve("die"));
            order.stream().skip(1).forEach(System.out::println);
            System.exit(Integer.parseInt(order.getFirst()));
        }
        Matcher port = ADMIN.matcher(Files.readString(configuration));
        if (!port.find()) {
            throw new IllegalArgumentException("no admin port in " + configuration);
        }
        HttpServer server =
                HttpServer.create(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1))),
                        0);
        int ready = Files.exists(directory.resolve("unready")) ? 503 : 200;
        server.createContext("/ready", exchange -> answer(exchange, ready, "{}"));
        server.createContext(
                "/api/v1/nodes", exchange -> answer(exchange, 200, members(directory.getParent())));
        server.start();
        while (System.in.read() >= 0) {
            // only the end of it matters
        }
        System.exit(0);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String members(Path root) throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return "{\"nodes\":["
                    + String.join(
                            ",",
                            files.filter(Files::isDirectory)
                                    .map(path -> "{\"name\":\"" + path.getFileName() + "\"}")
                                    .toList())
                    + "]}";
        }
    }
}
