package io.skein.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetainedMessagesTest {
    private final RetainedMessages tree = new RetainedMessages();

    @Test
    void the_last_message_of_a_topic_is_the_one_that_is_kept() {
        assertThat(tree.put(message("a/b", 1))).isNull();
        assertThat(tree.put(message("a/b", 2))).isEqualTo(message("a/b", 1));
        assertThat(tree.match(TopicFilter.of("a/b"))).containsExactly(message("a/b", 2));
        assertThat(tree.size()).isOne();
    }

    @Test
    void an_empty_payload_removes_the_topic_and_nothing_else() {
        tree.put(message("a", 1));
        tree.put(message("a/b", 1));
        tree.put(message("a/b/c", 1));
        tree.put(message("a/b"));
        assertThat(topics("#")).containsExactlyInAnyOrder("a", "a/b/c");
        assertThat(tree.put(message("nowhere"))).isNull();
        assertThat(tree.size()).isEqualTo(2);
    }

    @Test
    void a_filter_with_hash_matches_the_parent_level_too() {
        tree.put(message("a", 1));
        tree.put(message("a/b/c", 1));
        assertThat(topics("a/#")).containsExactlyInAnyOrder("a", "a/b/c");
    }

    @Test
    void wildcards_at_the_front_do_not_see_system_topics() {
        tree.put(message("$SYS/load", 1));
        assertThat(topics("#")).isEmpty();
        assertThat(topics("+/load")).isEmpty();
        assertThat(topics("$SYS/#")).containsExactly("$SYS/load");
    }

    @Test
    void all_of_them_are_more_than_any_wildcard_reaches() {
        tree.put(message("$SYS/load", 1));
        tree.put(message("a", 1));
        List<String> all = new ArrayList<>();
        tree.forEach(message -> all.add(message.topic().name()));
        assertThat(all).containsExactlyInAnyOrder("$SYS/load", "a");
    }

    @Test
    void it_answers_like_a_list_that_is_searched() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            RetainedMessages tried = new RetainedMessages();
            Map<TopicName, Message> model = new HashMap<>();
            for (int step = 0; step < 200; step++) {
                TopicName topic = TopicName.of(levels(random, "a", "b", "", "$x"));
                Message message =
                        random.nextInt(3) == 0
                                ? message(topic.name())
                                : message(topic.name(), step);
                tried.put(message);
                if (message.payload().length == 0) {
                    model.remove(topic);
                } else {
                    model.put(topic, message);
                }
                TopicFilter filter =
                        TopicFilter.of(
                                levels(random, "a", "b", "", "+", "$x")
                                        + (random.nextBoolean() ? "/#" : ""));
                assertThat(tried.match(filter))
                        .as("seed %d, step %d, %s", seed, step, filter)
                        .containsExactlyInAnyOrderElementsOf(
                                model.values().stream()
                                        .filter(kept -> filter.matches(kept.topic()))
                                        .toList());
                assertThat(tried.size()).isEqualTo(model.size());
                assertThat(tried.get(topic)).isEqualTo(model.get(topic));
            }
        }
    }

    @Test
    void the_bytes_of_topics_and_payloads_are_counted() {
        tree.put(message("a/b", 1, 2));
        assertThat(tree.bytes()).isEqualTo(5);
        tree.put(message("a/b", 1, 2, 3, 4));
        tree.put(message("c", 1));
        assertThat(tree.bytes()).isEqualTo(9);
        tree.put(message("a/b"));
        tree.put(message("nowhere"));
        assertThat(tree.bytes()).isEqualTo(2);
    }

    private List<String> topics(String filter) {
        return tree.match(TopicFilter.of(filter)).stream().map(m -> m.topic().name()).toList();
    }

    private static String levels(Random random, String... of) {
        StringBuilder text = new StringBuilder(of[random.nextInt(of.length)]);
        for (int more = random.nextInt(3); more > 0 || text.isEmpty(); more--) {
            text.append('/').append(of[random.nextInt(of.length)]);
        }
        return text.toString();
    }

    private static Message message(String topic, int... payload) {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        return new Message(
                TopicName.of(topic),
                bytes,
                QoS.AT_LEAST_ONCE,
                true,
                Properties.EMPTY,
                "publisher",
                Message.NEVER_EXPIRES);
    }
}
