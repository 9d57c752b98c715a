package io.skein.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.lab.measure.SequenceLedger.Arrival;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceLedgerTest {
    private final SequenceLedger ledger = new SequenceLedger();

    @Test
    void rangesTellWhatArrived() {
        assertThat(recordAll(0, 1, 2, 5, 7, 8, 3)).endsWith(Arrival.OUT_OF_ORDER);

        assertThat(ledger.ranges()).isEqualTo("0-3,5-5,7-8");
        assertThat(ledger.distinctBelow(6)).isEqualTo(5);
        assertThat(ledger.distinctBelow(100)).isEqualTo(7);
        SequenceLedger again = SequenceLedger.ofRanges("0-3,5-5,7-8", 9);
        assertThat(again.ranges()).isEqualTo(ledger.ranges());
        assertThat(again.distinct()).isEqualTo(7);
        assertThat(again.highest()).isEqualTo(8);
        assertThat(again.contains(4)).isFalse();
        assertThat(new SequenceLedger().ranges()).isEmpty();
        assertThat(SequenceLedger.ofRanges("", 0).distinct()).isZero();
        assertThat(SequenceLedger.ofRanges("3-99999", 100_000).distinct()).isEqualTo(99_997);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x", "5", "-1-3", "3-2", "0-4,4-5", "0-10", "1-2,", "0-9223372036854775807"})
    void whatIsNoRangeIsRefused(String text) {
        assertThatThrownBy(() -> SequenceLedger.ofRanges(text, 10))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aGapIsNotDisorder() {
        assertThat(recordAll(0, 1, 5, 6)).containsOnly(Arrival.IN_ORDER);
        assertThat(ledger.distinct()).isEqualTo(4);
        assertThat(ledger.contains(4)).isFalse();
    }

    @Test
    void aSmallerNumberAfterALargerOneIsDisorder() {
        assertThat(recordAll(0, 2, 1))
                .containsExactly(Arrival.IN_ORDER, Arrival.IN_ORDER, Arrival.OUT_OF_ORDER);
    }

    @Test
    void aRepetitionIsADuplicateAndNotDisorder() {
        assertThat(recordAll(0, 1, 0, 1, 3, 3, 2, 2))
                .containsExactly(
                        Arrival.IN_ORDER,
                        Arrival.IN_ORDER,
                        Arrival.DUPLICATE,
                        Arrival.DUPLICATE,
                        Arrival.IN_ORDER,
                        Arrival.DUPLICATE,
                        Arrival.OUT_OF_ORDER,
                        Arrival.DUPLICATE);
        assertThat(ledger.duplicates()).isEqualTo(4);
        assertThat(ledger.outOfOrder()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void itAgreesWithASetThatRemembersEverything(long seed) {
        Random random = new Random(seed);
        Set<Long> seen = new HashSet<>();
        long highest = -1;
        long duplicates = 0;
        long disorder = 0;

        for (long sequence : disturbed(random)) {
            ledger.record(sequence);
            if (!seen.add(sequence)) {
                duplicates++;
            } else if (sequence < highest) {
                disorder++;
            }
            highest = Math.max(highest, sequence);
        }

        assertThat(ledger.distinct()).as("seed %d", seed).isEqualTo(seen.size());
        assertThat(ledger.duplicates()).as("seed %d", seed).isEqualTo(duplicates);
        assertThat(ledger.outOfOrder()).as("seed %d", seed).isEqualTo(disorder);
        assertThat(ledger.highest()).isEqualTo(highest);
        assertThat(LongStream.range(0, 20_000).filter(ledger::contains).boxed())
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(seen);
    }

    /** 0 to 20,000 with stretches in order, losses, repetitions and shuffled blocks. */
    private static List<Long> disturbed(Random random) {
        List<Long> numbers = new ArrayList<>();
        long next = 0;
        while (next < 20_000) {
            int length = Math.min(1 + random.nextInt(300), (int) (20_000 - next));
            List<Long> block =
                    new ArrayList<>(LongStream.range(next, next + length).boxed().toList());
            switch (random.nextInt(5)) {
                case 0 -> block.removeIf(_ -> random.nextInt(10) == 0);
                case 1 -> Collections.shuffle(block, random);
                case 2 -> block.addAll(List.copyOf(block));
                case 3 -> block.clear();
                default -> {}
            }
            numbers.addAll(block);
            next += length;
        }
        return numbers;
    }

    private List<Arrival> recordAll(long... sequences) {
        return LongStream.of(sequences).mapToObj(ledger::record).toList();
    }
}
