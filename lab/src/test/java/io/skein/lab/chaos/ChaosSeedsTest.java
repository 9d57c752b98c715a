package io.skein.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChaosSeedsTest {
    @Test
    void seedsAreNumbersAndRangesEachOnce() {
        assertThat(ChaosSeeds.parse("3..5,1, 4")).containsExactly(3L, 4L, 5L, 1L);
        assertThat(ChaosSeeds.parse("-2..0")).containsExactly(-2L, -1L, 0L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1,", "a", "1..", "5..1", "1..1000000", "1...3", "1-3"})
    void whatIsNoSeedIsRefusedWithHowTheyAreWritten(String text) {
        assertThatThrownBy(() -> ChaosSeeds.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1..50");
    }
}
