package io.skein.cluster.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Floods messages over the links of a topology as links pass them, and counts what comes where. */
class TopologyTest {
    static Stream<String> topologies() {
        Random random = new Random(7);
        Stream<String> drawn =
                Stream.generate(
                                () -> {
                                    List<String> pairs = new ArrayList<>();
                                    for (int i = 1; i < 9; i++) {
                                        pairs.add("n" + i + "/n" + random.nextInt(i));
                                        pairs.add("n" + i + "/n" + random.nextInt(i));
                                    }
                                    return String.join(",", pairs);
                                })
                        .limit(50);
        return Stream.concat(
                Stream.of(
                        "a/b",
                        "a/b, b/c",
                        "a/b,b/c,c/a",
                        "a/b,b/c,c/d,d/a",
                        "a/b,a/c,a/d,b/c,b/d,c/d"),
                drawn);
    }

    @ParameterizedTest
    @MethodSource("topologies")
    void aMessageComesOnceToEveryBroker(String pairs) {
        Topology topology = Topology.parse(pairs);
        List<String> brokers = Stream.of(pairs.split("[/, ]+")).distinct().sorted().toList();
        for (String origin : brokers) {
            Map<String, Integer> arrived = new HashMap<>();
            flood(topology, brokers, List.of(), origin, arrived);
            assertThat(arrived).as("from " + origin).hasSameSizeAs(brokers);
            assertThat(arrived.values()).as("from " + origin).containsOnly(1);
        }
    }

    /** What {@link Link#passesOut} and {@link Link#passesIn} ask, for every link. */
    private static void flood(
            Topology topology,
            List<String> brokers,
            List<String> path,
            String at,
            Map<String, Integer> arrived) {
        arrived.merge(at, 1, Integer::sum);
        List<String> passed = new ArrayList<>(path);
        passed.add(at);
        for (String next : brokers) {
            if (!next.equals(at)
                    && topology.joins(at, next)
                    && !passed.contains(next)
                    && topology.carries(path, at, next)
                    && topology.carries(passed, at, next)) {
                flood(topology, brokers, passed, next, arrived);
            }
        }
    }

    @Test
    void withoutATopologyEveryLinkCarriesEverything() {
        assertThat(Topology.UNKNOWN.carries(List.of("a"), "b", "c")).isTrue();
        assertThat(Topology.UNKNOWN.joins("a", "b")).isTrue();
    }

    @Test
    void aBrokerThatIsNotNamedIsALeaf() {
        Topology ring = Topology.parse("a/b,b/c,c/a");
        assertThat(ring.carries(List.of(), "mosquitto", "a")).isTrue();
        assertThat(ring.carries(List.of("mosquitto"), "a", "b")).isTrue();
        assertThat(ring.carries(List.of("mosquitto", "a"), "b", "c")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/a", "a/b/c", "a/b,", "a b/c"})
    void whatIsNoPairIsRefused(String text) {
        assertThatThrownBy(() -> Topology.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a pair of different brokers");
    }
}
