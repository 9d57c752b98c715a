package io.skein.lab.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void percentilesAreValuesThatWereMeasured() {
        DoubleStream twenty = IntStream.rangeClosed(1, 20).map(i -> 21 - i).asDoubleStream();

        assertThat(Spread.of(twenty)).isEqualTo(new Spread(20, 1, 10, 18, 20));
    }

    @Test
    void ofOneValueEverythingIsThatValue() {
        assertThat(Spread.of(DoubleStream.of(7))).isEqualTo(new Spread(1, 7, 7, 7, 7));
    }

    @Test
    void whatWasNotMeasuredIsLeftOut() {
        assertThat(Spread.of(DoubleStream.of(Double.NaN, 3, Double.NaN, 5)))
                .isEqualTo(new Spread(2, 3, 3, 5, 5));
    }

    @Test
    void ofNothingThereIsNothing() {
        Spread none = Spread.of(DoubleStream.of(Double.NaN));

        assertThat(none.count()).isZero();
        assertThat(none.median()).isNaN();
        assertThat(Figure.text(none.max())).isEqualTo("-");
    }
}
