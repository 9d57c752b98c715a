package io.skein.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skein.lab.bench.BenchCommand;
import io.skein.lab.bench.BenchOptions;
import io.skein.lab.capacity.CapacityCommand;
import io.skein.lab.capacity.CapacityOptions;
import io.skein.lab.capacity.Scale;
import io.skein.lab.client.TlsFiles;
import io.skein.lab.connections.ConnectionsCommand;
import io.skein.lab.connections.ConnectionsOptions;
import io.skein.lab.devices.DevicesCommand;
import io.skein.lab.devices.DevicesOptions;
import io.skein.lab.devices.Population;
import io.skein.lab.edge.EdgeCommand;
import io.skein.lab.edge.EdgeOptions;
import io.skein.lab.experiment.ExperimentFile;
import io.skein.lab.fault.Leftovers;
import io.skein.lab.fault.SmallDisk;
import io.skein.lab.fixture.Mosquitto;
import io.skein.lab.link.LinkMeans;
import io.skein.lab.link.LinkProfiles;
import io.skein.lab.stress.Matrix;
import io.skein.lab.stress.StressCommand;
import io.skein.lab.stress.StressOptions;
import io.skein.mqtt.QoS;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each instrument, when what it needs goes away: a line that says so, an exit code, and an end. */
@Timeout(120)
class MishapsTest {
    private static final String POPULATION =
            """
            classes:
              one: {devices: 5, every: 100ms}
              other: {devices: 5, every: 100ms, direction: command}
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream outStream = new PrintStream(out, true, UTF_8);
    private final PrintStream errStream = new PrintStream(err, true, UTF_8);

    @TempDir private Path directory;

    enum Instrument {
        BENCH,
        CAPACITY,
        CONNECTIONS,
        DEVICES,
        STRESS,
        EDGE
    }

    @BeforeEach
    void needsMosquitto() {
        assumeTrue(Mosquitto.isInstalled(), "mosquitto is not installed");
    }

    private BenchOptions.Builder options(String target, Path folder) {
        return BenchOptions.builder()
                .target(target)
                .warmup(Duration.ZERO)
                .drainQuiet(Duration.ofMillis(200))
                .rate(100)
                .out(folder);
    }

    private int run(Instrument instrument, String target, Path folder, Duration duration) {
        StopSignal stop = new StopSignal();
        return switch (instrument) {
            case BENCH ->
                    BenchCommand.run(
                            options(target, folder).duration(duration).build(),
                            stop,
                            outStream,
                            errStream,
                            false);
            case CAPACITY ->
                    CapacityCommand.run(
                            new CapacityOptions(
                                    options(target, folder)
                                            .duration(Duration.ofMillis(200))
                                            .build(),
                                    Scale.RATE,
                                    Duration.ofSeconds(10),
                                    100,
                                    1,
                                    duration.toSeconds() > 1 ? 1e9 : 100,
                                    1.05),
                            stop,
                            outStream,
                            errStream,
                            false);
            case CONNECTIONS ->
                    ConnectionsCommand.run(
                            new ConnectionsOptions(
                                    options(target, folder).build(),
                                    10,
                                    0,
                                    duration,
                                    60,
                                    List.of()),
                            stop,
                            outStream,
                            errStream);
            case DEVICES ->
                    DevicesCommand.run(
                            new DevicesOptions(
                                    options(target, folder).duration(duration).build(),
                                    Population.of(
                                            ExperimentFile.parse(
                                                    POPULATION, "x.yaml", Population.CLASSES),
                                            "x",
                                            (_, _) -> Optional.empty()),
                                    1),
                            stop,
                            outStream,
                            errStream);
            case STRESS ->
                    StressCommand.run(
                            new StressOptions(
                                    target,
                                    new Matrix(List.of(0, 1), List.of(1, 2), List.of(1)),
                                    duration,
                                    Duration.ofMillis(300),
                                    Duration.ofSeconds(5),
                                    folder,
                                    null,
                                    null,
                                    TlsFiles.NONE,
                                    true,
                                    false,
                                    "test"),
                            stop,
                            outStream,
                            errStream);
            case EDGE ->
                    EdgeCommand.run(
                            new EdgeOptions(
                                    target,
                                    target,
                                    LinkProfiles.parse("none"),
                                    List.of(LinkProfiles.parse("lan")),
                                    LinkMeans.PROXY,
                                    10,
                                    "readings",
                                    100,
                                    3,
                                    QoS.AT_LEAST_ONCE,
                                    duration,
                                    Duration.ZERO,
                                    Duration.ofMillis(500),
                                    Duration.ofSeconds(5),
                                    null,
                                    folder,
                                    1,
                                    "test"),
                            outStream,
                            errStream);
        };
    }

    private String said() {
        return out.toString(UTF_8) + err.toString(UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void aFullDiskIsNamedAndNothingHalfWrittenIsLeft(Instrument instrument) throws Exception {
        String missing = SmallDisk.missing();
        assumeTrue(missing == null, missing);
        Path folder = Files.createDirectory(directory.resolve("full"));
        try (Mosquitto broker = Mosquitto.start();
                Leftovers leftovers = Leftovers.open(directory.resolve("leftovers"), _ -> {});
                SmallDisk disk = SmallDisk.mount(folder, 1, leftovers)) {
            disk.fill();

            int code = run(instrument, broker.address().toString(), folder, Duration.ofMillis(200));

            assertThat(code).as(said()).isEqualTo(BenchCommand.FAILED);
            assertThat(err.toString(UTF_8)).contains("cannot write " + folder, "No space left");
            try (Stream<Path> files = Files.walk(folder)) {
                assertThat(files.map(Path::getFileName).map(Path::toString))
                        .noneMatch(name -> name.endsWith(".tmp") || name.equals("result.json"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BENCH, 3, lost: the broker closed the connection",
        "CAPACITY, 3, The target was lost",
        "CONNECTIONS, 3, 0 alive",
        "DEVICES, 3, connections were lost",
        "STRESS, 3, given up",
        "EDGE, 3, refused"
    })
    void aTargetThatDiesInTheMiddleIsToldAndWhatWasMeasuredIsKept(
            Instrument instrument, int code, String words) throws Exception {
        Path folder = directory.resolve("out");
        CompletableFuture<Integer> running;
        try (Mosquitto broker = Mosquitto.start()) {
            String target = broker.address().toString();
            Duration duration =
                    switch (instrument) {
                        case STRESS, EDGE -> Duration.ofSeconds(2);
                        default -> Duration.ofMinutes(10);
                    };
            running =
                    CompletableFuture.supplyAsync(() -> run(instrument, target, folder, duration));
            awaitBeginning(instrument, folder);
        }
        assertThat(running.get(90, TimeUnit.SECONDS)).as(said()).isEqualTo(code);
        assertThat(said()).contains(words);
        assertThat(folder.resolve("result.json")).exists();
        assertThat(folder.resolve("report.html")).exists();
    }

    /** Until there is something to keep. */
    private void awaitBeginning(Instrument instrument, Path folder) {
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        switch (instrument) {
                            case BENCH -> err.toString(UTF_8).contains("measuring");
                            case CAPACITY -> err.toString(UTF_8).contains("  1  ");
                            case CONNECTIONS -> err.toString(UTF_8).contains("10 connections");
                            case DEVICES -> err.toString(UTF_8).contains("other");
                            case STRESS -> isThere(folder.resolve("runs"));
                            case EDGE -> isThere(folder.resolve("scenarios"));
                        });
    }

    private static boolean isThere(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".json"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: [unclosed | line 1",
                "program: x | needs a name",
                "name: x | needs either a program or maven",
                "name: x\\nprogram: y\\ncolour: red | colour",
                "name: x\\nprogram: y\\nfiles: 7 | line 3"
            })
    void aTargetThatIsWrittenWrongIsOneLineNotATrace(String text, String words) throws Exception {
        Path file = directory.resolve("mine.yaml");
        Files.writeString(file, text.replace("\\n", "\n"));

        for (Instrument instrument : Instrument.values()) {
            err.reset();
            int code =
                    run(
                            instrument,
                            file.toString(),
                            directory.resolve("out-" + instrument),
                            Duration.ofMillis(200));

            assertThat(code).as(instrument.name() + said()).isEqualTo(BenchCommand.FAILED);
            assertThat(err.toString(UTF_8)).as(instrument.name()).contains(words);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTargetThatCannotBeReadIsNamedWithTheReason(Instrument instrument) throws Exception {
        Path binary = directory.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 1});
        Path folder = Files.createDirectory(directory.resolve("folder.yaml"));

        for (Path file : List.of(binary, folder, directory.resolve("none.yaml"))) {
            Path out = directory.resolve(instrument + "-" + file.getFileName());
            assertThat(run(instrument, file.toString(), out, Duration.ofMillis(200)))
                    .isEqualTo(BenchCommand.FAILED);
        }
        assertThat(err.toString(UTF_8))
                .contains("cannot read " + binary + ": it is no text in UTF-8")
                .contains("cannot read " + folder + ": Is a directory")
                .contains("none.yaml: there is no such file");
    }
}
