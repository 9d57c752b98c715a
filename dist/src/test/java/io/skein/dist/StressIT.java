package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stress matrix as a process that is told to end on its way. */
class StressIT {
    private static final Pattern FIRST_RUN_DONE = Pattern.compile("^\\s*1/4 ");

    @TempDir private Path directory;

    /** How it is told. */
    enum End {
        /** SIGTERM to the laboratory alone. */
        TERMINATED(143) {
            @Override
            void tell(Child matrix) {
                matrix.terminate();
            }
        },
        /** What a terminal does: SIGINT to everything that was started in it, brokers too. */
        CTRL_C(130) {
            @Override
            void tell(Child matrix) {
                try (Child kill = Child.start(List.of("kill", "-INT", "--", "-" + matrix.pid()))) {
                    assertThat(kill.awaitExit()).as(kill.toString()).isZero();
                }
            }
        };

        private final int exitCode;

        End(int exitCode) {
            this.exitCode = exitCode;
        }

        abstract void tell(Child matrix);
    }

    /** In a process group of its own, as a shell has it; SIGINT may be ignored where this runs. */
    private Child stress() {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", "setsid"));
        command.add(Path.of(System.getProperty("skein.home"), "skein").toString());
        command.addAll(List.of("lab", "stress", "--target", "mosquitto"));
        command.addAll(List.of("--out", directory.toString()));
        command.addAll(List.of("--qos", "0,1", "--delays", "4", "--instances", "1"));
        command.addAll(List.of("--duration", "2s"));
        return Child.start(command);
    }

    private JsonNode result() throws IOException {
        return new JsonMapper().readTree(directory.resolve("result.json").toFile());
    }

    @ParameterizedTest
    @EnumSource
    void aMatrixThatIsInterruptedLeavesNoProcessAndAFolderToGoOnWith(End end) throws IOException {
        List<ProcessHandle> brokers;
        try (Child first = stress()) {
            first.awaitErr(FIRST_RUN_DONE);
            brokers = ProcessHandle.of(first.pid()).orElseThrow().descendants().toList();
            assertThat(brokers).as("what it started").isNotEmpty();

            end.tell(first);

            assertThat(first.awaitExit()).as(first.toString()).isEqualTo(end.exitCode);
            first.await(() -> brokers.stream().noneMatch(ProcessHandle::isAlive));
        }
        assertThat(result().path("partial").asBoolean()).isTrue();
        assertThat(result().path("runs").path(0).path("status").asText()).isEqualTo("complete");
        assertThat(directory.resolve("report.html")).isRegularFile();
        Path kept = directory.resolve("runs/p0-s0-d4-i1.json");
        String before = Files.readString(kept);

        try (Child second = stress()) {
            assertThat(second.awaitExit()).as(second.toString()).isZero();
        }
        assertThat(result().path("partial").asBoolean()).isFalse();
        assertThat(result().path("runs")).hasSize(4);
        assertThat(kept).hasContent(before);

        Path page = directory.resolve("comparison.html");
        try (Child report =
                Child.skein("lab", "report", directory.toString(), "--out", page.toString())) {
            assertThat(report.awaitExit()).as(report.toString()).isZero();
            assertThat(report.out()).anyMatch(line -> line.matches("runs +4 of 4"));
        }
        assertThat(page).isRegularFile();
    }
}
