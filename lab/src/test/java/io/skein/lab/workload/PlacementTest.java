package io.skein.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.QoS;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {
    @ParameterizedTest(name = "{0} publishers, {1} subscribers, {2} topics, {3} targets")
    @CsvSource({
        "10, 10, 10, 2",
        "10, 10, 10, 3",
        "1, 100, 1, 3",
        "100, 1, 1, 3",
        "7, 20, 5, 4",
        "30, 30, 4, 5"
    })
    void everyMessageCrossesBetweenTargetsAndAllTargetsAreUsed(
            int publishers, int subscribers, int topics, int targets) {
        Workload workload = new Workload(publishers, subscribers, topics, QoS.AT_MOST_ONCE, 64);
        Placement placement = new Placement(workload, targets);
        Set<Integer> used = new HashSet<>();

        for (int p = 0; p < publishers; p++) {
            used.add(placement.ofPublisher(p));
            for (int s = 0; s < subscribers; s++) {
                used.add(placement.ofSubscriber(s));
                if (workload.topicOfPublisher(p) == workload.topicOfSubscriber(s)) {
                    assertThat(placement.ofSubscriber(s)).isNotEqualTo(placement.ofPublisher(p));
                }
            }
        }

        assertThat(used).hasSize(targets);
    }

    @ParameterizedTest
    @CsvSource({"10, 10, 10", "1, 100, 1", "100, 1, 1"})
    void aSingleTargetGetsEverybody(int publishers, int subscribers, int topics) {
        Placement placement =
                new Placement(
                        new Workload(publishers, subscribers, topics, QoS.AT_MOST_ONCE, 64), 1);

        assertThat(placement.ofPublisher(0)).isZero();
        assertThat(placement.ofSubscriber(subscribers - 1)).isZero();
    }
}
