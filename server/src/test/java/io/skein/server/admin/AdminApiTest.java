package io.skein.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.skein.cluster.Refusal;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.server.DelegatingArchitecture;
import io.skein.server.RawClient;
import io.skein.server.TestNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminApiTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static TestNode node;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        node = TestNode.start(directory, "node.name=watched");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static HttpResponse<String> ask(String method, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(node.admin(path))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(String path) throws Exception {
        HttpResponse<String> response = ask("GET", path);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        return JSON.readTree(response.body());
    }

    @Test
    void aNodeThatServesIsHealthyAndReady() throws Exception {
        assertThat(json("/health").get("status").asText()).isEqualTo("up");
        assertThat(json("/ready").get("status").asText()).isEqualTo("ready");
    }

    @ParameterizedTest
    @CsvSource({"'', USE_ANOTHER_SERVER", "&permanent=true, SERVER_MOVED"})
    void aClientIsSentToAnotherServer(String permanent, Mqtt5DisconnectReasonCode reason)
            throws Exception {
        BlockingQueue<Throwable> causes = new LinkedBlockingQueue<>();
        Mqtt5BlockingClient client =
                MqttClient.builder()
                        .useMqttVersion5()
                        .identifier("moves/1 +ä")
                        .serverAddress(node.address())
                        .addDisconnectedListener(context -> causes.add(context.getCause()))
                        .buildBlocking();
        client.connect();
        long before = node.node().counters().clientsRedirected.sum();

        HttpResponse<String> response =
                ask(
                        "POST",
                        "/api/v1/redirect?client=moves%2F1+%2B%C3%A4"
                                + "&to=n2.example.com:1883+%5B::1%5D:1884"
                                + permanent);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(JSON.readTree(response.body()).path("to").asText())
                .isEqualTo("n2.example.com:1883 [::1]:1884");
        assertThat(causes.poll(20, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        Mqtt5DisconnectException.class,
                        e -> {
                            assertThat(e.getMqttMessage().getReasonCode()).isEqualTo(reason);
                            assertThat(e.getMqttMessage().getServerReference())
                                    .get()
                                    .hasToString("n2.example.com:1883 [::1]:1884");
                        });
        assertThat(node.node().counters().clientsRedirected.sum()).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, ?client=absent&to=n2, 404, client 'absent' is not connected to this node",
        "POST, '', 400, client is the id of a client",
        "POST, ?client=c, 400, to is one or more servers like broker.example.com:1883",
        "POST, ?client=c&to=mqtt://n2, 400, to is one or more servers like broker.example.com:1883",
        "POST, ?client=c&to=a%00b, 400, to is one or more servers like broker.example.com:1883",
        "POST, ?client=c&to=n2&permanent=yes, 400, permanent is true or false",
        "POST, ?client=c&client=d&to=n2, 400, there are two of client",
        "POST, ?client=c&to=n2&force=1, 400, 'parameters are client, to and permanent'",
        "GET, ?client=c&to=n2, 405, 'GET is not possible, only POST'",
    })
    void aRedirectionThatIsNotPossibleSaysWhy(String method, String query, int status, String why)
            throws Exception {
        HttpResponse<String> response = ask(method, "/api/v1/redirect" + query);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(response.body()).path("error").asText()).isEqualTo(why);
    }

    @Test
    void aPageOfTheWorldSendsNobodyAnywhere() throws Exception {
        HttpResponse<String> response =
                ask("POST", "/api/v1/redirect?client=c&to=evil", "Origin", "https://evil.example");

        assertThat(response.statusCode()).isEqualTo(403);
    }

    @Test
    void aNodeThatMayNotServeIsHealthyButNotReadyAndSaysWhy(@TempDir Path directory)
            throws Exception {
        try (TestNode refusing = TestNode.start(directory, "architecture=refusing")) {
            HttpResponse<String> ready =
                    HTTP.send(
                            HttpRequest.newBuilder(refusing.admin("/ready")).build(),
                            BodyHandlers.ofString());
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(JSON.readTree(ready.body()).get("reason").asText()).isEqualTo("no majority");
        }
    }

    @Test
    void showsTheClusterAndThisNode() throws Exception {
        JsonNode member = json("/api/v1/nodes").get("nodes").get(0);
        assertThat(member.get("name").asText()).isEqualTo("watched");
        assertThat(member.get("self").asBoolean()).isTrue();
        assertThat(member.get("mqttAddress").asText()).isEqualTo("127.0.0.1:" + node.port());

        JsonNode self = json("/api/v1/node");
        assertThat(self.get("architecture").asText()).isEqualTo("standalone");
        assertThat(self.get("promises").findValuesAsText("name"))
                .contains("ACKED_MEANS_QUEUED", "MINORITY_REFUSES");
        assertThat(self.get("listeners").get(0).get("address").asText())
                .isEqualTo("127.0.0.1:" + node.port());
        JsonNode state = self.get("state");
        assertThat(state.get("ready").asBoolean()).isTrue();
        assertThat(state.get("uptimeSeconds").asDouble()).isPositive();
        assertThat(state.get("process").get("heapUsedBytes").asLong()).isPositive();
    }

    @Test
    void countsWhatHappensAndItsRate() throws Exception {
        try (RawClient client = node.raw()) {
            client.connectAs("counted");
            client.send(RawClient.subscribePacket("counted", QoS.AT_MOST_ONCE));
            client.next(SubAck.class);
            for (int i = 0; i < 30; i++) {
                client.send(RawClient.publishPacket("counted", new byte[100], QoS.AT_MOST_ONCE));
                client.next(Publish.class);
            }

            await().untilAsserted(() -> {
                JsonNode state = json("/api/v1/node").get("state");
                assertThat(state.at("/values/messagesReceived").asLong())
                        .isGreaterThanOrEqualTo(30);
                assertThat(state.at("/ratesPerSecond/messagesSent").asDouble()).isPositive();
                assertThat(state.at("/values/connectionsOpen").asLong()).isPositive();
            });
        }
    }

    @Test
    void listsClientsUpToALimit() throws Exception {
        try (RawClient one = node.raw();
                RawClient two = node.raw()) {
            one.connectAs("listed-1");
            two.connectAs("listed-2");

            JsonNode all = json("/api/v1/clients").get("clients");

            assertThat(all.findValuesAsText("clientId")).contains("listed-1", "listed-2");
            JsonNode first =
                    Stream.of(all.get(0), all.get(1))
                            .filter(client -> client.get("clientId").asText().startsWith("listed"))
                            .findFirst()
                            .orElseThrow();
            assertThat(first.get("protocol").asText()).isEqualTo("5");
            assertThat(first.get("address").asText()).startsWith("127.0.0.1:");
            assertThat(json("/api/v1/clients?limit=1").get("clients")).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nothing, 404",
        "GET, /api/v1/nothing, 404",
        "GET, /../etc/passwd.css, 404",
        "GET, /api/v1/clients?limit=0, 400",
        "GET, /api/v1/clients?limit=many, 400",
        "GET, /api/v1/clients?page=2, 400",
        "POST, /api/v1/node, 405",
        "DELETE, /api/v1/clients, 405"
    })
    void whatIsAskedWronglyIsAnsweredInJson(String method, String path, int status)
            throws Exception {
        HttpResponse<String> response = ask(method, path);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(response.body()).get("error").asText()).isNotEmpty();
    }

    @Test
    void headAnswersWithoutABody() throws Exception {
        HttpResponse<String> response = ask("HEAD", "/ready");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void metricsAreInTheFormatOfPrometheus() throws Exception {
        HttpResponse<String> response = ask("GET", "/metrics");

        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain; version=0.0.4");
        Pattern sample = Pattern.compile("[a-z_]+(\\{[^}]*})? -?[0-9.E]+");
        List<String> lines = response.body().lines().toList();
        assertThat(lines)
                .contains(
                        "# TYPE skein_messages_received_total counter",
                        "# TYPE skein_connections_open gauge",
                        "skein_ready 1")
                .allSatisfy(line ->
                        assertThat(line.startsWith("# ") || sample.matcher(line).matches())
                                .as(line)
                                .isTrue());
    }

    @Test
    void eventsComeOnceASecond() throws Exception {
        HttpResponse<Stream<String>> response =
                HTTP.send(
                        HttpRequest.newBuilder(node.admin(AdminApi.EVENTS)).build(),
                        BodyHandlers.ofLines());

        try (Stream<String> lines = response.body()) {
            List<String> data = lines.filter(line -> line.startsWith("data: ")).limit(3).toList();
            double first = uptime(data.get(0));
            assertThat(uptime(data.get(2)) - first).isBetween(0.5, 4.0);
        }
    }

    private static double uptime(String line) throws IOException {
        return JSON.readTree(line.substring("data: ".length())).get("uptimeSeconds").asDouble();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:1", "http://127.0.0.1:8881", "http://[::1]:8881"})
    void pagesOfThisMachineMayReadAnswers(String origin) throws Exception {
        assertThat(ask("GET", "/health", "Origin", origin).headers().map())
                .containsEntry("access-control-allow-origin", List.of(origin));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.com", "null", "http://127.0.0.1.example.com"})
    void otherPagesMayNot(String origin) throws Exception {
        assertThat(ask("GET", "/health", "Origin", origin).headers().map())
                .doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void aNameOfTheWorldThatPointsHereIsRefused() throws Exception {
        int port = node.admin("/").getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    "GET /api/v1/clients HTTP/1.1\r\nHost: evil.example\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(in.readLine()).startsWith("HTTP/1.1 421");
        }
    }

    /** Found by name; serves nobody. */
    public static final class RefusingArchitecture extends DelegatingArchitecture {
        /** For {@link java.util.ServiceLoader}. */
        public RefusingArchitecture() {
            super("refusing", broker -> broker.serving(Refusal.unavailable("no majority")));
        }
    }
}
