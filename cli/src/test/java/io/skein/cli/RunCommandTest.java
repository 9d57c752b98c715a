package io.skein.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
    /** Nobody listens there. */
    private static final String NOWHERE = "mqtt://127.0.0.1:1";

    private static final int NOTHING_MEASURED = 1;
    private static final int NOT_UNDERSTOOD = 2;

    @TempDir private Path directory;
    private final StringWriter output = new StringWriter();

    private int run(String... arguments) {
        return Printing.to(output)
                .execute(
                        Stream.concat(Stream.of("lab", "run"), Stream.of(arguments))
                                .toArray(String[]::new));
    }

    private String file(String text) throws Exception {
        return Files.writeString(directory.resolve("x.yaml"), text).toString();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'experiment: bench\npublishrs: 3' | x.yaml:2: unknown key 'publishrs'; did you mean 'publishers'?",
                "'experiment: devices\ntarget: mqtt://127.0.0.1:1\nclasses:\n  a:\n    devcies: 1' | x.yaml:5: unknown key 'devcies'; did you mean 'devices'?",
                "'experiment: capacity\np98: 1ms' | x.yaml:2: unknown key 'p98'; did you mean 'p99'?",
                "'experiment: bench\npublishers: many' | x.yaml:2: Invalid value for option '--publishers'",
                "'experiment: bench\nshared: maybe' | x.yaml:2: shared: 'maybe' is neither true nor false",
                "'experiment: bench\nrate: -3' | x.yaml: rate must not be negative",
                "'experiment: bench\nclasses:\n  a:\n    b: 1' | belong to an experiment of devices",
                "'rate: 3' | x.yaml: the key 'experiment' is missing",
                "'experiment: brunch' | x.yaml:1: experiment 'brunch' is none of bench, capacity, connections"
            })
    void whatIsWrongIsRefusedWithItsLine(String text, String message) throws Exception {
        String target = text.contains("target") ? "" : "\ntarget: " + NOWHERE;

        assertThat(run(file(text.contains("classes") ? text : text + target)))
                .as("%s", output)
                .isEqualTo(NOT_UNDERSTOOD);
        assertThat(output.toString()).contains(message);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "experiment: bench\nqos: 1\npayload: 64-128\npersistent: true\nshared: false",
                "experiment: capacity\np99: 5ms\nscale: clients\nrate: 0.5",
                "experiment: devices\nscale: 2\nclasses:\n  a:\n    devices: 1\n    every: 1s"
            })
    void theInstrumentIsRunWithTheKeysOfTheFile(String text) throws Exception {
        assertThat(run(file("target: " + NOWHERE + "\n" + text)))
                .as("%s", output)
                .isEqualTo(NOTHING_MEASURED);
    }

    @Test
    void optionsBehindTheFileStandAboveItsKeys() throws Exception {
        String file = file("experiment: bench\npublishers: 3\ntarget: " + NOWHERE);

        assertThat(run(file, "--publishers", "none")).isEqualTo(NOT_UNDERSTOOD);
        assertThat(output.toString()).contains("'--publishers'", "none");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"factory", "city", "vehicles", "greenhouse"})
    void whatIsShippedHasANameInsteadOfAFile(String name) {
        assertThat(run(name, "--target", NOWHERE)).as("%s", output).isEqualTo(NOTHING_MEASURED);
    }

    @Test
    void whatIsNeitherFileNorNameIsToldWithTheNames() {
        assertThat(run("orchard")).isEqualTo(NOT_UNDERSTOOD);
        assertThat(output.toString()).contains("orchard", "factory, city, vehicles, greenhouse");
    }
}
