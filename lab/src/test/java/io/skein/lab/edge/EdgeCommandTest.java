package io.skein.lab.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skein.lab.StopSignal;
import io.skein.lab.fixture.DocumentedFields;
import io.skein.lab.fixture.Mosquitto;
import io.skein.lab.link.LinkMeans;
import io.skein.lab.link.LinkProfiles;
import io.skein.mqtt.QoS;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory = Path.of("");

    @BeforeEach
    void needsMosquitto() {
        assumeTrue(Mosquitto.isInstalled(), "mosquitto is not installed");
    }

    private EdgeOptions options(String edge, String cloud, int qos, String... links) {
        return new EdgeOptions(
                edge,
                cloud,
                LinkProfiles.parse("lan"),
                List.of(links).stream().map(LinkProfiles::parse).toList(),
                LinkMeans.PROXY,
                30,
                "factory",
                300,
                3,
                QoS.of(qos),
                Duration.ofMillis(600),
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                null,
                directory.resolve("out"),
                1,
                "test mqtt://me:secret@host");
    }

    private int run(EdgeOptions options) {
        return EdgeCommand.run(
                options,
                new StopSignal(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    private JsonNode result() throws IOException {
        return new ObjectMapper().readTree(directory.resolve("out/result.json").toFile());
    }

    @ParameterizedTest
    @DisplayName("All three ways are measured to the message, and end at the markers")
    @ValueSource(ints = {0, 1, 2})
    void allWays(int qos) throws IOException {
        try (Mosquitto edge = Mosquitto.start();
                Mosquitto cloud = Mosquitto.start()) {
            EdgeOptions options =
                    options(
                            edge.address().toString(),
                            cloud.address().toString(),
                            qos,
                            "none:delay=20ms");
            assertThat(run(options)).as(said()).isEqualTo(EdgeCommand.OK);
        }
        JsonNode scenarios = result().get("scenarios");
        assertThat(scenarios).hasSize(3);
        for (JsonNode each : scenarios) {
            JsonNode messages = each.get("messages");
            assertThat(messages.get("sent").asLong()).isBetween(170L, 190L);
            assertThat(messages.get("received").asLong()).isEqualTo(messages.get("sent").asLong());
            assertThat(messages.get("lost").asLong()).isZero();
            assertThat(messages.get("ended_by_marker").asBoolean()).isTrue();
            assertThat(each.get("times").get("clock_error_micros").asDouble()).isZero();
            boolean atEdge = each.get("route").asText().equals("EDGE");
            // Never faster than the link.
            assertThat(each.get("times").get("latency").get("min").asDouble())
                    .isGreaterThan(atEdge ? 40 : 20_000);
            assertThat(each.get("wire").get("wide").get("up_bytes").asLong())
                    .isEqualTo(atEdge ? 0 : each.at("/wire/wide/up_bytes").asLong())
                    .matches(bytes -> atEdge || bytes > 180 * 20);
        }
        new DocumentedFields("edge-cloud")
                .assertDescribe(
                        List.of(result()), "scenarios[].notes[]", "scenarios[].invalid_reasons[]");
        assertThat(scenarios.get(2).get("messages").get("forwarded").asLong())
                .isEqualTo(scenarios.get(2).get("messages").get("sent").asLong() + 30);
        assertThat(scenarios.get(2).get("times").get("edge_latency").get("count").asLong())
                .isPositive();
        assertThat(Files.readString(directory.resolve("out/report.html")))
                .contains("Cost of a million readings", "via edge", "Loss is a stall")
                .doesNotContain("secret", "NaN");
        assertThat(result().toString()).doesNotContain("secret");
    }

    @Test
    @DisplayName("The same command measures nothing again, and draws by the costs that were edited")
    void editedCosts() throws IOException {
        Path scenario = directory.resolve("out/scenarios/edge-lan.json");
        EdgeOptions options;
        try (Mosquitto broker = Mosquitto.start()) {
            String url = broker.address().toString();
            options = options(url, url, 1, "none");
            assertThat(run(options)).as(said()).isEqualTo(EdgeCommand.OK);
        }
        FileTime written = Files.getLastModifiedTime(scenario);
        double before = result().at("/costs/edge_hardware").asDouble();
        Path costs = directory.resolve("out/costs.yaml");
        Files.writeString(
                costs,
                Files.readString(costs)
                        .replace("edge_hardware: 600", "edge_hardware: 123456")
                        .replace("currency: USD", "currency: EUR"));
        assertThat(run(options)).as(said()).isEqualTo(EdgeCommand.OK); // no broker is there
        assertThat(Files.getLastModifiedTime(scenario)).isEqualTo(written);
        assertThat(before).isEqualTo(600);
        assertThat(result().at("/costs/edge_hardware").asDouble()).isEqualTo(123_456);
        assertThat(Files.readString(directory.resolve("out/report.html"))).contains(" EUR");
    }

    @Test
    @DisplayName("A folder of another comparison is not mixed with this one")
    void otherFolder() throws IOException {
        try (Mosquitto broker = Mosquitto.start()) {
            String url = broker.address().toString();
            assertThat(run(options(url, url, 0, "none"))).isEqualTo(EdgeCommand.OK);
            assertThat(run(options(url, url, 1, "none"))).isEqualTo(EdgeCommand.FAILED);
        }
        assertThat(said()).contains("holds a comparison of other brokers, devices or durations");
    }

    @Test
    @DisplayName("A cloud that is not there fails its scenarios; what was measured is kept")
    void noCloud() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        try (Mosquitto edge = Mosquitto.start()) {
            EdgeOptions options =
                    options(edge.address().toString(), "mqtt://127.0.0.1:" + closed, 1, "none");
            assertThat(run(options)).as(said()).isEqualTo(EdgeCommand.INCOMPLETE);
        }
        assertThat(result().get("partial").asBoolean()).isTrue();
        assertThat(result().at("/scenarios/0/status").asText()).isEqualTo("complete");
        assertThat(result().at("/scenarios/1/status").asText()).isEqualTo("failed");
        assertThat(result().at("/scenarios/1/problem").asText()).contains("refused");
    }

    @Test
    @DisplayName("A stop before the first scenario leaves nothing half done")
    void stopped() throws IOException {
        StopSignal stop = new StopSignal();
        stop.raise();
        try (Mosquitto broker = Mosquitto.start()) {
            String url = broker.address().toString();
            int exit =
                    EdgeCommand.run(
                            options(url, url, 1, "none"),
                            stop,
                            new PrintStream(out, true, StandardCharsets.UTF_8),
                            new PrintStream(err, true, StandardCharsets.UTF_8));
            assertThat(exit).isEqualTo(EdgeCommand.INTERRUPTED);
        }
        assertThat(directory.resolve("out/scenarios")).isEmptyDirectory();
    }
}
