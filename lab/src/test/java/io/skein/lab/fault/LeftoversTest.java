package io.skein.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
    /** A process that cannot be: no kernel gives such numbers. */
    private static final String DEAD = "4194304999-1-1.run";

    @TempDir private Path directory;

    @Test
    void theNextRunEndsTheProcessesOfOneThatDied() throws IOException {
        Process process = new ProcessBuilder("sleep", "1000").start();
        try (Leftovers dead = Leftovers.open(directory, _ -> {})) {
            dead.process(process.toHandle());
            Files.move(own(), directory.resolve(DEAD));
        }
        List<String> told = new ArrayList<>();

        Leftovers.open(directory, told::add).close();

        await().until(() -> !process.isAlive());
        assertThat(told).singleElement().asString().startsWith("removed the process");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void theNextRunRemovesNamespacesAndMountsOfOneThatDied() throws IOException {
        String missing = NodeNetwork.missing();
        assumeTrue(missing == null, missing);
        Path at = Files.createDirectory(directory.resolve("data"));
        String prefix;
        try (Leftovers dead = Leftovers.open(directory, _ -> {})) {
            prefix = NodeNetwork.open(1, dead).prefix(0).getLast();
            SmallDisk.mount(at, 1, dead).fill();
            Files.move(own(), directory.resolve(DEAD));
        }

        Leftovers.open(directory, _ -> {}).close();

        assertThat(Path.of("/run/netns", prefix)).doesNotExist();
        assertThat(at).isEmptyDirectory();
    }

    @Test
    void aRunThatLivesIsLeftAlone() throws IOException {
        Process process = new ProcessBuilder("sleep", "1000").start();
        try (Leftovers own = Leftovers.open(directory, _ -> {})) {
            own.process(process.toHandle());

            List<String> told = new ArrayList<>();
            Leftovers.open(directory, told::add);

            assertThat(told).isEmpty();
            assertThat(process.isAlive()).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void closingRemovesWhatWasNotUndone() throws IOException {
        Process process = new ProcessBuilder("sleep", "1000").start();
        try (Leftovers own = Leftovers.open(directory, _ -> {})) {
            own.process(process.toHandle());
        }

        await().until(() -> !process.isAlive());
        assertThat(directory).isEmptyDirectory();
    }

    private Path own() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file ->
                            file.getFileName()
                                    .toString()
                                    .startsWith(ProcessHandle.current().pid() + "-"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
