package io.skein.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockComparisonTest {
    private static final long FAR_AHEAD_NANOS = 5_000_000_123L;

    private final ClockComparison comparison = new ClockComparison();

    /** An exchange that begins at an instant, with these times on the way there and back. */
    private void exchange(long atNanos, long thereNanos, long backNanos) {
        long arrived = atNanos + thereNanos + FAR_AHEAD_NANOS;
        long left = arrived + 700;
        comparison.add(atNanos, arrived, left, left - FAR_AHEAD_NANOS + backNanos);
    }

    @Test
    void waysOfOneLengthTellTheOffsetExactly() {
        exchange(1_000, 250, 250);

        assertThat(comparison.reading()).isEqualTo(new ClockReading(FAR_AHEAD_NANOS, 250, 1));
    }

    @Test
    void theShortestWayCounts() {
        exchange(0, 90_000, 10_000);
        exchange(1_000_000, 300, 320);
        exchange(2_000_000, 10_000, 400_000);

        assertThat(comparison.reading().offsetNanos()).isEqualTo(FAR_AHEAD_NANOS - 10);
        assertThat(comparison.reading().errorNanos()).isEqualTo(310);
        assertThat(comparison.reading().exchanges()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theOffsetIsNeverFartherOffThanTheError(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50; i++) {
            exchange(i * 1_000_000L, random.nextLong(500_000), random.nextLong(500_000));

            ClockReading reading = comparison.reading();
            assertThat(Math.abs(reading.offsetNanos() - FAR_AHEAD_NANOS))
                    .isLessThanOrEqualTo(reading.errorNanos());
        }
    }

    @Test
    void clocksMayCountFromAnywhere() {
        long far = Long.MAX_VALUE - 100;
        comparison.add(-1_000, far, far + 10, -790);

        assertThat(comparison.reading().offsetNanos()).isEqualTo(far + 1_000 - 100);
    }

    @Test
    void aClockThatMovedAwayWidensTheBound() {
        ClockFigures still =
                ClockFigures.of(
                        new ClockReading(1_000, 40, 5), new ClockReading(990, 20, 5), 1_000_000);
        ClockFigures moved =
                ClockFigures.of(
                        new ClockReading(1_000, 40, 5), new ClockReading(1_300, 20, 5), 1_000_000);

        assertThat(still.boundNanos()).isEqualTo(40);
        assertThat(moved.boundNanos()).isEqualTo(320);
        assertThat(moved.driftPartsPerMillion()).isEqualTo(300);
        assertThat(moved.driftErrorPartsPerMillion()).isEqualTo(60);
        assertThat(moved.exchanges()).isEqualTo(10);
    }
}
