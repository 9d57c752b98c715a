package io.skein.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skein.lab.StopSignal;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.MqttClient;
import io.skein.lab.fixture.Mosquitto;
import io.skein.lab.load.Counts;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.load.RoundResult;
import io.skein.mqtt.ProtocolVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The bench against an honest broker that others wrote. */
@Timeout(60)
class BenchTest {
    private static Mosquitto broker;

    @BeforeAll
    static void start() {
        broker = Mosquitto.start();
    }

    @AfterAll
    static void stop() throws IOException {
        broker.close();
    }

    static Stream<Arguments> versionsAndQualities() {
        return Stream.of("3.1", "3.1.1", "5")
                .flatMap(v -> Stream.of(0, 1, 2).map(q -> Arguments.of(v, q)));
    }

    @ParameterizedTest(name = "MQTT {0}, QoS {1}")
    @MethodSource("versionsAndQualities")
    void everyMessageIsAccountedFor(String version, int qos) throws Exception {
        BenchResult result =
                run(
                        options()
                                .publishers(3)
                                .subscribers(3)
                                .topics(3)
                                .qos(qos)
                                .protocol(version)
                                .duration(Duration.ofMillis(300)));

        Counts counts = result.round().counts();
        assertThat(counts.sent()).isPositive();
        assertThat(counts.acknowledged()).isEqualTo(qos == 0 ? 0 : counts.sent());
        assertClean(result);
        assertThat(result.isValid()).as("%s", result.invalidReasons()).isTrue();
        assertThat(result.isPartial()).isFalse();
    }

    @ParameterizedTest(name = "QoS {0}")
    @CsvSource({"0", "1", "2"})
    void ofAGroupOneGetsEachMessage(int qos) throws Exception {
        BenchResult result =
                run(
                        options()
                                .publishers(2)
                                .subscribers(6)
                                .topics(2)
                                .shared(true)
                                .protocol("5")
                                .qos(qos)
                                .duration(Duration.ofMillis(300)));

        Counts counts = result.round().counts();
        assertThat(counts.sent()).isPositive();
        assertThat(counts.expected()).isEqualTo(counts.sent());
        assertThat(counts.received()).isEqualTo(counts.sent());
        assertClean(result);
    }

    @ParameterizedTest(name = "MQTT {0}")
    @CsvSource({"3.1.1", "5"})
    void sessionsThatOutliveConnectionsAreEndedAfterwards(String version) throws Exception {
        BenchResult result =
                run(
                        options()
                                .publishers(2)
                                .subscribers(2)
                                .topics(2)
                                .persistent(true)
                                .protocol(version)
                                .qos(1)
                                .duration(Duration.ofMillis(300)));

        assertThat(result.round().counts().sent()).isPositive();
        assertClean(result);
        for (int subscriber = 0; subscriber < 2; subscriber++) {
            String clientId = "lab-" + result.runId() + "-s" + subscriber;
            assertThat(hasSession(clientId, version)).as(clientId).isFalse();
        }
    }

    @ParameterizedTest(name = "{0} publishers, {1} subscribers, {2} topics: {3} deliveries each")
    @CsvSource({"1, 10, 1, 10", "10, 1, 1, 1", "4, 8, 4, 2", "2, 0, 1, 0"})
    void expectedFollowsFromWhoSubscribesToWhat(
            int publishers, int subscribers, int topics, int deliveries) throws Exception {
        BenchResult result =
                run(
                        options()
                                .publishers(publishers)
                                .subscribers(subscribers)
                                .topics(topics)
                                .rate(2_000)
                                .duration(Duration.ofMillis(300)));

        Counts counts = result.round().counts();
        assertThat(counts.sent()).isEqualTo(600);
        assertThat(counts.expected()).isEqualTo(600L * deliveries);
        assertClean(result);
    }

    @ParameterizedTest
    @CsvSource({"1, 250", "7, 1_001", "10, 3"})
    void anOpenLoopSendsExactlyRateTimesDuration(int publishers, String rate) throws Exception {
        double perSecond = Double.parseDouble(rate.replace("_", ""));

        BenchResult result =
                run(
                        options()
                                .publishers(publishers)
                                .rate(perSecond)
                                .qos(1)
                                .duration(Duration.ofSeconds(1)));

        assertThat(result.round().counts().sent()).isEqualTo((long) perSecond);
        assertThat(result.round().sentPerSecond()).isBetween(perSecond * 0.5, perSecond * 1.001);
        assertThat(result.round().generator().lateness().count()).isEqualTo((long) perSecond);
        assertClean(result);
    }

    @Test
    void severalEventLoopsCountTheSame() throws Exception {
        BenchResult result =
                run(
                        options()
                                .publishers(5)
                                .subscribers(5)
                                .topics(2)
                                .threads(3)
                                .qos(1)
                                .duration(Duration.ofMillis(400)));

        assertThat(result.round().counts().received()).isPositive();
        assertClean(result);
    }

    @Test
    void warmUpAndLargePayloadsDoNotDisturbTheAccount() throws Exception {
        BenchResult result =
                run(
                        options()
                                .payloadBytes(70_000)
                                .window(4)
                                .warmup(Duration.ofMillis(200))
                                .duration(Duration.ofMillis(300)));

        assertClean(result);
        assertThat(result.round().counts().stale()).isZero();
    }

    @Test
    void severalTargetsShareTheMembers() throws Exception {
        // Two addresses of one broker: what crosses between targets arrives.
        BenchResult result =
                run(
                        BenchOptions.builder()
                                .target(
                                        "mqtt://127.0.0.1:%d,mqtt://localhost:%1$d"
                                                .formatted(broker.port()))
                                .publishers(2)
                                .subscribers(2)
                                .topics(2)
                                .warmup(Duration.ZERO)
                                .duration(Duration.ofMillis(200)));

        assertClean(result);
        assertThat(result.target().processes()).hasSize(1);
    }

    @Test
    void theTargetsCpuAndMemoryAreFoundThroughItsPort() throws Exception {
        BenchResult result = run(options().duration(Duration.ofSeconds(1)));

        assertThat(result.target()).isNotNull();
        assertThat(result.target().processes())
                .singleElement()
                .satisfies(process -> {
                    assertThat(process.pid()).isEqualTo(broker.pid());
                    assertThat(process.command()).isEqualTo("mosquitto");
                    assertThat(process.residentBytes()).isGreaterThan(1 << 20);
                });
        assertThat(result.target().cpuSeconds()).isPositive();
        assertThat(result.target().cpuMicrosPerMessage()).isBetween(0.1, 1000.0);
    }

    @Test
    void anIndependentSubscriberSeesAsManyMessages() throws Exception {
        Process watcher =
                new ProcessBuilder(
                                "stdbuf",
                                "-oL",
                                "mosquitto_sub",
                                "-W",
                                "30",
                                "-p",
                                "" + broker.port(),
                                "-t",
                                "skein-lab/+/run/#",
                                "-F",
                                "%l",
                                "-d")
                        .redirectErrorStream(true)
                        .start();
        try (var lines = watcher.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("Subscribed")) {
                line = lines.readLine();
            }

            BenchResult result =
                    run(options().rate(3_000).payloadBytes(77).duration(Duration.ofSeconds(1)));
            Process marker =
                    new ProcessBuilder(
                                    "mosquitto_pub",
                                    "-p",
                                    "" + broker.port(),
                                    "-t",
                                    "skein-lab/end/run/0",
                                    "-m",
                                    "end")
                            .start();
            assertThat(marker.waitFor(10, TimeUnit.SECONDS)).isTrue();

            long seen = 0;
            for (line = lines.readLine();
                    !"3".equals(line) && line != null;
                    line = lines.readLine()) {
                seen += line.equals("77") ? 1 : 0;
            }
            assertThat(seen).isEqualTo(3_000).isEqualTo(result.round().counts().received());
        } finally {
            watcher.destroyForcibly();
        }
    }

    @Test
    void aStopKeepsWhatWasMeasuredAndMarksItPartial(@TempDir Path directory) throws Exception {
        StopSignal stop = new StopSignal();
        BenchListener stopper =
                new BenchListener() {
                    @Override
                    public void onProgress(Phase phase, RoundProgress progress) {
                        stop.raise();
                    }
                };

        BenchResult result =
                Bench.run(options().duration(Duration.ofHours(1)).build(), stop, stopper);

        assertThat(result.round().outcome()).isEqualTo(RoundResult.Outcome.STOPPED);
        assertThat(result.isPartial()).isTrue();
        assertThat(result.isValid()).isFalse();
        assertThat(result.round().counts().received()).isPositive();
        assertThat(BenchCommand.exitCode(result)).isEqualTo(BenchCommand.INTERRUPTED);
    }

    @Test
    void theJsonHasTheCountsAtItsTop(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("result.json");
        BenchResult result =
                run(
                        options()
                                .qos(1)
                                .seed(99)
                                .commandLine("lab bench x")
                                .duration(Duration.ofMillis(200)));

        BenchReport.writeJson(result, file);

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        for (String name :
                List.of(
                        "sent",
                        "acknowledged",
                        "received",
                        "expected",
                        "lost",
                        "duplicated",
                        "out_of_order")) {
            assertThat(json.path(name).isIntegralNumber()).as(name).isTrue();
        }
        assertThat(json.path("sent").asLong()).isEqualTo(result.round().counts().sent());
        assertThat(json.path("valid").asBoolean()).isTrue();
        assertThat(json.path("invalid_reasons").isEmpty()).isTrue();
        assertThat(json.path("latency_micros").path("p99_99").asDouble()).isPositive();
        assertThat(json.path("rates").path("received_per_second").asDouble()).isPositive();
        assertThat(json.path("environment").path("seed").asLong()).isEqualTo(99);
        assertThat(json.path("environment").path("command_line").asText()).isEqualTo("lab bench x");
        assertThat(json.path("target").path("cpu_seconds").isNumber()).isTrue();
        assertThat(directory.toFile().list()).containsExactly("result.json");
    }

    static BenchOptions.Builder options() {
        return BenchOptions.builder()
                .target(broker.address())
                .warmup(Duration.ZERO)
                .protocol(ProtocolVersion.MQTT_3_1_1);
    }

    private static BenchResult run(BenchOptions.Builder options) throws Exception {
        return Bench.run(options.build(), new StopSignal(), BenchListener.NONE);
    }

    private static boolean hasSession(String clientId, String version) throws Exception {
        ConnectOptions options =
                ConnectOptions.builder()
                        .version(
                                version.equals("5")
                                        ? ProtocolVersion.MQTT_5
                                        : ProtocolVersion.MQTT_3_1_1)
                        .clientId(clientId)
                        .cleanStart(false)
                        .build();
        ClientListener nobody = new ClientListener() {};
        try (ClientLoops loops = ClientLoops.open(1)) {
            MqttClient client =
                    loops.connect(0, broker.address(), options, nobody).get(10, TimeUnit.SECONDS);
            return client.connAck().sessionPresent();
        }
    }

    private static void assertClean(BenchResult result) {
        Counts counts = result.round().counts();
        assertThat(counts.received()).isEqualTo(counts.expected());
        assertThat(counts.lost()).isZero();
        assertThat(counts.duplicated()).isZero();
        assertThat(counts.outOfOrder()).isZero();
        assertThat(counts.corrupted()).isZero();
        assertThat(result.round().latency().count()).isEqualTo(counts.received());
        assertThat(result.round().unclean()).isEmpty();
    }
}
