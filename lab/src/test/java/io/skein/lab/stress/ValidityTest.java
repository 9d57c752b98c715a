package io.skein.lab.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.QoS;
import org.junit.jupiter.api.Test;

class ValidityTest {
    @Test
    void lossDisorderAndRepetitionAreFindings() {
        RunResult run =
                Runs.with(node -> node.put("lost", 5).put("out_of_order", 5).put("duplicated", 5));
        assertThat(Validity.reasons(run)).isEmpty();
    }

    @Test
    void publishersThatWereLateMakeARunInvalid() {
        assertThat(Validity.reasons(Runs.with(node -> node.put("lateness_p99_micros", 1_000))))
                .isEmpty();
        assertThat(Validity.reasons(Runs.with(node -> node.put("lateness_p99_micros", 1_500))))
                .containsExactly("the publishers themselves were late by 1.5 ms");
    }

    @Test
    void aThreadOfTheLaboratoryThatWasFullMakesARunInvalid() {
        assertThat(Validity.reasons(Runs.with(node -> node.put("publisher_loop_share", 0.97))))
                .containsExactly("the publishers' thread was full");
        assertThat(Validity.reasons(Runs.with(node -> node.put("analyser_loop_share", 0.97))))
                .containsExactly("the analyser's thread was full");
    }

    @Test
    void withoutADelayNothingIsLate() {
        Cell unpaced = new Cell(QoS.AT_MOST_ONCE, QoS.AT_MOST_ONCE, 0, 1);
        RunResult run =
                Runs.with(
                        unpaced,
                        node ->
                                node.put("lateness_p99_micros", 1e6)
                                        .put("publisher_loop_share", 1));
        assertThat(Validity.isValid(run)).isTrue();
    }

    @Test
    void aRunThatDidNotEndAsPlannedIsInvalid() {
        RunResult cut =
                Runs.with(node -> node.put("status", "partial").put("problem", "interrupted"));
        assertThat(Validity.reasons(cut)).containsExactly("interrupted");
        RunResult lost = Runs.with(node -> node.put("status", "partial"));
        assertThat(Validity.reasons(lost)).containsExactly("it did not end as planned");
    }
}
