package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skein.mqtt.Property;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Disconnect;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are moved to other nodes by commands; each test leaves the nodes without any. */
class BalanceIT {
    private static final JsonMapper JSON = new JsonMapper();

    private static UpCluster cluster;

    @BeforeAll
    static void start(@TempDir Path directory) {
        cluster = UpCluster.start(directory, 3);
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @Test
    void clientsOfOneNodeAreSpreadOverAllAndOnlyThoseThatAreTooMany() throws Exception {
        Map<String, TalkingClient> clients = connect("spread", 12);
        awaitConnections(12, 0, 0);

        run("node-1: 8 clients to move", "rebalance", "--rate", "50");

        assertThat(follow(clients)).isEqualTo(8);
        awaitConnections(4, 4, 4);
        leave(clients);
    }

    @Test
    void aDrainedNodeLosesItsClientsAndLetsNobodyInUntilThatIsOver() throws Exception {
        Map<String, TalkingClient> clients = connect("drain", 6);
        run("node-1 is drained: 6 clients were moved", "drain", "node-1", "--rate", "100");

        assertThat(follow(clients)).isEqualTo(6);
        awaitConnections(0, 3, 3);
        assertThat(status("/ready")).isEqualTo(404);
        try (TalkingClient newcomer = new TalkingClient(cluster.port(1))) {
            ConnAck answer = newcomer.connect("newcomer");
            assertThat(answer.reason()).isEqualTo(ReasonCode.USE_ANOTHER_SERVER);
            assertThat(answer.properties().string(Property.SERVER_REFERENCE))
                    .isIn("127.0.0.1:" + cluster.port(2), "127.0.0.1:" + cluster.port(3));
        }

        run("node-1 takes clients again", "drain", "node-1", "--stop");
        assertThat(status("/ready")).isEqualTo(200);
        try (TalkingClient newcomer = new TalkingClient(cluster.port(1))) {
            assertThat(newcomer.connect("newcomer").reason()).isEqualTo(ReasonCode.SUCCESS);
            newcomer.leave();
        }
        leave(clients);
    }

    @Test
    void theNearestNodesAreNamedWithWhatTheyHaveToDo() throws Exception {
        Map<String, TalkingClient> clients = connect("probe", 2);
        awaitConnections(2, 0, 0);
        List<String> lines = run("the best from here: node-", "nodes", "--probe");
        assertThat(lines.getFirst()).matches("NAME +MQTT +ADMIN +CONNECTIONS +CPU +CLIENTS +RTT");
        assertThat(lines.get(1))
                .matches(
                        "node-1 +127\\.0\\.0\\.1:\\d+ +http://\\S+ +2 +\\d+ % +welcome +[\\d.]+ ms");
        assertThat(lines).hasSize(5);
        leave(clients);
    }

    @Test
    void aNodeThatIsNotThereIsNotDrained() {
        try (Child drain = command("drain", "node-9")) {
            assertThat(drain.awaitExit()).isEqualTo(1);
            assertThat(drain.err())
                    .containsExactly(
                            "skein drain: there is no node 'node-9'; there are node-1, node-2,"
                                    + " node-3");
        }
    }

    private static Map<String, TalkingClient> connect(String prefix, int count) throws IOException {
        Map<String, TalkingClient> clients = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            TalkingClient client = new TalkingClient(cluster.port(1));
            clients.put(prefix + i, client);
            assertThat(client.connect(prefix + i).reason()).isEqualTo(ReasonCode.SUCCESS);
        }
        return clients;
    }

    /** Connects those that the first node has sent away where it has sent them. */
    private static int follow(Map<String, TalkingClient> clients) throws IOException {
        Set<String> gone = new TreeSet<>(clients.keySet());
        json(cluster.admin(1) + "/api/v1/clients")
                .path("clients")
                .forEach(client -> {
                    if (client.path("connected").asBoolean()) {
                        gone.remove(client.path("clientId").asText());
                    }
                });
        for (String id : gone) {
            Disconnect last = clients.get(id).receive(Disconnect.class);
            assertThat(last.reason()).isEqualTo(ReasonCode.USE_ANOTHER_SERVER);
            String to = last.properties().string(Property.SERVER_REFERENCE);
            assertThat(to).startsWith("127.0.0.1:");
            clients.get(id).close();
            int port = Integer.parseInt(to.substring(to.indexOf(':') + 1));
            TalkingClient there = new TalkingClient(port);
            clients.put(id, there);
            assertThat(there.connect(id).sessionPresent()).isTrue();
        }
        return gone.size();
    }

    private static void leave(Map<String, TalkingClient> clients) throws IOException {
        for (TalkingClient client : clients.values()) {
            client.leave();
            client.close();
        }
        awaitConnections(0, 0, 0);
    }

    private static void awaitConnections(Integer... connections) {
        await().atMost(Child.LIMIT)
                .untilAsserted(() -> {
                    List<Integer> seen = new ArrayList<>();
                    json(cluster.admin(2) + "/api/v1/nodes")
                            .path("nodes")
                            .forEach(node ->
                                    seen.add(node.path("load").path("connections").asInt()));
                    assertThat(seen).containsExactly(connections);
                });
    }

    private static JsonNode json(String url) throws IOException {
        try (InputStream body = URI.create(url).toURL().openStream()) {
            return JSON.readTree(body);
        }
    }

    private static int status(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(cluster.admin(1) + path).toURL().openConnection();
        return connection.getResponseCode();
    }

    /** A command that succeeds and says so. */
    private static List<String> run(String said, String... words) {
        try (Child command = command(words)) {
            assertThat(command.awaitExit()).as(command.toString()).isZero();
            assertThat(command.out()).anyMatch(line -> line.startsWith(said));
            return command.out();
        }
    }

    private static Child command(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of("--admin", cluster.admin(1)));
        return Child.skein(arguments.toArray(String[]::new));
    }
}
