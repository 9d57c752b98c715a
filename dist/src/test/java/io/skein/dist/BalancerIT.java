package io.skein.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes behind HAProxy, with the configuration that {@code skein balancer} writes for them. */
class BalancerIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");

    @TempDir private Path directory;

    private final Map<String, TalkingClient> clients = new TreeMap<>();

    @BeforeEach
    void needs_haproxy() {
        assumeTrue(Files.isExecutable(HAPROXY), "needs HAProxy: apt-get install haproxy");
    }

    @Test
    void clientsAreSpreadAndGoElsewhereWhenANodeDrainsOrFreezes() throws IOException {
        clientsAreSpreadAndGoElsewhere();
    }

    @Test
    void aroundRedisTooClientsAreSpreadAndGoElsewhereWhenANodeDrainsOrFreezes() throws IOException {
        try (RedisServer redis = new RedisServer()) {
            clientsAreSpreadAndGoElsewhere(redis.architecture());
        }
    }

    private void clientsAreSpreadAndGoElsewhere(String... architecture) throws IOException {
        Path socket = directory.resolve("haproxy.sock");
        int port = Ports.consecutive(1);
        try (UpCluster cluster = UpCluster.start(directory.resolve("cluster"), 3, architecture);
                Child haproxy = haproxy(port, cluster.admin(2), "--socket", socket.toString())) {
            connect(port, "a", "b", "c", "d", "e", "f");
            assertThat(connected(cluster, 1)).hasSize(2);
            assertThat(connected(cluster, 2)).hasSize(2);
            assertThat(connected(cluster, 3)).hasSize(2);

            command(socket, "set server skein/node-3 state drain");
            connect(port, "g", "h", "i", "j");
            assertThat(connected(cluster, 1)).hasSize(4);
            assertThat(connected(cluster, 2)).hasSize(4);
            assertThat(connected(cluster, 3)).hasSize(2);
            command(socket, "set server skein/node-3 state ready");

            List<String> onFirst = connected(cluster, 1);
            cluster.freeze(1);
            haproxy.awaitErr(Pattern.compile("skein/node-1 is DOWN"));
            for (String client : onFirst) {
                clients.get(client).awaitEnd();
            }
            cluster.awaitMembers(2, 2);
            for (String client : onFirst) {
                connect(port, client);
            }
            assertThat(connected(cluster, 2)).hasSize(5);
            assertThat(connected(cluster, 3)).hasSize(5);
            cluster.thaw(1);
        } finally {
            for (TalkingClient client : clients.values()) {
                client.close();
            }
        }
    }

    @Test
    void aNodeIsToldTheAddressesOfClients() throws IOException {
        int port = Ports.consecutive(3);
        String admin = "http://127.0.0.1:" + (port + 1);
        try (Child broker =
                Child.skein(
                        "broker",
                        "--data",
                        directory.resolve("data").toString(),
                        "--set",
                        "listeners.0.bind=127.0.0.1:" + port,
                        "--set",
                        "listeners.0.proxy-protocol=true",
                        "--set",
                        "listeners.0.trusted-proxies=127.0.0.1/32",
                        "--set",
                        "listeners.0.allow-anonymous=true",
                        "--admin-port",
                        Integer.toString(port + 1))) {
            broker.awaitOut("ready ");
            try (Child _ = haproxy(port + 2, admin, "--proxy-protocol");
                    var _ =
                            Mosquitto.sub(port + 2, "-A", "127.0.0.9", "-i", "far", "-t", "a")
                                    .subscribed()) {
                assertThat(sessions(admin))
                        .singleElement()
                        .satisfies(session ->
                                assertThat(session.path("address").asText())
                                        .startsWith("127.0.0.9:"));
            }
        }
    }

    /** HAProxy as it was told to be, when clients can connect to it. */
    private Child haproxy(int port, String admin, String... more) {
        Path file = directory.resolve("haproxy.cfg");
        List<String> arguments = new ArrayList<>(List.of("balancer", "--admin", admin));
        arguments.addAll(List.of("--bind", "127.0.0.1:" + port, "--connections", "1000"));
        arguments.addAll(List.of("--output", file.toString()));
        arguments.addAll(List.of(more));
        try (Child balancer = Child.skein(arguments.toArray(String[]::new))) {
            assertThat(balancer.awaitExit()).as(balancer.toString()).isZero();
            assertThat(balancer.err()).singleElement().asString().contains("this machine only");
        }
        Child haproxy =
                Child.start(List.of(HAPROXY.toString(), "-db", "-f", file.toString()), directory);
        haproxy.await(() -> !Ports.isFree(port) || !haproxy.isAlive());
        assertThat(haproxy.isAlive()).as(haproxy.toString()).isTrue();
        return haproxy;
    }

    private static void command(Path socket, String words) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((words + "\n").getBytes(UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(1_000);
            while (channel.read(answer) >= 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }
            assertThat(UTF_8.decode(answer.flip()).toString()).isBlank(); // it was taken
        }
    }

    private void connect(int port, String... ids) throws IOException {
        for (String id : ids) {
            TalkingClient client = new TalkingClient(port);
            boolean known = clients.put(id, client) != null;
            assertThat(client.connect(id).sessionPresent()).isEqualTo(known);
        }
    }

    private static List<String> connected(UpCluster cluster, int node) throws IOException {
        return sessions(cluster.admin(node)).stream()
                .filter(session -> session.path("connected").asBoolean())
                .map(session -> session.path("clientId").asText())
                .toList();
    }

    private static List<JsonNode> sessions(String admin) throws IOException {
        try (InputStream body = URI.create(admin + "/api/v1/clients").toURL().openStream()) {
            List<JsonNode> sessions = new ArrayList<>();
            JSON.readTree(body).path("clients").forEach(sessions::add);
            return sessions;
        }
    }
}
