package io.skein.lab.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkProfilesTest {
    @Test
    @DisplayName("Five links and none are shipped, each with the sources of its figures")
    void shipped() {
        assertThat(LinkProfiles.names())
                .isEqualTo("none, lan, fibre, 5g, transatlantic, satellite");
        assertThat(LinkProfiles.shipped())
                .allSatisfy(profile -> assertThat(profile.source()).isNotBlank())
                .isSortedAccordingTo(
                        (one, other) -> Long.compare(one.roundTripNanos(), other.roundTripNanos()));
    }

    @Test
    @DisplayName("A figure behind the name holds for both directions, or for the one it names")
    void figuresOfOnesOwn() {
        LinkProfile link = LinkProfiles.parse("5g:loss=2%,up-delay=1.5ms,down-bandwidth=5Mbit");
        assertThat(link.up()).isEqualTo(new Impairment(1_500_000, 4_000_000, 0.02, 50_000_000));
        assertThat(link.down()).isEqualTo(new Impairment(9_000_000, 2_000_000, 0.02, 5_000_000));
        assertThat(link.figures()).startsWith("5G, public network, changed: up 1.5 ms");
    }

    @ParameterizedTest
    @DisplayName("What is no link is refused, with what there is")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "6g, names no link",
                "lan:delay, is not key=value",
                "lan:delay=5, such as 20ms",
                "lan:speed=1ms, is no figure of a link",
                "lan:loss=100%, below 100 %",
                "lan:bandwidth=1bit, such as 50Mbit",
                "lan:bandwidth=0.5kbit, 1 kbit/s or above",
                "lan:delay=11s, 0 to 10 s",
                "lan:, is not key=value"
            })
    void refused(String text, String why) {
        assertThatThrownBy(() -> LinkProfiles.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
