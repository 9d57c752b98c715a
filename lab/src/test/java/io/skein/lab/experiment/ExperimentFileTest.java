package io.skein.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentFileTest {
    private static ExperimentFile parse(String text) {
        return ExperimentFile.parse(text, "x.yaml", "classes");
    }

    @Test
    void everyValueIsReadWithItsLine() {
        ExperimentFile file =
                parse(
                        """
                        experiment: bench   # what it is
                        rate: 1e3
                        qos: [0, 1]
                        classes:
                          fast:
                            every: 1s
                        """);

        assertThat(file.entries())
                .containsExactly(
                        new Entry("experiment", "bench", "x.yaml:1"),
                        new Entry("rate", "1e3", "x.yaml:2"),
                        new Entry("qos", "0,1", "x.yaml:3"));
        assertThat(file.groups().get("fast"))
                .containsEntry("every", new Entry("every", "1s", "x.yaml:6"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'rate: 1\nrate: 2' | x.yaml:2: 'rate' stands at x.yaml:1 already",
                "'a: 1\nrate:\n  deep: 2' | x.yaml:2: 'rate' needs a value",
                "'rate:' | x.yaml:1: 'rate' needs a value",
                "'classes:\n  fast: 3' | x.yaml:2: 'fast' must have keys of its own",
                "'classes:\n  a:\n    b: 1\n  a:\n    b: 1' | x.yaml:4: 'a' stands twice",
                "'- a' | x.yaml is not a file of keys and values",
                "'a: \"x' | x.yaml:1"
            })
    void whatIsWrongIsToldWithItsLine(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(text))
                .withMessageStartingWith(message);
    }

    @Test
    void anUnknownKeyIsToldWithTheNearestKnownOne() {
        Entry entry = new Entry("duratoin", "1s", "x.yaml:3");
        NearestKey first = (_, known) -> known.stream().findFirst();

        assertThat(first.unknown(entry, List.of("duration", "rate")))
                .hasMessage("x.yaml:3: unknown key 'duratoin'; did you mean 'duration'?");
        NearestKey none = (_, _) -> Optional.empty();
        assertThat(none.unknown(entry, List.of("duration", "rate")))
                .hasMessage("x.yaml:3: unknown key 'duratoin'; known are duration, rate");
    }
}
