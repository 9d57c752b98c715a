package io.skein.lab.stress;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skein.lab.client.TlsFiles;
import io.skein.lab.fixture.DocumentedFields;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StressSchemaTest {
    @TempDir private Path directory = Path.of("");

    private StressFolder folder(Matrix matrix) throws Exception {
        return StressFolder.open(options(matrix));
    }

    private StressOptions options(Matrix matrix) {
        return new StressOptions(
                "mqtt://me:secret@host",
                matrix,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                directory,
                null,
                null,
                TlsFiles.NONE,
                true,
                false,
                "test");
    }

    @Test
    void everyFieldOfAResultIsDocumentedAndNoOther() throws Exception {
        Matrix matrix = new Matrix(List.of(1), List.of(4), List.of(2));
        Cell cell = matrix.cells().getFirst();
        StressFolder folder = folder(matrix);
        folder.keep(cell, Tally.failed(cell, Instant.EPOCH, "nobody answered"), matrix);
        folder.keep(
                cell,
                Runs.with(node -> {
                    node.put("lateness_p99_micros", 5_000);
                    node.putArray("disconnects").add("publisher 1: gone");
                    node.putArray("publishers").addObject().put("instance", 1);
                    node.putObject("sys_last").put("$SYS/dropped", 1);
                    Runs.sys(node, Map.of("$SYS/dropped", 1.0));
                }),
                matrix);
        folder.finish(options(matrix), "mqtt://host", "a broker");

        JsonNode result = new JsonMapper().readTree(directory.resolve("result.json").toFile());
        new DocumentedFields("stress").assertDescribe(List.of(result));
    }

    @Test
    void aLateGeneratorIsMarkedInTheTableInTheResultAndOnThePage() throws Exception {
        Matrix matrix = new Matrix(List.of(1), List.of(4), List.of(2));
        StressFolder folder = folder(matrix);
        folder.keep(
                matrix.cells().getFirst(),
                Runs.with(node -> node.put("lateness_p99_micros", 5_000)),
                matrix);
        folder.finish(options(matrix), "mqtt://host", "a broker");

        List<String> table = Files.readAllLines(directory.resolve("matrix.csv"));
        List<String> headings = List.of(table.getFirst().split(","));
        List<String> row = List.of(table.get(1).split(","));
        String reason = "the publishers themselves were late by 5 ms";
        assertThat(row.get(headings.indexOf("valid"))).isEqualTo("false");
        assertThat(row.get(headings.indexOf("invalid_reasons"))).isEqualTo(reason);
        JsonNode result = new JsonMapper().readTree(directory.resolve("result.json").toFile());
        assertThat(result.get("runs").get(0).get("valid").asBoolean()).isFalse();
        assertThat(directory.resolve("report.html"))
                .content()
                .contains("complete, invalid: " + reason, "they are invalid", "500*");
    }

    @Test
    void thePasswordOfATargetIsNotKept() throws Exception {
        folder(Matrix.WHOLE);
        assertThat(directory.resolve("plan.json")).content().doesNotContain("secret");
    }
}
