package io.skein.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {
    @ParameterizedTest(name = "{0}: {1} publishers, {2} subscribers, {3} topics")
    @CsvSource({
        "pairs, 10, 10, 10, EACH",
        "fan-out, 1, 100, 1, EACH",
        "fan-out, 5, 100, 5, EACH",
        "fan-in, 100, 2, 2, EACH",
        "wildcard, 50, 3, 1, WILDCARD",
        "shared, 50, 3, 1, SHARED"
    })
    void topicsFollowFromTheLayout(
            String name, int publishers, int subscribers, int topics, Subscribing subscribing) {
        Layout layout = Layout.parse(name);

        assertThat(layout.topics(publishers, subscribers)).isEqualTo(topics);
        assertThat(layout.subscribing()).isEqualTo(subscribing);
    }

    @ParameterizedTest(name = "{0} with {1} and {2}")
    @CsvSource({"pairs, 3, 4", "fan-out, 5, 4", "fan-in, 3, 4", "fan-in, 3, 0"})
    void numbersThatDoNotSuitALayoutAreRefused(String name, int publishers, int subscribers) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Layout.parse(name).topics(publishers, subscribers))
                .withMessageContaining(name);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"ring", "FREE", "free"})
    void whatIsNoLayoutIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Layout.parse(name))
                .withMessageContaining("pairs, fan-out, fan-in, wildcard, shared");
    }
}
