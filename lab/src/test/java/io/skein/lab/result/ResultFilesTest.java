package io.skein.lab.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFilesTest {
    @TempDir private Path directory = Path.of("");

    @Test
    void cellsAreQuotedWhereTheyHaveTo() {
        Csv csv = new Csv(List.of("a", "b"));
        csv.row("plain", "with, comma").row("a \"quote\"", "two\nlines");
        assertThat(csv)
                .hasToString("a,b\nplain,\"with, comma\"\n\"a \"\"quote\"\"\",\"two\nlines\"\n");
    }

    @Test
    void numbersHaveThreeDecimalsOrNoneAndUnknownOnesAreEmpty() {
        Csv csv = new Csv(List.of("a", "b", "c", "d"));
        csv.row(2.0, 1.23456, Double.NaN, 7L).row(-0.5, 1e16, Double.POSITIVE_INFINITY, true);
        assertThat(csv.toString().lines().skip(1))
                .containsExactly("2,1.235,,7", "-0.500,10000000000000000.000,,true");
    }

    @Test
    void aRowOfTheWrongLengthIsAMistake() {
        assertThatThrownBy(() -> new Csv(List.of("a", "b")).row("alone"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 cells in a table of 2 columns");
    }

    @Test
    void aFileIsReplacedAsAWholeAndLeavesNothingBeside() throws IOException {
        Path file = directory.resolve("f");
        WholeFile.write(file, "first");
        WholeFile.write(file, "second");
        assertThat(file).hasContent("second");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void whatCannotBeWrittenIsSaidBeforeTheRun() throws IOException {
        Path missing = directory.resolve("missing/f");
        assertThatThrownBy(() -> WholeFile.requireWritable(missing))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write " + missing + ": no directory");
        assertThatThrownBy(() -> WholeFile.requireWritable(directory))
                .hasMessageContaining("it is a directory");
        assertThatThrownBy(() -> WholeFile.write(missing, "x"))
                .hasMessageContaining("cannot write " + missing);
        WholeFile.requireWritable(directory.resolve("f"));
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).as("left by the attempt").isEmpty();
        }
    }

    @Test
    void aFolderIsMadeWithItsParentsAndHoldsOneRun() throws IOException {
        Path folder = directory.resolve("a/b");
        RunFolder.make(folder);
        RunFolder.make(folder);
        Files.writeString(folder.resolve(RunFolder.RESULT), "{}");
        assertThatThrownBy(() -> RunFolder.make(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds the result of another run");
        RunFolder.open(folder);
    }

    @Test
    void aFolderKeepsWhatItWasBegunWith() throws IOException {
        record Plan(String target, int qos) {}
        Plan plan = new Plan("mosquitto", 1);
        assertThat(RunFolder.begunWith(directory, plan, Plan.class)).isEqualTo(plan);
        assertThat(RunFolder.begunWith(directory, new Plan("skein", 2), Plan.class))
                .isEqualTo(plan);
        Files.writeString(directory.resolve("plan.json"), "{\"tea\": 1}");
        assertThatThrownBy(() -> RunFolder.begunWith(directory, plan, Plan.class))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("plan.json is not what this laboratory wrote");
    }

    @Test
    void aResultBeginsWithItsVersionAndItsKind() throws IOException {
        RunFolder.write(directory, "<html>", ResultJson.begin("bench"));
        assertThat(directory.resolve(RunFolder.RESULT))
                .content()
                .startsWith("{\n  \"schema_version\" : 1,\n  \"kind\" : \"bench\"")
                .endsWith("}\n");
        assertThat(directory.resolve(RunFolder.REPORT)).hasContent("<html>");
    }

    @Test
    void passwordsAreNotWrittenDown() {
        assertThat(Passwords.hidden("x --password secret --target mqtt://me:secret@host:1"))
                .isEqualTo("x --password *** --target mqtt://me:***@host:1");
        assertThat(Passwords.hidden("x --password=secret")).isEqualTo("x --password=***");
    }

    @Test
    void theEnvironmentIsThisMachineAndTheCommandOfTheRun() {
        var tree = EnvironmentJson.tree(Environment.here(), 7, "skein lab bench");
        assertThat(tree.get("cpus").asInt()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(tree.get("java").asText()).contains(Runtime.version().toString());
        assertThat(tree.get("seed").asLong()).isEqualTo(7);
        assertThat(tree.get("command_line").asText()).isEqualTo("skein lab bench");
    }
}
