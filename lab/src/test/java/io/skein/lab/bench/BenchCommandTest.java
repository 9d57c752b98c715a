package io.skein.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.fixture.LyingBroker;
import io.skein.lab.fixture.Mosquitto;
import io.skein.lab.load.RoundProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong is told in one line and in the exit code. */
@Timeout(60)
class BenchCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory;

    @Test
    void aTableIsPrintedAndTheFileWritten() throws Exception {
        try (Mosquitto broker = Mosquitto.start()) {
            Path json = directory.resolve("r.json");

            assertThat(run(options(broker.address()).json(json))).isZero();

            assertThat(out.toString(UTF_8))
                    .contains("sent", "received", "lost 0", "latency", "target CPU", "valid");
            assertThat(new ObjectMapper().readTree(json.toFile()).path("partial").asBoolean(true))
                    .isFalse();
        }
    }

    @Test
    void anUnreachableTargetIsNamed() throws Exception {
        BrokerAddress nowhere = new BrokerAddress("127.0.0.1", Mosquitto.freePort());

        assertThat(run(options(nowhere))).isEqualTo(BenchCommand.FAILED);

        assertThat(err.toString(UTF_8))
                .isEqualTo("bench: cannot reach %s: Connection refused\n".formatted(nowhere));
        assertThat(out.size()).isZero();
    }

    @Test
    void refusedCredentialsAreToldWithTheReasonCode() throws Exception {
        try (Mosquitto broker = Mosquitto.start("allow_anonymous false")) {
            assertThat(run(options(broker.address()).credentials("me", "wrong")))
                    .isEqualTo(BenchCommand.FAILED);

            assertThat(err.toString(UTF_8)).contains("refused", "not authorized", "0x87");
        }
    }

    @Test
    void aRefusedSubscriptionIsTold() throws Exception {
        try (LyingBroker broker = new LyingBroker("", (_, f) -> List.of(f))) {
            broker.answeringSubscribe(0x80);

            assertThat(run(options(broker.address()).qos(1))).isEqualTo(BenchCommand.FAILED);

            assertThat(err.toString(UTF_8)).contains("subscription of lab-", "QoS 1", "(0x80)");
        }
    }

    @Test
    void anUnwritableFileIsRefusedBeforeTheRun() throws Exception {
        try (LyingBroker broker = new LyingBroker("", (_, f) -> List.of(f))) {
            Path json = directory.resolve("missing/r.json");

            assertThat(run(options(broker.address()).json(json))).isEqualTo(BenchCommand.FAILED);

            assertThat(err.toString(UTF_8)).contains("cannot write", json.toString());
            assertThat(broker.published()).isZero();
        }
    }

    @Test
    void aDirectoryIsNoFileToWrite() throws Exception {
        assertThat(run(options(new BrokerAddress("127.0.0.1", 1)).json(directory)))
                .isEqualTo(BenchCommand.FAILED);
        assertThat(err.toString(UTF_8)).contains("it is a directory");
    }

    @Test
    void aTargetThatDiesOnTheWayLeavesAPartialResult() throws Exception {
        AtomicReference<LyingBroker> dying = new AtomicReference<>();
        try (LyingBroker broker =
                new LyingBroker(
                        "warmup",
                        (number, frame) -> {
                            if (number == 500) {
                                dying.get().dropConnections();
                            }
                            return List.of(frame);
                        })) {
            dying.set(broker);
            Path json = directory.resolve("r.json");

            int code =
                    run(
                            options(broker.address())
                                    .rate(2_000)
                                    .duration(Duration.ofMinutes(10))
                                    .json(json));

            assertThat(code).isEqualTo(BenchCommand.TARGET_LOST);
            JsonNode result = new ObjectMapper().readTree(json.toFile());
            assertThat(result.path("outcome").asText()).isEqualTo("target_lost");
            assertThat(result.path("partial").asBoolean()).isTrue();
            assertThat(result.path("valid").asBoolean()).isFalse();
            assertThat(result.path("connections_lost").size()).isEqualTo(2);
            assertThat(result.path("received").asLong()).isBetween(1L, 501L);
            assertThat(out.toString(UTF_8)).contains("partial", "2 connections were lost");
        }
    }

    @Test
    void aTargetThatIsKilledLeavesAPartialResult() throws Exception {
        try (Mosquitto broker = Mosquitto.start()) {
            Thread killer = Thread.ofVirtual().unstarted(broker::kill);
            BenchOptions options =
                    options(broker.address())
                            .publishers(5)
                            .subscribers(5)
                            .topics(5)
                            .qos(1)
                            .duration(Duration.ofMinutes(10))
                            .build();
            BenchListener listener =
                    new BenchListener() {
                        @Override
                        public void onProgress(Phase phase, RoundProgress progress) {
                            if (killer.getState() == Thread.State.NEW) {
                                killer.start();
                            }
                        }
                    };

            BenchResult result = Bench.run(options, new StopSignal(), listener);

            assertThat(BenchCommand.exitCode(result)).isEqualTo(BenchCommand.TARGET_LOST);
            assertThat(result.losses()).hasSize(10);
            assertThat(result.round().counts().received()).isPositive();
        }
    }

    @Test
    void whatIsOutOfBoundsIsToldBeforeAnythingIsConnected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BenchOptions.builder().target("host").payloadBytes(31).build())
                .withMessageContaining("32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BenchOptions.builder().build())
                .withMessageContaining("--target");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BenchOptions.builder().target("host").qos(3).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BenchOptions.builder().target("host").rate(-1).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BenchOptions.builder().target("host").window(0).build())
                .withMessageContaining("window");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BenchOptions.builder().target("host").publishers(0).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BenchOptions.builder().protocol("4"))
                .withMessageContaining("3.1.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse("10"))
                .withMessageContaining("10s");
    }

    @Test
    void passwordsAreNotKeptInTheRecord() {
        BenchOptions options =
                BenchOptions.builder()
                        .target("mqtt://me:s3cret@host")
                        .commandLine(
                                "lab bench --target mqtt://me:s3cret@host --password hidden --qos 1")
                        .build();

        assertThat(options.commandLine())
                .isEqualTo("lab bench --target mqtt://me:***@host --password *** --qos 1");
        assertThat(options.targets()).singleElement().hasToString("mqtt://host:1883");
        assertThat(options.password()).isEqualTo("s3cret");
    }

    @Test
    void durationsAreReadAndWritten() {
        assertThat(Durations.parse("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(Durations.parse("1.5m")).isEqualTo(Duration.ofSeconds(90));
        assertThat(Durations.parse("2h")).isEqualTo(Duration.ofHours(2));
        assertThat(Durations.format(Duration.ofSeconds(90))).isEqualTo("90s");
        assertThat(Durations.format(Duration.ofMillis(1500))).isEqualTo("1500ms");
        assertThat(Durations.format(Duration.ofMinutes(2))).isEqualTo("2m");
    }

    private static BenchOptions.Builder options(BrokerAddress target) {
        return BenchOptions.builder()
                .target(target)
                .warmup(Duration.ZERO)
                .duration(Duration.ofMillis(200));
    }

    private int run(BenchOptions.Builder options) {
        return BenchCommand.run(
                options.build(),
                new StopSignal(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                false);
    }
}
