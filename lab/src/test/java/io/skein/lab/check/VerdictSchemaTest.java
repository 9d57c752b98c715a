package io.skein.lab.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skein.lab.check.PlantedAnomalies.Planted;
import io.skein.lab.experiment.NearestKey;
import io.skein.lab.fixture.DocumentedFields;
import io.skein.lab.result.RunFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a judgement leaves in its folder, and what it prints. */
class VerdictSchemaTest {
    private static final NearestKey NONE = (_, _) -> Optional.empty();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory;

    private int check(Path folder, Promises promises) {
        return CheckCommand.run(
                folder,
                promises,
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }

    private static JsonNode verdict(Path folder) throws IOException {
        return new JsonMapper().readTree(folder.resolve(CheckCommand.VERDICT).toFile());
    }

    private Path folder(String name, Story story) throws IOException {
        Path folder = Files.createDirectory(directory.resolve(name));
        story.write(folder);
        return folder;
    }

    /** All that can go wrong, and a fault. */
    private static Story everythingWrong() {
        Story story = new Story();
        story.fault("kill").after(1).faultEnds();
        Actor device = story.actor("device").asks();
        story.after(3);
        device.isAccepted(false);
        Planted planted = PlantedAnomalies.all().getFirst();
        planted.story().accept(story);
        return story;
    }

    @Test
    void everyFieldOfAVerdictIsDocumentedAndNoOther() throws IOException {
        Path folder = folder("wrong", everythingWrong());
        assertThat(check(folder, CheckerTest.EVERYTHING)).isEqualTo(CheckCommand.VIOLATED);
        List<JsonNode> verdicts = List.of(verdict(folder));
        new DocumentedFields("verdict").assertDescribe(verdicts);
    }

    @Test
    void aViolationIsToldWithTheEventsThatShowIt() throws IOException {
        Path folder = folder("wrong", everythingWrong());
        check(folder, CheckerTest.EVERYTHING);
        String printed = out.toString(UTF_8);
        assertThat(printed)
                .contains("VIOLATED P2: once acknowledged, but lost to a persistent session")
                .contains("3:0 on t/1 (QoS 1) never came to reader, subscribed to t/#")
                .contains("\"event\":\"publish\",\"op\":")
                .contains("\"event\":\"published\",\"op\":")
                .contains("\"event\":\"subscribed\",\"op\":")
                .endsWith("report        " + folder.resolve(RunFolder.REPORT) + "\n");
        assertThat(verdict(folder).get("sentences").get(1).asText())
                .startsWith("The first violation, of P2 at ")
                .endsWith("s: 3:0 on t/1 (QoS 1) never came to reader, subscribed to t/#.");
    }

    @Test
    void thePageNeedsNoOtherFileAndShowsTheRun() throws IOException {
        Path folder = folder("wrong", everythingWrong());
        check(folder, CheckerTest.EVERYTHING);
        assertThat(folder.resolve(RunFolder.REPORT))
                .content()
                .contains("<svg", "class=\"band\"", "class=\"mark\"", "kill n1: done")
                .contains("Clients without service", "device: 3.0 s", "never came to reader")
                .doesNotContain("<script", "src=", "NaN");
    }

    @Test
    void aFileIsJudgedWithoutWritingAnything() throws IOException {
        Path folder = folder("wrong", everythingWrong());
        assertThat(check(folder.resolve("history.jsonl"), CheckerTest.EVERYTHING))
                .isEqualTo(CheckCommand.VIOLATED);
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aFolderWithoutARecordIsToldAndNothingIsWritten() throws IOException {
        assertThat(check(directory, CheckerTest.EVERYTHING)).isEqualTo(CheckCommand.FAILED);
        assertThat(err.toString(UTF_8)).contains("check: " + directory + " holds no history.jsonl");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void theCodeIsZeroWhereEveryDeclaredPromiseWasTestedAndHeld() throws IOException {
        Path folder = folder("fine", ModelBroker.run(new SplittableRandom(1), 600));
        assertThat(check(folder, CheckerTest.EVERYTHING))
                .as(out.toString(UTF_8))
                .isEqualTo(CheckCommand.HELD);

        Story story = new Story();
        Actor reader = story.reader("reader", "t/#");
        reader.gets(story.actor("writer").connects().publishes("t/1", 1));
        Path small = folder("small", story.drains().ends());
        Promises some = Promises.parse("P2: always\nP3: always\n", "x.yaml", NONE);
        assertThat(check(small, some)).isEqualTo(CheckCommand.HELD);
        assertThat(check(small, CheckerTest.EVERYTHING)).isEqualTo(CheckCommand.UNKNOWN);
        assertThat(out.toString(UTF_8)).contains("P9    unknown", "nothing in the record tests it");
    }
}
