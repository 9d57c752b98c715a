package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What {@code skein up} starts, as {@code nodes.json} describes it. Nodes are counted from 1. */
final class UpCluster implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final Child supervisor;
    private final Path directory;
    private final int basePort;
    private final int nodes;

    private UpCluster(Child supervisor, Path directory, int basePort, int nodes) {
        this.supervisor = supervisor;
        this.directory = directory;
        this.basePort = basePort;
        this.nodes = nodes;
    }

    /** Starts nodes on free ports; returns when they are ready. */
    static UpCluster start(Path directory, int nodes, String... more) {
        int base = Ports.consecutive(2 * nodes);
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("up", "--nodes", Integer.toString(nodes)));
        arguments.addAll(List.of("--base-port", Integer.toString(base)));
        arguments.addAll(List.of("--admin-port", Integer.toString(base + nodes)));
        arguments.addAll(List.of("--data", directory.toString()));
        arguments.addAll(List.of(more));
        Child supervisor = Child.skein(arguments.toArray(String[]::new)).ready();
        return new UpCluster(supervisor, directory, base, nodes);
    }

    Child supervisor() {
        return supervisor;
    }

    /** Where it was told to keep everything. */
    String directory() {
        return directory.toString();
    }

    /** The MQTT port of a node that came later, or of another. */
    int port(String name) {
        return portOf(named(name));
    }

    private static int portOf(JsonNode node) {
        String mqtt = node.path("mqtt").asText();
        return Integer.parseInt(mqtt.substring(mqtt.lastIndexOf(':') + 1));
    }

    /** The MQTT ports of the nodes that there are, in their order. */
    List<Integer> portsNow() {
        List<Integer> now = new ArrayList<>();
        file().path("nodes").forEach(node -> now.add(portOf(node)));
        return now;
    }

    /** What the file says of a node that came later, or of another; missing if it is not there. */
    JsonNode named(String name) {
        for (JsonNode node : file().path("nodes")) {
            if (node.path("name").asText().equals(name)) {
                return node;
            }
        }
        return MissingNode.getInstance();
    }

    /** The MQTT port of a node. */
    int port(int node) {
        return basePort + node - 1;
    }

    /** The MQTT address of a node as Paho writes it. */
    String tcp(int node) {
        return "tcp://127.0.0.1:" + port(node);
    }

    /** The admin address of a node. */
    String admin(int node) {
        return "http://127.0.0.1:" + (basePort + nodes + node - 1);
    }

    /** Every port that clients and admins use. */
    List<Integer> ports() {
        return IntStream.range(basePort, basePort + 2 * nodes).boxed().toList();
    }

    /** {@code nodes.json} as it is now. */
    JsonNode file() {
        try {
            return JSON.readTree(directory.resolve("nodes.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the file says of a node. */
    JsonNode node(int node) {
        return file().path("nodes").path(node - 1);
    }

    /** The process of a node that runs. */
    ProcessHandle process(int node) {
        return ProcessHandle.of(node(node).path("pid").asLong()).orElseThrow();
    }

    /** kill -9. */
    void kill(int node) {
        process(node).destroyForcibly();
    }

    /** Stops a node where it is; its connections stay. */
    void freeze(int node) {
        signal(node, "STOP");
    }

    /** Lets a frozen node go on. */
    void thaw(int node) {
        signal(node, "CONT");
    }

    private void signal(int node, String signal) {
        String pid = Long.toString(process(node).pid());
        try (Child kill = Child.start(List.of("kill", "-s", signal, pid))) {
            assertThat(kill.awaitExit()).as(kill.toString()).isZero();
        }
    }

    /** Starts a dead node with the words that the file has for it. */
    Child restart(int node) {
        List<String> command = new ArrayList<>();
        node(node).path("command").forEach(word -> command.add(word.asText()));
        return Child.start(command);
    }

    /** Waits until a node sees as many members. */
    void awaitMembers(int node, int count) {
        awaitMembers("node-" + node, admin(node), count);
    }

    /** The same of a node that came later, or of another. */
    void awaitMembers(String name, int count) {
        awaitMembers(name, named(name).path("admin").asText(), count);
    }

    private static void awaitMembers(String name, String admin, int count) {
        await("%s sees %d members".formatted(name, count))
                .atMost(Child.LIMIT)
                .until(() -> members(admin).filter(seen -> seen == count).isPresent());
    }

    private static Optional<Integer> members(String admin) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(admin + "/api/v1/nodes").toURL().openConnection();
        connection.setConnectTimeout(1_000);
        connection.setReadTimeout(2_000);
        try (var body = connection.getInputStream()) {
            return Optional.of(JSON.readTree(body).path("nodes").size());
        } catch (IOException e) {
            return Optional.empty(); // it does not answer yet
        }
    }

    /** SIGTERM to the supervisor; nothing may be left. */
    void stopCleanly() {
        List<ProcessHandle> children =
                ProcessHandle.of(supervisor.pid()).orElseThrow().children().toList();
        supervisor.terminate();
        assertThat(supervisor.awaitExit()).as(supervisor.toString()).isZero();
        assertThat(children).noneMatch(ProcessHandle::isAlive);
        assertThat(ports()).allMatch(Ports::isFree);
    }

    @Override
    public void close() {
        supervisor.close();
    }
}
