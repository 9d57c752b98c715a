package io.skein.lab.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KneeSearchTest {
    private static final int PROBES_LIMIT = 100;

    private final List<Double> probed = new ArrayList<>();

    private KneeSearch search(DoubleFunction<Judgement> target) {
        return search(new KneeSearch(1_000, 1, 1_000_000, 1.05, false), target);
    }

    private KneeSearch search(KneeSearch search, DoubleFunction<Judgement> target) {
        while (search.next().isPresent()) {
            double load = search.next().getAsDouble();
            probed.add(load);
            assertThat(probed).hasSizeLessThan(PROBES_LIMIT);
            search.found(target.apply(load));
        }
        return search;
    }

    private static Judgement upTo(double limit, double load) {
        return load <= limit ? Judgement.KEPT : Judgement.BROKEN;
    }

    @ParameterizedTest(name = "a target that takes {0}")
    @ValueSource(doubles = {1, 3, 999, 1_000, 1_001, 12_345, 700_000})
    void theKneeIsFoundWithinThePrecision(double limit) {
        KneeSearch search = search(load -> upTo(limit, load));

        assertThat(search.knee()).isBetween(limit / 1.06, limit);
        assertThat(search.endsAtGenerator()).isFalse();
        assertThat(search.endsAtMaximum()).isFalse();
    }

    @Test
    void nothingBelowTheMinimumIsTried() {
        KneeSearch search =
                search(new KneeSearch(100, 30, 1_000, 1.05, false), _ -> Judgement.BROKEN);

        assertThat(search.knee()).isZero();
        assertThat(probed).allMatch(load -> load >= 30).contains(30.0);
    }

    @Test
    void whatTakesEverythingIsProbedUpToTheMaximum() {
        KneeSearch search = search(_ -> Judgement.KEPT);

        assertThat(search.knee()).isEqualTo(1_000_000);
        assertThat(search.endsAtMaximum()).isTrue();
    }

    @Test
    @DisplayName("one broken probe between kept ones is a hiccup")
    void aHiccupIsNoLimit() {
        KneeSearch search =
                search(load ->
                        load == 4_000 && probed.stream().filter(l -> l == 4_000).count() == 1
                                ? Judgement.BROKEN
                                : upTo(10_000, load));

        assertThat(search.knee()).isBetween(9_400.0, 10_000.0);
        assertThat(probed.stream().filter(load -> load == 4_000)).hasSize(3);
    }

    @Test
    void brokenTwiceIsBroken() {
        search(load -> upTo(1_500, load));

        assertThat(probed.subList(0, 3)).containsExactly(1_000.0, 2_000.0, 2_000.0);
    }

    @Test
    void whereTheGeneratorEndsIsToldFromWhereTheTargetDoes() {
        KneeSearch search = search(load -> load <= 5_000 ? Judgement.KEPT : Judgement.UNKNOWN);

        assertThat(search.knee()).isBetween(4_700.0, 5_000.0);
        assertThat(search.endsAtGenerator()).isTrue();
    }

    @Test
    void aTargetThatEndsBeforeTheGeneratorIsTheLimit() {
        KneeSearch search = search(load -> load > 5_000 ? Judgement.UNKNOWN : upTo(3_000, load));

        assertThat(search.knee()).isBetween(2_830.0, 3_000.0);
        assertThat(search.endsAtGenerator()).isFalse();
    }

    @Test
    void clientsAreWholeNumbers() {
        KneeSearch search =
                search(new KneeSearch(10, 1, 1_000, 1.01, true), load -> upTo(37, load));

        assertThat(search.knee()).isEqualTo(37);
        assertThat(probed).allMatch(load -> load == Math.rint(load));
    }
}
