package io.skein.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TypedTest {
    @Test
    void aCommandCanBeTypedAgain() {
        assertThat(Typed.line(List.of("lab", "bench", "--target", "mqtt://h:1", "--out", "a b")))
                .isEqualTo("skein lab bench --target mqtt://h:1 --out 'a b'");
        assertThat(Typed.line(List.of("it's", ""))).isEqualTo("skein 'it'\\''s' ''");
    }

    @Test
    void noPartOfAPasswordIsInIt() {
        assertThat(Typed.line(List.of("--password", "one two", "--qos", "1")))
                .isEqualTo("skein --password *** --qos 1");
        assertThat(Typed.line(List.of("--password=one two", "--qos", "1")))
                .isEqualTo("skein --password=*** --qos 1");
    }
}
