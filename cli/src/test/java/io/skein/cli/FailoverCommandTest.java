package io.skein.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailoverCommandTest {
    private static final int NOT_UNDERSTOOD = 2;

    @TempDir private Path directory;
    private final StringWriter output = new StringWriter();

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("lab", "failover"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--out", directory.resolve("run").toString()));
        return Printing.to(output).execute(all.toArray(String[]::new));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--fault kill | Missing required option: '--target=NAME'",
                "--target skein --fault fire | 'fire' is no fault",
                "--target skein --fault kill,freeze | 'kill,freeze' are several faults; --fault takes one",
                "--target skein --fault disk | disk takes no node away",
                "--target skein --repetitions 0 | repetitions are 1 to 10,000, not 0",
                "--target skein --hold 5 | '5' is not a duration",
                "--target skein --rate -1 | the rate is above 0"
            })
    void whatIsWrongIsRefusedBeforeAnythingStarts(String arguments, String message) {
        assertThat(run(arguments.split(" "))).as("%s", output).isEqualTo(NOT_UNDERSTOOD);
        assertThat(output.toString()).contains(message);
        assertThat(directory.resolve("run")).doesNotExist();
    }
}
