package io.skein.mqtt.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a/+", "#", "a#", "\uD800", "a\u0000b"})
    void a_topic_name_that_breaks_a_rule_is_refused(String name) {
        // [MQTT-4.7.3-1] [MQTT-4.7.3-2] of both, [MQTT-4.7.1-1] of 3.1.1, [MQTT-4.7.0-1]
        assertThatThrownBy(() -> TopicName.of(name)).isInstanceOf(InvalidTopicException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a+",
                "+a/b",
                "a/b#",
                "#/a",
                "a/#/b",
                "++",
                "\uDC00",
                "$share/g",
                "$share/g/",
                "$share//a",
                "$share/+/a",
                "$share/#/a",
                "$share/g/a#"
            })
    void a_topic_filter_that_breaks_a_rule_is_refused(String filter) {
        // [MQTT-4.7.1-2] [MQTT-4.7.1-3] of 3.1.1
        // [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.8.2-1] [MQTT-4.8.2-2]
        assertThatThrownBy(() -> TopicFilter.of(filter)).isInstanceOf(InvalidTopicException.class);
    }

    @Test
    void a_topic_has_at_most_65535_bytes() { // [MQTT-4.7.3-3] of both
        assertThat(TopicName.of("é".repeat(32_767)).utf8()).hasSize(65_534);
        assertThatThrownBy(() -> TopicName.of("é".repeat(32_768)))
                .isInstanceOf(InvalidTopicException.class);
        assertThatThrownBy(() -> TopicFilter.of("é".repeat(32_768)))
                .isInstanceOf(InvalidTopicException.class);
    }

    @Test
    void a_topic_made_of_bytes_equals_one_made_of_text() {
        TopicName text = TopicName.of("a/é/😀");
        TopicName bytes = TopicName.ofUtf8("a/é/😀".getBytes(StandardCharsets.UTF_8));
        assertThat(bytes).isEqualTo(text).hasSameHashCodeAs(text).hasToString("a/é/😀");
        assertThat(bytes.levels()).containsExactly("a", "é", "😀");
        assertThat(bytes.levelCount()).isEqualTo(3);
        assertThatThrownBy(() -> TopicName.ofUtf8(new byte[] {(byte) 0xC0, (byte) 0x80}))
                .isInstanceOf(InvalidTopicException.class);
    }

    @Test
    void a_shared_filter_knows_its_group_and_its_filter() {
        TopicFilter shared = TopicFilter.of("$share/g/a/+");
        assertThat(shared.shareGroup()).isEqualTo("g");
        assertThat(shared.withoutShare()).isEqualTo(TopicFilter.of("a/+"));
        assertThat(shared.levels()).containsExactly("a", "+");
        assertThat(TopicFilter.of("$share")).extracting(TopicFilter::isShared).isEqualTo(false);
        assertThat(TopicFilter.ofUtf8("é/#".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(TopicFilter.of("é/#"));
    }

    @Test
    void a_message_quotes_what_a_client_sent_on_one_short_line() {
        assertThatThrownBy(() -> TopicFilter.of("\n".repeat(500) + "#"))
                .hasMessageMatching("[^\n]{0,200}");
    }
}
