package io.skein.lab.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.MqttClient;
import io.skein.lab.client.TlsFiles;
import io.skein.lab.fixture.Mosquitto;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StressTest {
    private static final StressConnection ANYONE = new StressConnection(null, null, null, "test-");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory = Path.of("");

    @BeforeEach
    void needsMosquitto() {
        assumeTrue(Mosquitto.isInstalled(), "mosquitto is not installed");
    }

    private int run(StressOptions options) {
        return StressCommand.run(
                options,
                new StopSignal(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private StressOptions options(BrokerAddress address, Matrix matrix, long millis, Who who) {
        return new StressOptions(
                address.toString(),
                matrix,
                Duration.ofMillis(millis),
                Duration.ofMillis(300),
                Duration.ofSeconds(10),
                directory.resolve("out"),
                null,
                null,
                TlsFiles.NONE,
                who == Who.HERE,
                who == Who.FOREIGN,
                "test");
    }

    private enum Who {
        HERE,
        ELSEWHERE,
        FOREIGN
    }

    private JsonNode result() throws IOException {
        return new ObjectMapper().readTree(directory.resolve("out/result.json").toFile());
    }

    @Test
    void everyRunOfAMatrixIsDoneAndAccountedFor() throws IOException {
        try (Mosquitto broker = Mosquitto.start()) {
            Matrix matrix = new Matrix(List.of(0, 2), List.of(0, 4), List.of(1, 2));
            assertThat(run(options(broker.address(), matrix, 100, Who.HERE)))
                    .as(err.toString(StandardCharsets.UTF_8))
                    .isZero();
        }
        JsonNode runs = result().get("runs");
        assertThat(runs).hasSize(16);
        for (JsonNode run : runs) {
            assertThat(run.get("status").asText()).isEqualTo("complete");
            assertThat(run.get("received").asLong()).isEqualTo(run.get("sent").asLong());
            assertThat(run.get("stale").asLong()).as("of another run").isZero();
            assertThat(run.get("publishers")).hasSize(run.get("instances").asInt());
            run.get("publishers")
                    .forEach(one -> assertThat(one.get("received").asLong()).isPositive());
        }
        assertThat(Files.readAllLines(directory.resolve("out/matrix.csv"))).hasSize(17);
        assertThat(directory.resolve("out/report.html"))
                .content()
                .contains("All 16 runs were done", "Nothing was lost", "<svg")
                .doesNotContain("<script", "http://localhost", "src=");
    }

    @Test
    void whatWasDoneIsNotDoneAgain() throws IOException {
        try (Mosquitto broker = Mosquitto.start()) {
            Matrix one = new Matrix(List.of(1), List.of(1), List.of(1));
            assertThat(run(options(broker.address(), one, 50, Who.HERE))).isZero();
            Path first = directory.resolve("out/runs/p1-s1-d1-i1.json");
            FileTime written = Files.getLastModifiedTime(first);
            Matrix two = new Matrix(List.of(1), List.of(1), List.of(1, 2));
            assertThat(run(options(broker.address(), two, 50, Who.HERE))).isZero();
            assertThat(Files.getLastModifiedTime(first)).isEqualTo(written);
            assertThat(result().get("runs")).hasSize(2);

            assertThat(run(options(broker.address(), two, 60, Who.HERE))).isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("runs of another experiment");
        }
    }

    @Test
    void aCompleteMatrixIsReportedWithoutItsTarget() throws IOException {
        Matrix matrix = new Matrix(List.of(0), List.of(4), List.of(1));
        StressOptions options;
        try (Mosquitto broker = Mosquitto.start()) {
            options = options(broker.address(), matrix, 50, Who.HERE);
            assertThat(run(options)).as(err.toString(StandardCharsets.UTF_8)).isZero();
        }
        JsonNode before = result();
        Files.delete(directory.resolve("out/report.html"));

        assertThat(run(options)).as(err.toString(StandardCharsets.UTF_8)).isZero();

        assertThat(directory.resolve("out/report.html"))
                .content()
                .contains("All 1 runs were done", "<svg");
        assertThat(result().get("runs")).isEqualTo(before.get("runs"));
        assertThat(result().get("target_description")).isEqualTo(before.get("target_description"));
    }

    @Test
    void whatIsDoneAgainLeavesATraceOfTheFirstAttempt() throws IOException {
        try (Mosquitto broker = Mosquitto.start()) {
            Matrix one = new Matrix(List.of(1), List.of(1), List.of(1));
            StressOptions options = options(broker.address(), one, 50, Who.HERE);
            StressFolder folder = StressFolder.open(options);
            folder.keep(
                    one.cells().getFirst(),
                    Tally.failed(one.cells().getFirst(), Instant.EPOCH, "the cat stood on it"),
                    one);
            assertThat(run(options)).as(err.toString(StandardCharsets.UTF_8)).isZero();
        }
        assertThat(result().get("runs")).hasSize(1);
        assertThat(result().get("runs").get(0).get("status").asText()).isEqualTo("complete");
        assertThat(result().get("attempts")).hasSize(1);
        assertThat(result().get("attempts").get(0).get("problem").asText())
                .isEqualTo("the cat stood on it");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "Done again after they had not ended as planned: 1 run",
                        "the cat stood on it");
        assertThat(directory.resolve("out/report.html"))
                .content()
                .contains("Earlier attempts", "failed, invalid: the cat stood on it");
    }

    @Test
    void aFullQueueIsWhatTheBrokerItselfCounts() throws IOException {
        try (Mosquitto broker =
                Mosquitto.start(
                        "allow_anonymous true", "max_queued_messages 1", "sys_interval 2")) {
            Matrix matrix = new Matrix(List.of(1), List.of(0), List.of(5));
            assertThat(run(options(broker.address(), matrix, 1_000, Who.HERE)))
                    .as(err.toString(StandardCharsets.UTF_8))
                    .isZero();
        }
        JsonNode run = result().get("runs").get(0);
        assertThat(run.get("lost").asLong()).as("lost").isPositive();
        assertThat(run.get("sys_change").get("$SYS/broker/publish/messages/dropped").asLong())
                .isEqualTo(run.get("lost").asLong());
        assertThat(run.get("bound_by").asText()).isEqualTo("queues");
    }

    @Test
    void severalTargetsAreMeasuredOneAfterTheOtherAndReportedSideBySide() throws IOException {
        try (Mosquitto one = Mosquitto.start();
                Mosquitto other = Mosquitto.start()) {
            Matrix matrix = new Matrix(List.of(0), List.of(4), List.of(1));
            StressOptions options = options(one.address(), matrix, 50, Who.HERE);
            int code =
                    StressSeries.run(
                            List.of(one.address().toString(), other.address().toString()),
                            options,
                            new StopSignal(),
                            new PrintStream(out, true, StandardCharsets.UTF_8),
                            new PrintStream(err, true, StandardCharsets.UTF_8));
            assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
            assertThat(directory.resolve("out/report.html"))
                    .content()
                    .contains("127.0.0.1:%d: Received [messages/s]".formatted(one.address().port()))
                    .contains(
                            "127.0.0.1:%d: Received [messages/s]"
                                    .formatted(other.address().port()));
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).containsPattern("runs +1 of 1 +1 of 1");
    }

    @Test
    void aTargetThatIsNotThereDoesNotKeepTheOthersFromTheirTurn() throws IOException {
        BrokerAddress gone;
        try (Mosquitto broker = Mosquitto.start()) {
            gone = broker.address();
        }
        try (Mosquitto broker = Mosquitto.start()) {
            Matrix matrix = new Matrix(List.of(0), List.of(4), List.of(1));
            int code =
                    StressSeries.run(
                            List.of(gone.toString(), broker.address().toString()),
                            options(gone, matrix, 50, Who.HERE),
                            new StopSignal(),
                            new PrintStream(out, true, StandardCharsets.UTF_8),
                            new PrintStream(err, true, StandardCharsets.UTF_8));
            assertThat(code).isEqualTo(StressCommand.TARGET_LOST);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).containsPattern("runs +0 of 1 +1 of 1");
    }

    @Test
    void foldersOfTargetsKeepTheirOrderAndNoPasswords() {
        assertThat(StressSeries.folder(2, "mqtt://me:secret@host:1883,mqtt://other"))
                .isEqualTo("2-mqtt-me-host-1883-mqtt-other");
    }

    @Test
    void aBrokerThatIsNotThereIsToldAndNotWaitedFor() throws IOException {
        BrokerAddress gone;
        try (Mosquitto broker = Mosquitto.start()) {
            gone = broker.address();
        }
        Matrix matrix = new Matrix(List.of(0), List.of(1), List.of(1));
        assertThat(run(options(gone, matrix, 50, Who.HERE))).isEqualTo(StressCommand.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("cannot reach " + gone);
        assertThat(result().get("partial").asBoolean()).isTrue();
    }

    @Test
    void theRolesMeetAtTheBrokerAlone() throws Exception {
        try (Mosquitto broker = Mosquitto.start();
                Publishers low = new Publishers(broker.address(), ANYONE, 1, 1, 50, _ -> {});
                Publishers high = new Publishers(broker.address(), ANYONE, 2, 3, 50, _ -> {})) {
            low.open().get(10, TimeUnit.SECONDS);
            high.open().get(10, TimeUnit.SECONDS);
            Matrix matrix = new Matrix(List.of(1), List.of(2), List.of(3));
            assertThat(run(options(broker.address(), matrix, 100, Who.ELSEWHERE))).isZero();
        }
        JsonNode run = result().get("runs").get(0);
        assertThat(run.get("sent").asLong() + run.get("unsent").asLong()).isEqualTo(150);
        assertThat(run.get("sent").asLong()).isPositive();
        assertThat(run.get("received").asLong()).isEqualTo(run.get("sent").asLong());
    }

    @Test
    void publishersServeAnAnalyserThatKnowsTheThreeRequestsOnly() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (Mosquitto broker = Mosquitto.start();
                ClientLoops loops = ClientLoops.open(1);
                Publishers publishers =
                        new Publishers(broker.address(), ANYONE, 1, 2, 60, _ -> {})) {
            publishers.open().get(10, TimeUnit.SECONDS);
            MqttClient analyser =
                    loops.connect(
                                    broker.address(),
                                    ConnectOptions.builder().build(),
                                    new ClientListener() {
                                        @Override
                                        public void onPublish(MqttClient client, Publish message) {
                                            heard.add(
                                                    message.topic()
                                                            + "="
                                                            + new String(
                                                                    message.payload(),
                                                                    StandardCharsets.UTF_8));
                                        }
                                    })
                            .get(10, TimeUnit.SECONDS);
            analyser.subscribe(TopicFilter.of("counter/#"), QoS.AT_LEAST_ONCE)
                    .get(10, TimeUnit.SECONDS);
            request(analyser, "request/instancecount", "1");
            request(analyser, "request/qos", "1");
            request(analyser, "request/delay", "20");
            for (int counter = 0; counter < 3; counter++) {
                assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("counter/1/1/20=" + counter);
            }
        }
        assertThat(heard).isEmpty();
    }

    private static void request(MqttClient analyser, String topic, String value) throws Exception {
        analyser.publish(
                        new Publish(
                                TopicName.of(topic),
                                value.getBytes(StandardCharsets.UTF_8),
                                QoS.AT_LEAST_ONCE,
                                false,
                                false,
                                0,
                                Properties.EMPTY))
                .get(10, TimeUnit.SECONDS);
    }

    @Test
    void publishersOfOthersAreMeasuredByTheirCounters() throws Exception {
        try (Mosquitto broker = Mosquitto.start();
                ClientLoops loops = ClientLoops.open(1)) {
            MqttClient other =
                    loops.connect(
                                    broker.address(),
                                    ConnectOptions.builder().build(),
                                    new ClientListener() {
                                        @Override
                                        public void onPublish(MqttClient client, Publish message) {
                                            for (int i = 0; i < 10; i++) {
                                                client.publish(counter(i == 4 ? 5 : i));
                                            }
                                        }
                                    })
                            .get(10, TimeUnit.SECONDS);
            other.subscribe(
                            List.of(
                                    new Subscription(
                                            TopicFilter.of("request/instancecount"),
                                            QoS.AT_LEAST_ONCE)),
                            Properties.EMPTY)
                    .get(10, TimeUnit.SECONDS);
            Matrix matrix = new Matrix(List.of(0), List.of(0), List.of(1));
            assertThat(run(options(broker.address(), matrix, 100, Who.FOREIGN))).isZero();
        }
        JsonNode run = result().get("runs").get(0);
        assertThat(run.get("sent_known").asBoolean()).isFalse();
        assertThat(run.get("sent").asLong()).isEqualTo(10);
        assertThat(run.get("received").asLong()).isEqualTo(9);
        assertThat(run.get("duplicated").asLong()).isEqualTo(1);
    }

    private static Publish counter(int value) {
        return new Publish(
                TopicName.of("counter/1/0/0"),
                Integer.toString(value).getBytes(StandardCharsets.UTF_8),
                QoS.AT_MOST_ONCE,
                false,
                false,
                0,
                Properties.EMPTY);
    }
}
