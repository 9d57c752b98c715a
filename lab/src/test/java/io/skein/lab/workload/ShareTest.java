package io.skein.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.mqtt.QoS;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShareTest {
    private static final int GENERATORS = 3;

    private static Workload workload(int publishers, int subscribers, int topics) {
        return new Workload(publishers, subscribers, topics, QoS.AT_MOST_ONCE, 64);
    }

    private static List<Share> shares(Spread spread) {
        return IntStream.range(0, GENERATORS)
                .mapToObj(generator -> new Share(spread, GENERATORS, generator))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void eachClientBelongsToExactlyOneGenerator(Spread spread) {
        Workload workload = workload(7, 11, 4);
        for (int i = 0; i < 7; i++) {
            int publisher = i;
            assertThat(shares(spread))
                    .filteredOn(s -> s.hasPublisher(workload, publisher))
                    .hasSize(1);
        }
        for (int j = 0; j < 11; j++) {
            int subscriber = j;
            assertThat(shares(spread))
                    .filteredOn(s -> s.hasSubscriber(workload, subscriber))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDeliveriesOfTheSharesAreThoseOfTheWhole(Spread spread) {
        Workload each = workload(7, 11, 4);
        Workload groups =
                new Workload(
                        7,
                        11,
                        4,
                        QoS.AT_MOST_ONCE,
                        QoS.AT_MOST_ONCE,
                        new PayloadSizes.Fixed(64),
                        Subscribing.SHARED,
                        false,
                        false);
        for (Workload workload : List.of(each, groups)) {
            int[] sum = new int[4];
            for (Share share : shares(spread)) {
                int[] due = share.deliveries(workload);
                Arrays.setAll(sum, topic -> sum[topic] + due[topic]);
            }
            assertThat(sum).containsExactly(Share.WHOLE.deliveries(workload));
        }
    }

    @Test
    void whoeverSpreadsTopicsSeesWhatItSends() {
        Workload workload = workload(12, 12, 6);
        for (Share share : shares(Spread.TOPICS)) {
            for (int i = 0; i < 12; i++) {
                assertThat(share.hasPublisher(workload, i))
                        .isEqualTo(share.hasSubscriber(workload, i));
            }
        }
        assertThat(Spread.TOPICS.crosses()).isFalse();
    }

    @Test
    void pairsThatSpreadByClientsCrossBetweenGenerators() {
        Workload workload = workload(6, 6, 6);
        for (Share share : shares(Spread.CLIENTS)) {
            for (int i = 0; i < 6; i++) {
                assertThat(share.hasPublisher(workload, i) && share.hasSubscriber(workload, i))
                        .isFalse();
            }
        }
    }

    @Test
    void sidesPublishOrSubscribe() {
        Workload workload = workload(6, 6, 1);
        List<Share> shares = shares(Spread.SIDES);
        for (int i = 0; i < 6; i++) {
            assertThat(shares.get(2).hasPublisher(workload, i)).isFalse();
            assertThat(shares.get(2).hasSubscriber(workload, i)).isTrue();
        }
    }

    @Test
    void aShareMayBeEmpty() {
        assertThat(new Share(Spread.TOPICS, 2, 0).isOf(workload(5, 5, 1))).isTrue();
        assertThat(new Share(Spread.TOPICS, 2, 1).isOf(workload(5, 5, 1))).isFalse();
        assertThatThrownBy(() -> new Share(Spread.TOPICS, 2, 2))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
