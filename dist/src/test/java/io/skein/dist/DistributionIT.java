package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DistributionIT {

    private static final Path LIB = Path.of(System.getProperty("skein.home"), "lib");

    @Test
    void holdsTheCommandsEveryArchitectureAndThePage() throws IOException {
        for (String module :
                List.of(
                        "cli",
                        "server",
                        "lab",
                        "cluster-standalone",
                        "cluster-grid",
                        "dashboard")) {
            assertThat(jars()).anyMatch(jar -> jar.startsWith("skein-" + module + "-"));
        }
    }

    @Test
    void holdsNoTestLibrary() throws IOException {
        assertThat(jars())
                .isNotEmpty()
                .noneMatch(jar ->
                        jar.matches("(junit|assertj|archunit|awaitility|skein-cluster-tck).*"));
    }

    private static List<String> jars() throws IOException {
        try (Stream<Path> files = Files.list(LIB)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
