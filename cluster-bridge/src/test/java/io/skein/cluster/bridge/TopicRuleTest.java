package io.skein.cluster.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicRuleTest {
    @Test
    void prefixesAreExchanged() {
        TopicRule rule = TopicRule.parse("sensors/# both 2 plant/ edge7/");
        assertThat(rule.qos()).isEqualTo(QoS.EXACTLY_ONCE);
        assertThat(rule.outward(TopicName.of("plant/sensors/1")))
                .isEqualTo(TopicName.of("edge7/sensors/1"));
        assertThat(rule.inward(TopicName.of("edge7/sensors/1")))
                .isEqualTo(TopicName.of("plant/sensors/1"));
        assertThat(rule.outward(TopicName.of("sensors/1"))).isNull();
        assertThat(rule.inward(TopicName.of("plant/sensors/1"))).isNull();
    }

    @Test
    void onlyItsDirectionPasses() {
        assertThat(TopicRule.parse("a").inward(TopicName.of("a"))).isNull();
        assertThat(TopicRule.parse("a in").outward(TopicName.of("a"))).isNull();
    }

    @Test
    void theParentOfAPrefixHasNoNameOnTheOtherSide() {
        assertThat(TopicRule.parse("# out 1 a/ b/").outward(TopicName.of("a"))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "plant/sensors/+, edge7/sensors/+",
        "plant/sensors/1/x, edge7/sensors/1/x",
        "#, edge7/sensors/#",
        "+/sensors/1, edge7/sensors/#",
    })
    void nothingBeyondTheRuleIsAskedFor(String wanted, String asked) {
        TopicRule rule = TopicRule.parse("sensors/# in 1 plant/ edge7/");
        assertThat(rule.remoteOf(TopicFilter.of(wanted))).isEqualTo(TopicFilter.of(asked));
        assertThat(rule.remoteOf(TopicFilter.of("other/#"))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "a sideways, is no direction",
        "a out 3, is no QoS",
        "a out 1 x y z, is not filter",
        "a/#/b, only allowed as the last level",
        "$share/g/a, does not pass shared subscriptions",
    })
    void whatIsNoRuleIsRefused(String text, String why) {
        assertThatThrownBy(() -> TopicRule.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({
        "#, a/b, true, true",
        "a/#, a, true, true",
        "a, a/#, false, true",
        "a/+, a/b, true, true",
        "a/b, a/+, false, true",
        "a/+, a/#, false, true",
        "+/b, a/+, false, true",
        "a/b, a/c, false, false",
        "a/b, a/b/c, false, false",
        "#, $SYS/x, false, false",
    })
    void filtersCoverAndOverlap(String wide, String one, boolean covers, boolean overlap) {
        TopicFilter first = TopicFilter.of(wide);
        TopicFilter second = TopicFilter.of(one);
        assertThat(Filters.covers(first, second)).isEqualTo(covers);
        assertThat(Filters.overlap(first, second)).isEqualTo(overlap);
        assertThat(Filters.overlap(second, first)).isEqualTo(overlap);
    }
}
