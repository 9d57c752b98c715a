package io.skein.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallDiskTest {
    @TempDir private Path directory;

    @Test
    void aFullDiskTakesNothingUntilItIsEmptied() throws IOException {
        String missing = SmallDisk.missing();
        assumeTrue(missing == null, missing);
        Path at = Files.createDirectory(directory.resolve("data"));
        try (Leftovers leftovers = Leftovers.open(directory.resolve("leftovers"), _ -> {});
                SmallDisk disk = SmallDisk.mount(at, 2, leftovers)) {
            Path file = at.resolve("file");

            assertThat(disk.fill()).endsWith("No space left on device");
            assertThatThrownBy(() -> Files.writeString(file, "x"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");

            assertThat(disk.empty()).endsWith("bytes are free again");
            assertThat(Files.writeString(file, "x")).hasContent("x");
        }
        assertThat(at).isEmptyDirectory();
    }
}
