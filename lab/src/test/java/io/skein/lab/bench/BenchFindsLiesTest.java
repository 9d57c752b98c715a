package io.skein.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.lab.StopSignal;
import io.skein.lab.fixture.LyingBroker;
import io.skein.lab.load.Counts;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a broker does wrong on purpose is found, exactly to the message. */
@Timeout(60)
class BenchFindsLiesTest {
    private static final long SENT = 2_000;

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void everySeventhMessageDropped(int qos) throws Exception {
        Counts counts = counts(LyingBroker.everyNth(7, (_, _) -> List.of()), qos);

        assertThat(counts.lost()).isEqualTo(SENT / 7);
        assertThat(counts.received()).isEqualTo(SENT - SENT / 7);
        assertThat(counts.lostAcknowledged()).isEqualTo(qos == 0 ? 0 : SENT / 7);
        assertThat(counts.duplicated()).isZero();
        assertThat(counts.outOfOrder()).isZero();
    }

    @Test
    void theLastMessagesDropped() throws Exception {
        Counts counts =
                counts((number, frame) -> number < SENT - 3 ? List.of(frame) : List.of(), 0);

        assertThat(counts.lost()).isEqualTo(3);
    }

    @Test
    void everyFifthMessageDuplicated() throws Exception {
        Counts counts = counts(LyingBroker.everyNth(5, (_, frame) -> List.of(frame, frame)), 0);

        assertThat(counts.duplicated()).isEqualTo(SENT / 5);
        assertThat(counts.received()).isEqualTo(SENT + SENT / 5);
        assertThat(counts.lost()).isZero();
        assertThat(counts.outOfOrder()).isZero();
    }

    @Test
    void everyEleventhMessageLate() throws Exception {
        Counts counts = counts(LyingBroker.swapping(11), 0);

        assertThat(counts.outOfOrder()).isEqualTo(SENT / 11);
        assertThat(counts.lost()).isZero();
        assertThat(counts.duplicated()).isZero();
    }

    @Test
    void everyThirteenthMessageChanged() throws Exception {
        Counts counts = counts(LyingBroker.everyNth(13, LyingBroker.corrupting()), 0);

        assertThat(counts.corrupted()).isEqualTo(SENT / 13);
        assertThat(counts.lost()).isEqualTo(SENT / 13);
        assertThat(counts.received()).isEqualTo(SENT - SENT / 13);
    }

    @Test
    void nothingDeliveredAtAllMakesTheRunInvalid() throws Exception {
        BenchResult result = run((_, _) -> List.of(), 0);

        assertThat(result.round().counts().lost()).isEqualTo(SENT);
        assertThat(result.invalidReasons()).contains("nothing was received");
    }

    @Test
    void lossDoesNotStopAClosedLoop() throws Exception {
        try (LyingBroker broker =
                new LyingBroker("warmup", LyingBroker.everyNth(3, (_, _) -> List.of()))) {
            BenchResult result =
                    Bench.run(
                            BenchOptions.builder()
                                    .target(broker.address())
                                    .warmup(Duration.ZERO)
                                    .window(10)
                                    .drainQuiet(Duration.ofMillis(300))
                                    .duration(Duration.ofMillis(500))
                                    .build(),
                            new StopSignal(),
                            BenchListener.NONE);

            Counts counts = result.round().counts();
            assertThat(counts.sent()).isEqualTo(broker.published()).isGreaterThan(300);
            assertThat(counts.lost()).isEqualTo(counts.sent() / 3);
        }
    }

    @Test
    void everySeventhMessageDroppedOnItsWayToAGroup() throws Exception {
        Counts counts = groupCounts(LyingBroker.everyNth(7, (_, _) -> List.of()));

        assertThat(counts.expected()).isEqualTo(SENT);
        assertThat(counts.lost()).isEqualTo(SENT / 7);
        assertThat(counts.lostAcknowledged()).isEqualTo(SENT / 7);
        assertThat(counts.duplicated()).isZero();
        assertThat(counts.outOfOrder()).isZero();
    }

    @Test
    void everyFifthMessageGivenToTwoOfAGroup() throws Exception {
        Counts counts = groupCounts(LyingBroker.everyNth(5, (_, frame) -> List.of(frame, frame)));

        assertThat(counts.duplicated()).isEqualTo(SENT / 5);
        assertThat(counts.lost()).isZero();
    }

    private static Counts groupCounts(LyingBroker.Lie lie) throws Exception {
        try (LyingBroker broker = new LyingBroker("warmup", lie)) {
            BenchOptions options =
                    BenchOptions.builder()
                            .target(broker.address())
                            .subscribers(3)
                            .shared(true)
                            .qos(1)
                            .rate(4_000)
                            .warmup(Duration.ofMillis(100))
                            .duration(Duration.ofMillis(500))
                            .drainQuiet(Duration.ofMillis(500))
                            .build();
            return Bench.run(options, new StopSignal(), BenchListener.NONE).round().counts();
        }
    }

    private static Counts counts(LyingBroker.Lie lie, int qos) throws Exception {
        return run(lie, qos).round().counts();
    }

    private static BenchResult run(LyingBroker.Lie lie, int qos) throws Exception {
        try (LyingBroker broker = new LyingBroker("warmup", lie)) {
            BenchResult result =
                    Bench.run(
                            BenchOptions.builder()
                                    .target(broker.address())
                                    .qos(qos)
                                    .rate(4_000)
                                    .warmup(Duration.ofMillis(100))
                                    .duration(Duration.ofMillis(500))
                                    .drainQuiet(Duration.ofMillis(500))
                                    .build(),
                            new StopSignal(),
                            BenchListener.NONE);
            assertThat(result.round().counts().sent()).isEqualTo(SENT);
            return result;
        }
    }
}
