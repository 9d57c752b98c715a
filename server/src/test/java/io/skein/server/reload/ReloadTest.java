package io.skein.server.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skein.mqtt.Property;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.server.Node;
import io.skein.server.RawClient;
import io.skein.server.admin.NodeView.ListenerView;
import io.skein.server.config.ConfigurationException;
import io.skein.server.config.ConfigurationException.Problem;
import io.skein.server.config.ConfigurationLoader;
import io.skein.server.config.HostPort;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose file changes while it runs. */
class ReloadTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path directory;
    private Path file;
    private Node node;

    @BeforeEach
    void start() throws Exception {
        file = directory.resolve("skein.yaml");
        write(
                """
                listeners:
                  - {name: first, bind: "127.0.0.1:0"}
                """);
        ConfigurationLoader loader =
                new ConfigurationLoader(
                        Map.of(),
                        List.of(
                                "node.name=test",
                                "durability=none",
                                "threads=2",
                                "data=" + directory.resolve("data"),
                                "admin.bind=127.0.0.1:0"));
        node = Node.start(loader.load(file), () -> loader.load(file));
        node.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void write(String yaml) throws Exception {
        Files.writeString(file, yaml);
    }

    private InetSocketAddress address(String listener) {
        return node.listeners().stream()
                .filter(view -> view.name().equals(listener))
                .map(view -> HostPort.parse(view.address()).toSocketAddress())
                .findFirst()
                .orElseThrow();
    }

    private HttpResponse<String> ask(String method, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(node.self().adminAddress() + "/api/v1/reload"))
                        .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aFileThatSaysTheSameChangesNothing() {
        assertThat(node.reload()).isEqualTo(new ReloadReport(List.of(), List.of(), List.of()));
    }

    @Test
    void whatNeedsARestartIsSaidUntilItIsSaidNoMore() throws Exception {
        String listener = Files.readString(file);
        write(listener + "limits: {backlog: 7}\n");

        for (int time = 0; time < 2; time++) {
            ReloadReport report = node.reload();
            assertThat(report.changed()).isEmpty();
            assertThat(report.needRestart())
                    .containsExactly("limits.backlog is 7, was 4096 (%s:3)".formatted(file));
        }
        write(listener);
        assertThat(node.reload().needRestart()).isEmpty();
    }

    @Test
    void limitsHoldForClientsThatConnectAfterwards() throws Exception {
        write(Files.readString(file) + "limits: {receive-maximum: 9, packet-bytes-maximum: 999}\n");
        try (RawClient before = RawClient.connect(address("first"))) {
            assertThat(before.connectAs("before").properties().number(Property.RECEIVE_MAXIMUM, 0))
                    .isEqualTo(1_024);

            ReloadReport report = node.reload();

            assertThat(report.changed())
                    .containsExactly(
                            "limits.receive-maximum is 9, was 1024 (%s:3)".formatted(file));
            assertThat(report.needRestart()).singleElement().asString().contains("packet-bytes");
        }
        try (RawClient after = RawClient.connect(address("first"))) {
            var properties = after.connectAs("after").properties();
            assertThat(properties.number(Property.RECEIVE_MAXIMUM, 0)).isEqualTo(9);
            assertThat(properties.number(Property.MAXIMUM_PACKET_SIZE, 0))
                    .as("needs a restart")
                    .isNotEqualTo(999);
        }
    }

    @Test
    void theNumberOfConnectionsIsBoundedAnew() throws Exception {
        write(Files.readString(file) + "limits: {connections-maximum: 1}\n");
        try (RawClient one = RawClient.connect(address("first"))) {
            one.connectAs("one");
            node.reload();
            try (RawClient two = RawClient.connect(address("first"))) {
                two.awaitClosed();
            }
        }
    }

    @Test
    void listenersAreOpenedAndClosedAndThoseWhoAreConnectedStay() throws Exception {
        InetSocketAddress first = address("first");
        try (RawClient old = RawClient.connect(first)) {
            old.connectAs("old");
            write("listeners: [{name: second, bind: '127.0.0.1:0'}]\n");

            ReloadReport report = node.reload();

            assertThat(report.changed())
                    .contains(
                            "listener 'first' 127.0.0.1:%d closed".formatted(first.getPort()),
                            "listener 'second' 127.0.0.1:%d opened"
                                    .formatted(address("second").getPort()));
            assertThat(node.listeners()).extracting(ListenerView::name).containsExactly("second");
            assertThatThrownBy(() -> RawClient.connect(first)).isInstanceOf(ConnectException.class);
            try (RawClient fresh = RawClient.connect(address("second"))) {
                fresh.connectAs("fresh");
            }
            old.send(PingReq.INSTANCE).next(PingResp.class);
        }
    }

    @Test
    void aListenerWithOtherRulesKeepsItsPort() throws Exception {
        int port = address("first").getPort();
        write("listeners: [{name: first, bind: '127.0.0.1:%d'}]\n".formatted(port));
        assertThat(node.reload().isTaken()).isTrue();
        write(
                "listeners: [{name: renamed, bind: '0.0.0.0:%d', allow-anonymous: true}]\n"
                        .formatted(port));

        assertThat(node.reload().changed())
                .contains(
                        "listener 'first' 127.0.0.1:%d closed".formatted(port),
                        "listener 'renamed' 0.0.0.0:%d opened".formatted(port));

        try (RawClient client =
                RawClient.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            client.connectAs("client");
        }
    }

    @Test
    void aFileThatIsWrongIsRefusedAsAWhole() throws Exception {
        List<ListenerView> before = node.listeners();
        write("listeners: [{name: other, bind: '127.0.0.1:0'}]\nlimits: {backlogs: 1}\n");

        ReloadReport report = node.reload();

        assertThat(report.problems())
                .extracting(Problem::toString)
                .containsExactly(
                        file + ":2: unknown key 'limits.backlogs'; did you mean 'limits.backlog'?");
        assertThat(node.listeners()).isEqualTo(before);
    }

    @Test
    void aPortThatIsTakenRefusesTheWhole() throws Exception {
        List<ListenerView> before = node.listeners();
        int free;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = probe.getLocalPort();
        }
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            write(
                    "listeners: [{bind: '127.0.0.1:%d'}, {bind: '127.0.0.1:%d'}]\nlimits: {receive-maximum: 3}\n"
                            .formatted(free, other.getLocalPort()));

            ReloadReport report = node.reload();

            assertThat(report.problems())
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1:" + other.getLocalPort(), "in use");
            assertThat(report.changed()).isEmpty();
            assertThat(node.listeners()).isEqualTo(before);
            // What was taken for the refused configuration was given back.
            new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close();
        }
    }

    @Test
    void aPartThatRefusesStopsAllOthers() throws Exception {
        List<String> events = new ArrayList<>();
        node.addReloadable(_ ->
                new Reloadable.Change() {
                    @Override
                    public List<String> apply() {
                        events.add("applied");
                        return List.of();
                    }

                    @Override
                    public void discard() {
                        events.add("discarded");
                    }
                });
        Problem problem = new Problem("users.txt:3", "not a line");
        node.addReloadable(_ -> {
            throw new ConfigurationException(List.of(problem));
        });
        write("listeners: [{name: other, bind: '127.0.0.1:0'}]\n");

        assertThat(node.reload().problems()).containsExactly(problem);
        assertThat(events).containsExactly("discarded");
        assertThat(node.listeners()).extracting(ListenerView::name).containsExactly("first");
    }

    @Test
    void theApiReloadsAndTellsWhatCameOfIt() throws Exception {
        write(Files.readString(file) + "limits: {inflight-maximum: 5}\n");
        HttpResponse<String> taken = ask("POST");
        write("architecture: NO\n");
        HttpResponse<String> refused = ask("POST");

        assertThat(taken.statusCode()).isEqualTo(200);
        JsonNode report = JSON.readTree(taken.body());
        assertThat(report.path("taken").asBoolean()).isTrue();
        assertThat(report.path("changed").get(0).asText())
                .startsWith("limits.inflight-maximum is 5, was 1024");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(JSON.readTree(refused.body()).path("problems").get(0).path("where").asText())
                .isEqualTo(file + ":1");
    }

    @Test
    void theApiReloadsForThisMachineAndItsPagesAlone() throws Exception {
        assertThat(ask("GET").statusCode()).isEqualTo(405);
        assertThat(ask("GET").headers().firstValue("Allow")).contains("POST");
        assertThat(ask("POST", "Origin", "https://elsewhere.example").statusCode()).isEqualTo(403);
        assertThat(ask("POST", "Origin", node.self().adminAddress()).statusCode()).isEqualTo(200);
    }

    @Test
    void aNodeThatStopsReloadsNoMore() throws Exception {
        node.close();
        await().until(() -> node.closed().toCompletableFuture().isDone());

        assertThat(node.reload().isTaken()).isFalse();
    }
}
