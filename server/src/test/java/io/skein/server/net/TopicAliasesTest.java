package io.skein.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.topic.TopicName;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopicAliasesTest {
    private static final TopicName TOPIC = TopicName.of("plant/7/temperature");

    @Test
    void a_topic_that_comes_again_keeps_its_alias() {
        TopicAliases aliases = new TopicAliases(10);
        int alias = aliases.aliasFor(TOPIC);
        assertThat(alias).isBetween(1, 10);
        assertThat(aliases.isKnown()).isFalse();
        assertThat(aliases.aliasFor(TopicName.of("plant/7/temperature"))).isEqualTo(alias);
        assertThat(aliases.isKnown()).isTrue();
    }

    @Test
    void a_name_shorter_than_what_an_alias_costs_gets_none() {
        assertThat(new TopicAliases(10).aliasFor(TopicName.of("a/b"))).isZero();
    }

    @Test
    void what_was_taken_back_is_not_known() {
        TopicAliases aliases = new TopicAliases(1);
        aliases.aliasFor(TOPIC);
        aliases.takeBack();
        assertThat(aliases.aliasFor(TOPIC)).isOne();
        assertThat(aliases.isKnown()).isFalse();
    }

    @Test
    void topics_that_come_once_do_not_push_out_one_that_comes_again() {
        TopicAliases aliases = new TopicAliases(1);
        aliases.aliasFor(TOPIC);
        for (int i = 0; i < 100; i++) {
            aliases.aliasFor(TOPIC);
            aliases.aliasFor(TopicName.of("comes/once/" + i));
        }
        aliases.aliasFor(TOPIC);
        assertThat(aliases.isKnown()).isTrue();
    }

    /** [MQTT-3.1.2-26] [MQTT-3.3.2-11]. */
    @Test
    void a_receiver_that_keeps_what_it_is_told_reads_every_topic_right() {
        Random random = new Random(1);
        TopicAliases aliases = new TopicAliases(20);
        Map<Integer, TopicName> told = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            TopicName topic = TopicName.of("some/topic/" + random.nextInt(60));
            int alias = aliases.aliasFor(topic);
            assertThat(alias).isBetween(0, 20);
            if (alias == 0) {
                continue;
            }
            if (!aliases.isKnown()) {
                told.put(alias, topic);
            }
            assertThat(told.get(alias)).isEqualTo(topic);
        }
    }
}
