package io.skein.lab.devices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skein.lab.StopSignal;
import io.skein.lab.bench.BenchCommand;
import io.skein.lab.bench.BenchOptions;
import io.skein.lab.experiment.ExperimentFile;
import io.skein.lab.experiment.NearestKey;
import io.skein.lab.fixture.DocumentedFields;
import io.skein.lab.fixture.LyingBroker;
import io.skein.lab.fixture.Mosquitto;
import io.skein.lab.workload.Subscribing;
import io.skein.lab.workload.Workload;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Populations of devices: read strictly, scaled, and run all classes at once. */
@Timeout(120)
class DevicesTest {
    private static final NearestKey NOTHING_NEAR = (_, _) -> Optional.empty();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory;

    private static Population population(String text) {
        return Population.of(
                ExperimentFile.parse(text, "x.yaml", Population.CLASSES), "x", NOTHING_NEAR);
    }

    static Stream<String> shipped() {
        return Population.shipped().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shipped")
    void everyShippedPopulationScalesWithOneNumber(String name) {
        Population population = population(Population.text(name));
        long once = population.clients(1);

        assertThat(population.classes()).hasSizeGreaterThan(3);
        for (DeviceClass devices : population.classes()) {
            assertThat((double) devices.devicesAt(1_000)).isEqualTo(1_000 * devices.devices());
        }
        assertThat(population.clients(1_000)).isGreaterThan(900 * once);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shipped")
    void everyShippedPopulationLosesNothingAtMosquitto(String name) throws Exception {
        Path folder = directory.resolve(name);
        try (Mosquitto broker = Mosquitto.start()) {
            DevicesOptions options =
                    new DevicesOptions(
                            bench(broker).out(folder).build(),
                            population(Population.text(name)),
                            3);

            assertThat(run(options)).as(err.toString(UTF_8)).isEqualTo(BenchCommand.OK);
        }
        JsonNode result = new ObjectMapper().readTree(folder.resolve("result.json").toFile());
        assertThat(result.path("sent").asLong()).isPositive();
        assertThat(result.path("received").asLong()).isEqualTo(result.path("expected").asLong());
        assertThat(result.path("lost").asLong()).isZero();
        new DocumentedFields("devices")
                .assertDescribe(List.of(result), "invalid_reasons[]", "agents[]");
        for (JsonNode each : result.path("classes")) {
            assertThat(folder.resolve(each.path("file").asText())).exists();
        }
        assertThat(Files.readString(folder.resolve("report.html"))).contains("<svg", "Classes");
    }

    @Test
    void ofEachDirectionTheRightSideScales() {
        Population population =
                population(
                        """
                        classes:
                          up: {devices: 10, every: 2s, peers: 3}
                          group: {devices: 10, every: 2s, peers: 3, shared: true}
                          broadcast: {devices: 10, every: 2s, peers: 2, direction: broadcast}
                          command: {devices: 10, every: 2s, direction: command}
                        """);

        assertShape(population, 0, 100, 3, 1, Subscribing.WILDCARD, 50);
        assertShape(population, 1, 100, 3, 1, Subscribing.SHARED, 50);
        assertShape(population, 2, 2, 100, 2, Subscribing.EACH, 1);
        assertShape(population, 3, 100, 100, 100, Subscribing.EACH, 50);
    }

    private static void assertShape(
            Population population,
            int index,
            int publishers,
            int subscribers,
            int topics,
            Subscribing subscribing,
            double perSecond) {
        DeviceClass devices = population.classes().get(index);
        Workload workload = devices.workload(10);
        assertThat(workload.publishers()).as(devices.name()).isEqualTo(publishers);
        assertThat(workload.subscribers()).as(devices.name()).isEqualTo(subscribers);
        assertThat(workload.topics()).as(devices.name()).isEqualTo(topics);
        assertThat(workload.subscribing()).as(devices.name()).isEqualTo(subscribing);
        assertThat(devices.arrivals(10).messagesPerSecond()).isEqualTo(perSecond);
    }

    @Test
    void whatIsLostIsToldOfTheClassThatLostIt() throws Exception {
        Path folder = directory.resolve("lost");
        try (LyingBroker broker =
                new LyingBroker(
                        "warmup",
                        LyingBroker.everyNth(
                                5, (_, f) -> f.length > 300 ? List.of() : List.of(f)))) {
            Population population =
                    population(
                            """
                            classes:
                              small: {devices: 2, every: 20ms, arrivals: fixed, direction: command}
                              large: {devices: 2, every: 20ms, arrivals: fixed, direction: command, payload: 400}
                            """);
            BenchOptions bench =
                    BenchOptions.builder()
                            .target(broker.address())
                            .warmup(Duration.ZERO)
                            .duration(Duration.ofMillis(500))
                            .drainQuiet(Duration.ofMillis(300))
                            .out(folder)
                            .build();

            assertThat(run(new DevicesOptions(bench, population, 1))).isEqualTo(BenchCommand.OK);
        }
        JsonNode result = new ObjectMapper().readTree(folder.resolve("result.json").toFile());
        assertThat(result.path("classes").get(0).path("lost").asLong()).isZero();
        assertThat(result.path("classes").get(1).path("lost").asLong()).isEqualTo(10);
        assertThat(result.path("lost").asLong()).isEqualTo(10);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "devcies: 3 | x.yaml:3: unknown key 'devcies'",
                "devices: x | x.yaml:3: devices: 'x' is not a number",
                "every: soon | x.yaml:3: every: 'soon' is not a duration",
                "payload: 3 | x.yaml:3: payload: payload of 3 bytes",
                "direction: left | x.yaml:3: direction: 'left' is none of",
                "persistent: perhaps | x.yaml:3: persistent: 'perhaps' is neither",
                "qos: 3 | x.yaml:3: qos:",
                "devices: 0 | class 'a' needs devices"
            })
    void aWrongKeyIsRefusedWithItsLine(String line, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> population("classes:\n  a:\n    " + line))
                .withMessageStartingWith(message);
    }

    @Test
    void aClassThatCannotConnectEndsTheOthers() throws Exception {
        try (Mosquitto broker = Mosquitto.start("allow_anonymous false")) {
            DevicesOptions options =
                    new DevicesOptions(
                            bench(broker).build(), population(Population.text("factory")), 0.1);

            assertThat(run(options)).isEqualTo(BenchCommand.FAILED);
        }
        assertThat(err.toString(UTF_8)).contains("devices: class '", "refused");
    }

    private static BenchOptions.Builder bench(Mosquitto broker) {
        return BenchOptions.builder()
                .target(broker.address())
                .protocol("5")
                .warmup(Duration.ZERO)
                .duration(Duration.ofSeconds(1))
                .latenessLimit(Duration.ofSeconds(10));
    }

    private int run(DevicesOptions options) {
        return DevicesCommand.run(
                options,
                new StopSignal(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }
}
