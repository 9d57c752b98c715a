package io.skein.lab.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What brokers tell of themselves, as numbers. */
class FiguresTest {
    @Test
    void aTextThatBeginsWithANumberIsThatNumber() {
        assertThat(SysTopics.number("17 seconds")).isEqualTo(OptionalDouble.of(17));
        assertThat(SysTopics.number(" -2.50\n")).isEqualTo(OptionalDouble.of(-2.5));
        assertThat(SysTopics.number("mosquitto version 2.0.11")).isEmpty();
        assertThat(SysTopics.number("")).isEmpty();
    }

    @Test
    void metricsKeepTheirLabelsAndLoseTheirBuckets() {
        String text =
                """
                # HELP dropped What was dropped
                # TYPE dropped counter
                dropped{reason="queue full",node="n 1"} 12
                uptime 3.5e2 1700000000
                seconds_bucket{le="0.1"} 7
                seconds_sum 0.25
                broken
                limit +Inf
                ratio NaN
                """;
        assertThat(PrometheusEndpoint.parse(text))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "dropped{reason=\"queue full\",node=\"n 1\"}", 12.0,
                                "uptime", 350.0,
                                "seconds_sum", 0.25));
    }
}
