package io.skein.mqtt.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetainedTreeTest {
    private final RetainedTree<String> tree = new RetainedTree<>();

    @Test
    void a_later_value_replaces_an_earlier_one() {
        TopicName topic = TopicName.of("a/b");
        assertThat(tree.put(topic, "1")).isNull();
        assertThat(tree.put(topic, "2")).isEqualTo("1");
        assertThat(tree.get(topic)).isEqualTo("2");
        assertThat(tree.size()).isEqualTo(1);
        assertThat(tree.remove(topic)).isEqualTo("2");
        assertThat(tree.remove(topic)).isNull();
        assertThat(tree.get(topic)).isNull();
        assertThat(tree.size()).isZero();
    }

    @Test
    void a_topic_and_its_parent_are_two() {
        tree.put(TopicName.of("a/b"), "child");
        assertThat(tree.get(TopicName.of("a"))).isNull();
        assertThat(tree.remove(TopicName.of("a"))).isNull();
        tree.put(TopicName.of("a"), "parent");
        assertThat(matches(TopicFilter.of("a/#"))).hasSize(2);
        tree.remove(TopicName.of("a/b"));
        assertThat(matches(TopicFilter.of("a/#")).values()).containsExactly("parent");
    }

    @Test
    void the_deepest_topics_are_found_and_deeper_ones_are_refused() {
        String deep = "a/".repeat(TopicTree.LEVELS_MAXIMUM - 1) + "a";
        tree.put(TopicName.of(deep), "deep");
        assertThat(matches(TopicFilter.of("#"))).hasSize(1);
        assertThat(matches(TopicFilter.of(deep.replace('a', '+')))).hasSize(1);
        assertThatThrownBy(() -> tree.put(TopicName.of(deep + "/a"), "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void names_that_begin_with_a_dollar_are_hidden_from_leading_wildcards() { // [MQTT-4.7.2-1]
        // of both
        tree.put(TopicName.of("$SYS/uptime"), "hidden");
        tree.put(TopicName.of("a/$b"), "seen");
        assertThat(matches(TopicFilter.of("#")).values()).containsExactly("seen");
        assertThat(matches(TopicFilter.of("+/+")).values()).containsExactly("seen");
        assertThat(matches(TopicFilter.of("+/#")).values()).containsExactly("seen");
        assertThat(matches(TopicFilter.of("$SYS/+")).values()).containsExactly("hidden");
        assertThat(tree.iterator()).toIterable().containsExactlyInAnyOrder("hidden", "seen");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agrees_with_the_filters_themselves(long seed) {
        RandomTopics random = new RandomTopics(seed);
        Map<TopicName, String> model = new HashMap<>();
        for (int step = 0; step < 4_000; step++) {
            TopicName topic = random.name();
            if (random.below(5) < (step < 2_000 ? 4 : 1)) {
                String value = "v" + step;
                assertThat(tree.put(topic, value)).isEqualTo(model.put(topic, value));
            } else {
                assertThat(tree.remove(topic)).isEqualTo(model.remove(topic));
            }
            assertThat(tree.size()).isEqualTo(model.size());
            assertThat(tree.get(topic)).isEqualTo(model.get(topic));
            if (step % 10 == 0) {
                TopicFilter filter = random.filter();
                assertThat(matches(filter))
                        .as("seed %d, step %d, filter %s", seed, step, filter)
                        .isEqualTo(expected(model, filter));
            }
        }
        List.copyOf(model.keySet()).forEach(tree::remove);
        assertThat(tree.isPruned()).isTrue();
    }

    @Test
    void readers_see_what_stays_while_a_writer_changes_everything_around_it() throws Exception {
        Map<TopicName, String> staying = new HashMap<>();
        for (String name : List.of("a", "a/b", "a/b/c", "x/b")) {
            staying.put(TopicName.of(name), name);
        }
        staying.forEach(tree::put);
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<AssertionError> failure = new AtomicReference<>();
        Thread reader =
                new Thread(() -> {
                    while (!done.get() && failure.get() == null) {
                        try {
                            Map<TopicName, String> found = new HashMap<>();
                            tree.match(TopicFilter.of("#"), found::put);
                            assertThat(found).containsAllEntriesOf(staying);
                            assertThat(tree.iterator(TopicFilter.of("#")))
                                    .toIterable()
                                    .containsAll(staying.values());
                        } catch (AssertionError e) {
                            failure.set(e);
                        }
                    }
                });
        reader.start();
        for (int round = 0; round < 1_000 && failure.get() == null; round++) {
            for (int i = 0; i < 100; i++) {
                tree.put(TopicName.of("a/b" + i + "/" + round % 3), "");
            }
            for (int i = 0; i < 100; i++) {
                tree.remove(TopicName.of("a/b" + i + "/" + round % 3));
            }
        }
        done.set(true);
        reader.join();
        assertThat(failure.get()).isNull();
        assertThat(matches(TopicFilter.of("#"))).isEqualTo(staying);
    }

    private static Map<TopicName, String> expected(
            Map<TopicName, String> model, TopicFilter filter) {
        Map<TopicName, String> expected = new HashMap<>(model);
        expected.keySet().removeIf(topic -> !filter.matches(topic));
        return expected;
    }

    private Map<TopicName, String> matches(TopicFilter filter) {
        Map<TopicName, String> found = new HashMap<>();
        tree.match(filter, (topic, value) -> assertThat(found.put(topic, value)).isNull());
        assertThat(tree.iterator(filter))
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(found.values());
        return found;
    }
}
