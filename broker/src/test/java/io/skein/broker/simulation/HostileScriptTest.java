package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HostileScriptTest {

    /** What {@link ConnectionFuzz} begins with: a script in hexadecimal on each line. */
    static List<byte[]> scripts() {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        HostileScriptTest.class.getResourceAsStream("scripts.hex")),
                                StandardCharsets.US_ASCII))) {
            return lines.lines().map(HexFormat.of()::parseHex).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void no_script_that_fuzzing_has_found_disturbs_others_or_leaves_anything_behind() {
        assertThat(scripts()).isNotEmpty();
        for (byte[] script : scripts()) {
            assertThatCode(() -> HostileScript.check(script))
                    .as(HexFormat.of().formatHex(script))
                    .doesNotThrowAnyException();
        }
    }
}
