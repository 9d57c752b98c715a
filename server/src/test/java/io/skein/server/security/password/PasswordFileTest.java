package io.skein.server.security.password;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.server.security.password.PasswordFileEditor.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordFileTest {
    @TempDir private Path directory;
    private Path file;
    private PasswordFileEditor editor;

    @BeforeEach
    void useFile() {
        file = directory.resolve("passwords");
        editor = new PasswordFileEditor(file);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private boolean knows(String user, String password) throws IOException {
        PasswordHash hash = PasswordFile.read(file).hashOf(user);
        return Objects.requireNonNull(hash, "no user " + user).matches(bytes(password));
    }

    @ParameterizedTest
    @EnumSource
    void what_is_set_is_what_lets_in(Form form) throws Exception {
        assertThat(editor.set("alice", bytes("pässword"), form)).isTrue();
        assertThat(knows("alice", "pässword")).isTrue();
        assertThat(knows("alice", "password")).isFalse();
        assertThat(knows("alice", "")).isFalse();
        assertThat(Files.readString(file)).doesNotContain("ssword");
    }

    @Test
    void a_file_is_made_for_its_owner_alone_and_keeps_who_may_read_it() throws Exception {
        editor.set("alice", bytes("a"), Form.ARGON2ID);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        editor.set("bob", bytes("b"), Form.ARGON2ID);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(directory.toFile().list()).containsExactly("passwords");
    }

    @Test
    void users_are_changed_and_removed_and_the_rest_stays() throws Exception {
        Files.writeString(file, "# the staff\n\nzoe:" + BCRYPT + "\n");
        editor.set("alice", bytes("one"), Form.ARGON2ID);
        assertThat(editor.set("alice", bytes("two"), Form.ARGON2ID)).isFalse();
        assertThat(knows("alice", "two")).isTrue();
        assertThat(knows("alice", "one")).isFalse();
        assertThat(editor.usernames()).containsExactly("zoe", "alice");
        assertThat(editor.remove("alice")).isTrue();
        assertThat(editor.remove("alice")).isFalse();
        assertThat(Files.readString(file)).isEqualTo("# the staff\n\nzoe:" + BCRYPT + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "a\nroot", "#a"})
    void user_names_that_would_break_the_file_are_refused(String name) {
        assertThatThrownBy(() -> editor.set(name, bytes("x"), Form.ARGON2ID))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(file).doesNotExist();
    }

    /** U*U of the test vectors that come with crypt_blowfish. */
    private static final String BCRYPT =
            "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    @Test
    void bcrypt() throws Exception {
        Files.writeString(file, "old:" + BCRYPT + "\n");
        assertThat(knows("old", "U*U")).isTrue();
        assertThat(knows("old", "U*V")).isFalse();
        assertThat(knows("old", "x".repeat(60_000))).isFalse();
    }

    @Test
    void argon2id_of_others() throws Exception { // the reference implementation's test vector
        Files.writeString(
                file,
                "other:$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ"
                        + "$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4\n");
        assertThat(knows("other", "password")).isTrue();
        assertThat(knows("other", "passwords")).isFalse();
    }

    @Test
    void files_of_mosquitto() throws Exception {
        Path program = Path.of("/usr/bin/mosquitto_passwd");
        Assumptions.assumeTrue(Files.isExecutable(program));
        Process process =
                new ProcessBuilder(
                                program.toString(), "-b", "-c", file.toString(), "eve", "secret 1")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(knows("eve", "secret 1")).isTrue();
        assertThat(knows("eve", "secret 2")).isFalse();
    }

    @Test
    void sha512_of_older_mosquittos() throws Exception {
        java.security.MessageDigest digest = java.security.MessageDigest.getInstance("SHA-512");
        digest.update(bytes("secret"));
        byte[] salt = bytes("twelve bytes");
        java.util.Base64.Encoder base64 = java.util.Base64.getEncoder();
        String line =
                "old:$6$"
                        + base64.encodeToString(salt)
                        + "$"
                        + base64.encodeToString(digest.digest(salt));
        Files.writeString(file, line);
        assertThat(knows("old", "secret")).isTrue();
        assertThat(knows("old", "secreT")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice",
                ":x",
                "alice:plain text",
                "alice:$argon2id$v=19$m=999999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQw",
                "alice:$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu",
                "alice:$7$0$c29tZXNhbHQ=$c29tZXNhbHQ=",
                "alice:$7$101$!$!",
                "alice:$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "alice:$scram-sha-256$1$c29tZXNhbHQ=$c29tZXNhbHQ=$c29tZXNhbHQ=",
            })
    void lines_that_cannot_be_are_refused_with_their_place_and_without_the_hash(String line)
            throws Exception {
        Files.writeString(file, "# one\n" + line + "\n");
        assertThatThrownBy(() -> PasswordFile.read(file))
                .isInstanceOf(PasswordFileException.class)
                .hasMessageContaining(file + ":2")
                .message()
                .doesNotContain("plain text", "c29t", "CCCC");
    }

    @Test
    void a_user_stands_there_once() throws Exception {
        Files.writeString(file, "a:" + BCRYPT + "\na:" + BCRYPT + "\n");
        assertThatThrownBy(() -> PasswordFile.read(file)).hasMessageContaining(":2");
    }

    @Test
    void the_decoy_costs_what_most_users_cost() throws Exception {
        SecureRandom random = new SecureRandom();
        String scram = ScramVerifier.of(bytes("x"), random).text();
        Files.writeString(file, "a:" + BCRYPT + "\nb:" + scram + "\nc:" + BCRYPT + "\n");
        PasswordHash decoy = PasswordFile.read(file).decoy();
        assertThat(decoy.cost()).isEqualTo("$2$5");
        assertThat(decoy.matches(bytes("U*U"))).isFalse();
        assertThat(ScramVerifier.parse(scram).decoy(random).matches(bytes("x"))).isFalse();
    }
}
