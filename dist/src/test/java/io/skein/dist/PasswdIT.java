package io.skein.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Users as somebody makes them who sits before a terminal, and as a script does. */
@Timeout(120)
class PasswdIT {
    /** Gives a command a terminal; of util-linux. */
    private static final Path SCRIPT = Path.of("/usr/bin/script");

    @TempDir private Path directory;
    private Path users = Path.of("");

    @BeforeEach
    void name() {
        users = directory.resolve("users.txt");
    }

    @Test
    void aPasswordIsAskedForTwiceAndNotShown() throws Exception {
        Assumptions.assumeTrue(Files.exists(SCRIPT), "util-linux is not installed");
        String skein = Path.of(System.getProperty("skein.home"), "skein").toString();
        String command = "'%s' passwd '%s' alice".formatted(skein, users);
        Process terminal =
                new ProcessBuilder(SCRIPT.toString(), "-qec", command, "/dev/null").start();
        try (InputStream shown = terminal.getInputStream();
                OutputStream typed = terminal.getOutputStream()) {
            String all = until(shown, "Password of 'alice': ");
            typed.write("hush hush\n".getBytes(UTF_8));
            typed.flush();
            all += until(shown, "Once more: ");
            typed.write("hush hush\n".getBytes(UTF_8));
            typed.flush();
            all += until(shown, "added 'alice'");
            assertThat(all).doesNotContain("hush");
            assertThat(terminal.waitFor()).isZero();
        } finally {
            terminal.destroy();
        }
        assertThat(Files.readString(users)).startsWith("alice:$argon2id$");
        assertThat(Files.getPosixFilePermissions(users))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    /** What is shown up to the end of this; fails if that never comes. */
    private static String until(InputStream shown, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int sign = shown.read();
            assertThat(sign).as(text.toString()).isNotNegative();
            text.append((char) sign);
        }
        return text.toString();
    }

    @Test
    void withoutATerminalItSaysHowElse() {
        try (Child passwd = Child.skein("passwd", users.toString(), "alice")) {
            assertThat(passwd.awaitExit()).as(passwd.toString()).isEqualTo(1);
            assertThat(passwd.err())
                    .singleElement()
                    .asString()
                    .startsWith("skein passwd: there is no terminal")
                    .contains("--batch");
            assertThat(users).doesNotExist();
        }
    }
}
