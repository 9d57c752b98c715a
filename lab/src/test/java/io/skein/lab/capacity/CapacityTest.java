package io.skein.lab.capacity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skein.lab.StopSignal;
import io.skein.lab.bench.BenchCommand;
import io.skein.lab.bench.BenchOptions;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.fixture.DocumentedFields;
import io.skein.lab.fixture.LyingBroker;
import io.skein.lab.fixture.Mosquitto;
import io.skein.lab.workload.Arrivals;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The search against brokers whose limit is known. */
@Timeout(120)
class CapacityTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory;

    /** Forwards the first hundred messages of a topic and loses the rest. */
    private static LyingBroker takingAHundred() {
        return new LyingBroker("warmup", (number, f) -> number < 100 ? List.of(f) : List.of());
    }

    @Test
    void theKneeIsWhereTheBrokerBeginsToLose() throws Exception {
        Path folder = directory.resolve("found");
        try (LyingBroker broker = takingAHundred()) {
            // Of a second half, 200 messages per second are 100 messages.
            assertThat(run(options(broker.address(), folder, 50, 100_000)))
                    .isEqualTo(BenchCommand.OK);
        }

        JsonNode result = new ObjectMapper().readTree(folder.resolve("result.json").toFile());
        assertThat(result.path("kind").asText()).isEqualTo("capacity");
        assertThat(result.path("knee").asDouble()).isBetween(180.0, 200.0);
        assertThat(result.path("limited_by").asText()).isEqualTo("target");
        assertThat(out.toString(UTF_8)).contains("The knee is at", "lost");
        assertThat(Files.readString(folder.resolve("report.html")))
                .contains("Latency against load", "<svg", "bound");
        assertThat(Files.readAllLines(folder.resolve("probes.csv")))
                .hasSize(result.path("probes").size() + 1);
        new DocumentedFields("capacity").assertDescribe(List.of(result), "agents[]");
        for (JsonNode probe : result.path("probes")) {
            assertThat(folder.resolve(probe.path("file").asText())).exists();
        }
    }

    @Test
    void upToTheMaximumAnHonestBrokerKeepsTheBound() throws Exception {
        Path folder = directory.resolve("maximum");
        try (Mosquitto broker = Mosquitto.start()) {
            assertThat(run(options(broker.address(), folder, 50, 100))).isEqualTo(BenchCommand.OK);
        }

        JsonNode result = new ObjectMapper().readTree(folder.resolve("result.json").toFile());
        assertThat(result.path("knee").asDouble()).isEqualTo(100);
        assertThat(result.path("limited_by").asText()).isEqualTo("maximum");
    }

    @Test
    void clientsGrowWithTheirTopicsAndTheirRate() {
        BenchOptions unit =
                BenchOptions.builder()
                        .target("mqtt://127.0.0.1")
                        .publishers(2)
                        .subscribers(3)
                        .topics(1)
                        .rate(5)
                        .build();
        CapacityOptions options =
                new CapacityOptions(unit, Scale.CLIENTS, Duration.ofSeconds(1), 10, 1, 100, 1.05);

        BenchOptions probe = options.probe(unit, 10);

        assertThat(probe.workload().publishers()).isEqualTo(20);
        assertThat(probe.workload().subscribers()).isEqualTo(30);
        assertThat(probe.workload().topics()).isEqualTo(10);
        assertThat(probe.arrivals()).isEqualTo(new Arrivals.Paced(50));
    }

    @Test
    void aLateGeneratorDoesNotBreakABoundThatIsKept() throws Exception {
        Path folder = directory.resolve("late");
        try (Mosquitto broker = Mosquitto.start()) {
            CapacityOptions options =
                    options(broker.address(), folder, Duration.ofNanos(1_000), 50, 100);
            assertThat(run(options)).isEqualTo(BenchCommand.OK);
        }

        JsonNode result = new ObjectMapper().readTree(folder.resolve("result.json").toFile());
        JsonNode probe = result.path("probes").path(0);
        Path bench = folder.resolve(probe.path("file").asText());
        assertThat(new ObjectMapper().readTree(bench.toFile()).path("valid").asBoolean()).isFalse();
        assertThat(probe.path("judgement").asText()).isEqualTo("kept");
        assertThat(result.path("limited_by").asText()).isEqualTo("maximum");
    }

    @Test
    void anUnreachableTargetIsNamed() throws Exception {
        BrokerAddress nowhere = new BrokerAddress("127.0.0.1", Mosquitto.freePort());

        assertThat(run(options(nowhere, null, 50, 100))).isEqualTo(BenchCommand.FAILED);
        assertThat(err.toString(UTF_8)).startsWith("capacity: cannot reach " + nowhere);
    }

    private static CapacityOptions options(
            BrokerAddress address, @Nullable Path folder, double from, double maximum) {
        return options(address, folder, Duration.ofSeconds(10), from, maximum);
    }

    private static CapacityOptions options(
            BrokerAddress address,
            @Nullable Path folder,
            Duration latenessLimit,
            double from,
            double maximum) {
        return new CapacityOptions(
                BenchOptions.builder()
                        .target(address)
                        .rate(1)
                        .out(folder)
                        .warmup(Duration.ZERO)
                        .duration(Duration.ofMillis(500))
                        .drainQuiet(Duration.ofMillis(200))
                        .latenessLimit(latenessLimit)
                        .build(),
                Scale.RATE,
                Duration.ofSeconds(10),
                from,
                1,
                maximum,
                1.05);
    }

    private int run(CapacityOptions options) {
        return CapacityCommand.run(
                options,
                new StopSignal(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                false);
    }
}
