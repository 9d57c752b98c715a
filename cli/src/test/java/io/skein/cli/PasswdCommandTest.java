package io.skein.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswdCommandTest {
    @TempDir private Path directory;
    private final StringWriter output = new StringWriter();

    private int run(String input, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return Printing.to(output).execute(arguments);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void usersAreAddedChangedListedAndRemoved() throws Exception {
        String file = directory.resolve("passwords").toString();

        assertThat(run("secret\n", "passwd", file, "alice", "--batch")).as("%s", output).isZero();
        assertThat(run("geheim\n", "passwd", "--scram", "--batch", file, "sam")).isZero();
        assertThat(Files.readString(Path.of(file)))
                .contains("alice:$argon2id$", "sam:$scram-sha-256$")
                .doesNotContain("secret", "geheim");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file))))
                .isEqualTo("rw-------");

        output.getBuffer().setLength(0);
        assertThat(run("", "passwd", "--list", file)).isZero();
        assertThat(output.toString()).isEqualToNormalizingNewlines("alice\nsam\n");

        assertThat(run("", "passwd", "--delete", file, "alice")).isZero();
        assertThat(run("", "passwd", "--delete", file, "alice")).isNotZero();
        assertThat(Files.readString(Path.of(file))).doesNotContain("alice");
    }

    @Test
    void whatCannotBeIsSaidAndChangesNothing() {
        Path file = directory.resolve("passwords");

        assertThat(run("\n", "passwd", "--batch", file.toString(), "alice")).isNotZero();
        assertThat(run("x\n", "passwd", "--batch", file.toString(), "a:b")).isNotZero();
        assertThat(run("x\n", "passwd", "--batch", file.toString())).isNotZero();
        assertThat(run("", "passwd", "--list", file.toString())).isNotZero();
        assertThat(file).doesNotExist();
        assertThat(output.toString())
                .contains("an empty password", "no colon", "USER is missing", "does not exist");
    }
}
