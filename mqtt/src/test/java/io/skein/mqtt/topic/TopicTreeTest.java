package io.skein.mqtt.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTreeTest {
    private record Subscribed(TopicFilter filter, String entry) {}

    private final TopicTree<String> tree = new TopicTree<>();

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "sport/tennis/#,    sport/tennis,           true", // the examples of section 4.7.1.2
        "sport/tennis/#,    sport/tennis/ranking,   true",
        "sport/#,           sport,                  true",
        "#,                 sport/tennis,           true",
        "#,                 /,                      true",
        "sport/tennis/+,    sport/tennis/player1,   true",
        "sport/tennis/+,    sport/tennis/a/ranking, false",
        "sport/+,           sport,                  false",
        "sport/+,           sport/,                 true",
        "+/+,               /finance,               true",
        "/+,                /finance,               true",
        "+,                 /finance,               false",
        "#,                 $SYS/monitor,           false", // [MQTT-4.7.2-1] of both
        "+/monitor,         $SYS/monitor,           false",
        "+/#,               $SYS/monitor,           false",
        "$SYS/#,            $SYS/monitor,           true",
        "$SYS/+,            $SYS/monitor,           true",
        "a/$SYS,            a/$SYS,                 true",
        "+/$SYS,            a/$SYS,                 true",
        "ACCOUNTS,          Accounts,               false", // [MQTT-4.7.3-4] of both
        "$share/g/a/+,      a/b,                    true",
        "a//b,              a//b,                   true",
        "a/+/b,             a//b,                   true",
        "a/b,               a/b/,                   false",
    })
    void matches_as_section_4_7_says(String filter, String topic, boolean expected) {
        tree.add(TopicFilter.of(filter), "x");
        assertThat(matches(tree, TopicName.of(topic))).hasSize(expected ? 1 : 0);
        assertThat(TopicFilter.of(filter).matches(TopicName.of(topic))).isEqualTo(expected);
    }

    @Test
    void an_entry_is_reported_for_each_of_its_filters() {
        tree.add(TopicFilter.of("a/+"), "x");
        tree.add(TopicFilter.of("a/b"), "x");
        tree.add(TopicFilter.of("a/b"), "y");
        assertThat(matches(tree, TopicName.of("a/b"))).containsExactlyInAnyOrder("x", "x", "y");
        assertThat(tree.size()).isEqualTo(3);
    }

    @Test
    void an_equal_entry_is_refused_and_changes_nothing() {
        assertThat(tree.add(TopicFilter.of("a"), "x")).isTrue();
        long version = tree.version();
        assertThat(tree.add(TopicFilter.of("a"), "x")).isFalse();
        assertThat(tree.remove(TopicFilter.of("a"), "y")).isFalse();
        assertThat(tree.remove(TopicFilter.of("b/c"), "x")).isFalse();
        assertThat(tree.version()).isEqualTo(version);
        assertThat(tree.remove(TopicFilter.of("a"), "x")).isTrue();
        assertThat(tree.version()).isGreaterThan(version);
        assertThat(tree.size()).isZero();
    }

    @Test
    void a_filter_may_have_many_entries() {
        TopicFilter filter = TopicFilter.of("news/#");
        for (int i = 0; i < 10_000; i++) {
            tree.add(filter, "client" + i);
        }
        assertThat(matches(tree, TopicName.of("news"))).hasSize(10_000).doesNotHaveDuplicates();
        for (int i = 0; i < 9_999; i++) {
            tree.remove(filter, "client" + i);
        }
        assertThat(matches(tree, TopicName.of("news"))).containsExactly("client9999");
    }

    @Test
    void the_deepest_filters_match_and_deeper_ones_are_refused() {
        String deep = "+/".repeat(TopicTree.LEVELS_MAXIMUM - 1) + "+";
        String name = "a/".repeat(TopicTree.LEVELS_MAXIMUM - 1) + "a";
        tree.add(TopicFilter.of(deep), "plus");
        tree.add(TopicFilter.of(name), "exact");
        assertThat(matches(tree, TopicName.of(name))).containsExactlyInAnyOrder("plus", "exact");
        assertThat(matches(tree, TopicName.of("a/".repeat(30_000) + "a"))).isEmpty();
        assertThatThrownBy(() -> tree.add(TopicFilter.of(deep + "/+"), "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agrees_with_the_filters_themselves(long seed) {
        RandomTopics random = new RandomTopics(seed);
        Set<Subscribed> model = new HashSet<>();
        List<Subscribed> all = new ArrayList<>();
        for (int step = 0; step < 4_000; step++) {
            if (all.isEmpty() || random.below(5) < (step < 2_000 ? 4 : 1)) {
                Subscribed added = new Subscribed(random.filter(), "e" + random.below(6));
                boolean isAbsent = model.add(plain(added));
                assertThat(tree.add(added.filter, added.entry)).isEqualTo(isAbsent);
                all.add(added);
            } else {
                Subscribed removed = all.remove(random.below(all.size()));
                assertThat(tree.remove(removed.filter, removed.entry))
                        .isEqualTo(model.remove(plain(removed)));
            }
            if (step % 10 == 0) {
                TopicName topic = random.name();
                assertThat(matches(tree, topic))
                        .as("seed %d, step %d, topic %s", seed, step, topic)
                        .containsExactlyInAnyOrderElementsOf(expected(model, topic));
            }
            assertThat(tree.size()).isEqualTo(model.size());
        }
        model.forEach(s -> tree.remove(s.filter, s.entry));
        assertThat(tree.size()).isZero();
        assertThat(tree.isPruned()).isTrue();
    }

    @Test
    void readers_see_what_stays_while_a_writer_changes_everything_around_it() throws Exception {
        List<String> staying = List.of("a/b/c", "a/+/c", "a/#", "+/b/c", "#", "a/b/+");
        staying.forEach(filter -> tree.add(TopicFilter.of(filter), filter));
        TopicName topic = TopicName.of("a/b/c");
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<AssertionError> failure = new AtomicReference<>();
        Runnable reading =
                () -> {
                    while (!done.get() && failure.get() == null) {
                        try {
                            assertThat(matches(tree, topic)).containsAll(staying);
                        } catch (AssertionError e) {
                            failure.set(e);
                        }
                    }
                };
        Thread[] readers = {new Thread(reading), new Thread(reading)};
        for (Thread reader : readers) {
            reader.start();
        }
        RandomTopics random = new RandomTopics(42);
        BooleanSupplier stillFine = () -> failure.get() == null;
        for (int round = 0; round < 300 && stillFine.getAsBoolean(); round++) {
            List<Subscribed> around = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                around.add(new Subscribed(random.filter(), "n" + i));
                around.add(new Subscribed(TopicFilter.of("a/b" + i % 7 + "/c"), "m" + i));
                around.add(new Subscribed(TopicFilter.of("a/b/c"), "k" + i));
            }
            around.forEach(s -> tree.add(s.filter, s.entry));
            around.forEach(s -> tree.remove(s.filter, s.entry));
        }
        done.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(matches(tree, topic)).containsExactlyInAnyOrderElementsOf(staying);
    }

    private static Subscribed plain(Subscribed subscribed) {
        return new Subscribed(subscribed.filter.withoutShare(), subscribed.entry);
    }

    private static List<String> expected(Set<Subscribed> model, TopicName topic) {
        return model.stream().filter(s -> s.filter.matches(topic)).map(Subscribed::entry).toList();
    }

    private static List<String> matches(TopicTree<String> tree, TopicName topic) {
        List<String> found = new ArrayList<>();
        tree.match(topic, found::add);
        return found;
    }
}
