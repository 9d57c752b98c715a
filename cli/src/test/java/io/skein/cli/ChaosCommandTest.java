package io.skein.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChaosCommandTest {
    private static final int NOT_UNDERSTOOD = 2;

    @TempDir private Path directory;
    private final StringWriter output = new StringWriter();

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("lab", "chaos"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--out", directory.resolve("run").toString()));
        return Printing.to(output).execute(all.toArray(String[]::new));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--target mosquitto --seed 1 --seeds 1..2 | either --seed or --seeds",
                "--target mosquitto --seeds 1-5 | '1-5' of --seeds 1-5 is no number",
                "--target mosquitto --seeds 5..1 | '5..1' is no range",
                "--target mosquitto --seeds 1..2 --faults fire | 'fire' is no fault",
                "--seeds 1..2 | either --architecture or --target is needed"
            })
    void whatIsWrongIsRefusedBeforeAnythingStarts(String arguments, String message) {
        assertThat(run(arguments.split(" "))).as("%s", output).isEqualTo(NOT_UNDERSTOOD);
        assertThat(output.toString()).contains(message);
        assertThat(directory.resolve("run")).doesNotExist();
    }
}
