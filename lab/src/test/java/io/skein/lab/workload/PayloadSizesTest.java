package io.skein.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadSizesTest {
    private static IntStream sizes(String text) {
        PayloadSizes sizes = PayloadSizes.parse(text);
        return IntStream.range(0, 100_000).map(n -> sizes.bytes(n % 10, n / 10));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"64", "64-1024", "64:90,1024:10"})
    void whatIsReadIsWrittenTheSame(String text) {
        assertThat(PayloadSizes.parse(text)).hasToString(text);
    }

    @Test
    void aRangeHasBothEndsAndIsEven() {
        var summary = sizes("100-199").summaryStatistics();

        assertThat(summary.getMin()).isEqualTo(100);
        assertThat(summary.getMax()).isEqualTo(199);
        assertThat(summary.getAverage()).isCloseTo(149.5, within(0.5));
    }

    @Test
    void aMixtureKeepsItsWeights() {
        assertThat(sizes("64:90,1000:9,2000:1").filter(bytes -> bytes == 64).count())
                .isCloseTo(90_000, within(500L));
        assertThat(sizes("64:90,1000:9,2000:1").filter(bytes -> bytes == 2_000).count())
                .isCloseTo(1_000, within(150L));
        assertThat(PayloadSizes.parse("64:90,1000:9,2000:1").maximumBytes()).isEqualTo(2_000);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {"", "x", "31", "200-100", "10-64", "64:0", "64:1,", "64,128", "99999999"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> PayloadSizes.parse(text));
    }
}
