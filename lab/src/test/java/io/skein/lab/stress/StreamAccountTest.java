package io.skein.lab.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.QoS;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Errors of published attempts at this experiment, each of which is not to be one of ours. */
class StreamAccountTest {
    private static final long MILLI = 1_000_000;

    private final StreamAccount stream = new StreamAccount();
    private long now = MILLI;

    private void arrive(long counter, long gapMillis) {
        now += gapMillis * MILLI;
        stream.arrived(counter, now, -1);
    }

    @Test
    void theMedianGapIsAMedianAndNotAMean() {
        arrive(0, 1);
        arrive(1, 1);
        arrive(2, 1);
        arrive(3, 100);
        assertThat(stream.gaps().getValueAtPercentile(50) / 1e6).isCloseTo(1, within(0.01));
        assertThat(stream.gaps().getMean() / 1e6).isGreaterThan(30);
    }

    @Test
    void aHoleIsLossAndNotDisorder() {
        arrive(0, 1);
        arrive(5, 1);
        arrive(6, 1);
        assertThat(stream.outOfOrder()).isZero();
        assertThat(stream.distinct()).isEqualTo(3);
    }

    @Test
    void aGapIsMeasuredBetweenNeighboursOnly() {
        arrive(0, 1);
        arrive(7, 500);
        arrive(8, 2);
        assertThat(stream.gaps().getTotalCount()).isEqualTo(1);
        assertThat(stream.gaps().getMaxValue() / 1e6).isCloseTo(2, within(0.01));
    }

    @Test
    void aSmallerCounterAfterALargerOneIsDisorderOnce() {
        arrive(0, 1);
        arrive(2, 1);
        arrive(1, 1);
        arrive(3, 1);
        assertThat(stream.outOfOrder()).isEqualTo(1);
        assertThat(stream.distinct()).isEqualTo(4);
    }

    @Test
    void aRepetitionIsNeitherDisorderNorAMessage() {
        arrive(0, 1);
        arrive(1, 1);
        arrive(1, 1);
        assertThat(stream.duplicates()).isEqualTo(1);
        assertThat(stream.outOfOrder()).isZero();
        assertThat(stream.distinct()).isEqualTo(2);
    }

    @Test
    void lossIsCountedAgainstWhatWasSentAndWithFractions() {
        Measured measured = new Measured(7, 3);
        for (int instance = 1; instance <= 3; instance++) {
            measured.stream(instance).arrived(0, MILLI, -1); // and counters 1 and 2 never came
        }
        RunResult run =
                Tally.measured(
                        new Tally.Parts(
                                new Cell(QoS.AT_LEAST_ONCE, QoS.AT_MOST_ONCE, 4, 3),
                                Instant.EPOCH,
                                measured,
                                List.of(account(1, 3), account(2, 3), account(3, 3)),
                                true,
                                "",
                                1,
                                0,
                                List.of(),
                                List.of()));
        assertThat(run.sent()).isEqualTo(9);
        assertThat(run.lost()).isEqualTo(6);
        assertThat(run.lossPercent()).isCloseTo(66.67, within(0.01)); // no integer division
        assertThat(run.publishers())
                .as("all instances count, not the first alone")
                .extracting(RunResult.PublisherResult::received)
                .containsExactly(1L, 1L, 1L);
        assertThat(run.askedPerSecond()).isEqualTo(750);
    }

    private static Protocol.Account account(int instance, long sent) {
        return new Protocol.Account("7", instance, sent, sent, 0, 0, 0, 1_000 * MILLI, 0, 0, "");
    }

    @Test
    void aLostConnectionIsToldAndNotPassedOffAsLossAlone() {
        Protocol.Account cut =
                new Protocol.Account(
                        "7", 1, 3, 1, 0, 2, 5, 1_000 * MILLI, 0, 0, "connection reset");
        RunResult run =
                Tally.measured(
                        new Tally.Parts(
                                new Cell(QoS.AT_LEAST_ONCE, QoS.AT_MOST_ONCE, 4, 1),
                                Instant.EPOCH,
                                new Measured(7, 1),
                                List.of(cut),
                                true,
                                "",
                                1,
                                0,
                                List.of(),
                                List.of()));
        assertThat(run.disconnects()).containsExactly("publisher 1: connection reset");
        assertThat(run.isComplete()).isFalse();
        assertThat(Bound.of(run, 2)).isEqualTo(Bound.CONNECTIONS);
    }

    @Test
    void payloadsOfOthersAreUnderstoodAndOursBeginLikeThem() {
        CounterPayload payload = new CounterPayload();
        assertThat(read(payload, "42")).isTrue();
        assertThat(payload.counter()).isEqualTo(42);
        assertThat(payload.run()).isEqualTo(-1);
        assertThat(read(payload, CounterPayload.text(43, 17_001, 1_700_000_000_000_000_123L)))
                .isTrue();
        assertThat(payload.counter()).isEqualTo(43);
        assertThat(payload.run()).isEqualTo(17_001);
        assertThat(payload.dueNanos()).isEqualTo(1_700_000_000_000_000_123L);
        for (String broken : List.of("", "x", "4x", "4 ", "4 5", "4 5 ", "4  5", "4 5 6 7", "-1")) {
            assertThat(read(payload, broken)).as("'%s'", broken).isFalse();
        }
    }

    private static boolean read(CounterPayload payload, String text) {
        ByteBuf buffer = Unpooled.copiedBuffer("##" + text, StandardCharsets.US_ASCII);
        return payload.read(buffer, 2, text.length());
    }
}
