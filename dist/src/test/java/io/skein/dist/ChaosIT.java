package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skein.lab.fault.NodeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short runs of {@code skein lab chaos}: what clients saw while nodes were killed under them. */
class ChaosIT {
    @TempDir private Path directory;

    @Test
    void oneNodeKeepsItsPromisesWhenItIsKilled() throws IOException {
        assertHeld(
                "ended with signal 9",
                "--architecture",
                "standalone",
                "--faults",
                "kill",
                "--duration",
                "10s");
    }

    @Test
    void oneNodeKeepsItsPromisesWhenItsClockJumps() throws IOException {
        String missing = NodeClock.missing();
        assumeTrue(missing == null, missing);
        assertHeld(
                "is off by 300 s",
                "--architecture",
                "standalone",
                "--faults",
                "clock",
                "--duration",
                "8s");
    }

    @Test
    void oneNodeKeepsItsPromisesWhenItIsKilledBehindASlowLink() throws IOException {
        assertHeld(
                "ended with signal 9",
                "--architecture",
                "standalone",
                "--faults",
                "kill,delay",
                "--overlap",
                "--duration",
                "10s");
    }

    /** Of what does not fall short where sessions move (docs/PROMISES.md). */
    @Test
    void theGridKeepsSessionsAndServesEverybodyWhenANodeIsKilled() throws IOException {
        Path promises = directory.resolve("promises.yaml");
        Files.writeString(
                promises,
                """
                P1: always
                P5: always
                P6: always
                P7: always
                P10: always
                """);
        assertHeld(
                "ended with signal 9",
                "--architecture",
                "grid",
                "--faults",
                "kill",
                "--duration",
                "8s",
                "--rate",
                "100",
                "--promises",
                promises.toString());
    }

    @Test
    void aFaultThatCannotBeMadeIsRefusedBeforeAnythingStarts() {
        Path out = directory.resolve("run");
        try (Child chaos =
                Child.skein(
                        "lab",
                        "chaos",
                        "--architecture",
                        "standalone",
                        "--faults",
                        "kill,partition",
                        "--out",
                        out.toString())) {
            assertThat(chaos.awaitExit()).as(chaos.toString()).isEqualTo(1);
            assertThat(chaos.err())
                    .anyMatch(line -> line.contains("partition: it takes at least two nodes"));
        }
        assertThat(out).doesNotExist();
    }

    private void assertHeld(String proof, String... arguments) throws IOException {
        Path out = directory.resolve("run");
        List<String> command = new ArrayList<>(List.of("lab", "chaos"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--seed", "1", "--out", out.toString()));
        try (Child chaos = Child.skein(command.toArray(String[]::new))) {
            assertThat(chaos.awaitExit()).as(chaos.toString()).isZero();
            assertThat(chaos.err()).anyMatch(line -> line.contains(proof));
        }
        JsonNode plan = new JsonMapper().readTree(out.resolve("plan.json").toFile());
        assertThat(plan.path("faults")).isNotEmpty();
        JsonNode verdict = new JsonMapper().readTree(out.resolve("verdict.json").toFile());
        assertThat(verdict.path("verdict").asText()).isEqualTo("held");
    }
}
