package io.skein.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalsTest {
    private static final long TEN_SECONDS = TimeUnit.SECONDS.toNanos(10);

    private static Schedule schedule(String rhythm, double rate) {
        return new Arrivals.Paced(rate, Rhythm.parse(rhythm)).within(TEN_SECONDS, 7);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"fixed, 1000, 10000", "burst:100, 1000, 10000", "ramp:500, 1500, 10000"})
    void asManyAreDueAsTheRateSays(String rhythm, double rate, long messages) {
        assertThat(schedule(rhythm, rate).messages()).isEqualTo(messages);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"fixed", "poisson", "burst:7", "ramp:0", "ramp:9000"})
    void messagesAreDueInTheirOrderAndWithinTheTime(String rhythm) {
        Schedule schedule = schedule(rhythm, 1_000);
        long before = 0;
        for (long n = 0; n < schedule.messages(); n++) {
            assertThat(schedule.dueAfterNanos(n)).isBetween(before, TEN_SECONDS);
            before = schedule.dueAfterNanos(n);
        }
    }

    @Test
    void aBurstIsDueAtOnceAndTheNextAfterItsTime() {
        Schedule schedule = schedule("burst:100", 1_000);

        assertThat(schedule.dueAfterNanos(99)).isZero();
        assertThat(schedule.dueAfterNanos(100)).isEqualTo(100_000_000);
        assertThat(schedule.dueAfterNanos(199)).isEqualTo(100_000_000);
    }

    @Test
    void aRampIsAtItsMeanInTheMiddle() {
        Schedule schedule = schedule("ramp:500", 1_500);
        long inTheFirstSecond = countBefore(schedule, TimeUnit.SECONDS.toNanos(1));
        long inTheLastSecond = 10_000 - countBefore(schedule, TimeUnit.SECONDS.toNanos(9));

        assertThat(inTheFirstSecond).isCloseTo(550, within(1L));
        assertThat(inTheLastSecond).isCloseTo(1_450, within(1L));
        assertThat(countBefore(schedule, TimeUnit.SECONDS.toNanos(5))).isCloseTo(3_750, within(1L));
    }

    private static long countBefore(Schedule schedule, long nanos) {
        return LongStream.range(0, schedule.messages())
                .filter(n -> schedule.dueAfterNanos(n) < nanos)
                .count();
    }

    @Test
    void poissonGapsAreExponential() {
        Schedule schedule = schedule("poisson", 10_000);
        long messages = schedule.messages();
        assertThat(messages).isCloseTo(100_000, within(1_500L)); // more than four deviations
        double mean = 0;
        double squares = 0;
        for (long n = 1; n < messages; n++) {
            double gap = schedule.dueAfterNanos(n) - schedule.dueAfterNanos(n - 1);
            mean += gap / messages;
            squares += gap * gap / messages;
        }
        double deviation = Math.sqrt(squares - mean * mean);
        assertThat(deviation / mean).isCloseTo(1, within(0.03));
    }

    @Test
    void theSeedDecidesWhichPoissonProcessItIs() {
        Arrivals.Paced paced = new Arrivals.Paced(1_000, new Rhythm.Poisson());

        assertThat(paced.within(TEN_SECONDS, 1).dueAfterNanos(500))
                .isEqualTo(paced.within(TEN_SECONDS, 1).dueAfterNanos(500))
                .isNotEqualTo(paced.within(TEN_SECONDS, 2).dueAfterNanos(500));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "even", "burst", "burst:0", "burst:x", "poisson:3", "ramp:-1"})
    void whatIsNoRhythmIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Rhythm.parse(text));
    }
}
