package io.skein.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PropertiesTest {
    private final Properties some =
            Properties.builder()
                    .number(Property.SHARED_SUBSCRIPTION_AVAILABLE, 1)
                    .string(Property.REASON_STRING, "because")
                    .binary(Property.CORRELATION_DATA, new byte[] {1, 2})
                    .userProperty("k", "1")
                    .userProperty("k", "2")
                    .subscriptionIdentifier(9)
                    .build();

    @Test
    void values_are_found_by_their_property() {
        assertThat(some.number(Property.SHARED_SUBSCRIPTION_AVAILABLE, 7)).isEqualTo(1);
        assertThat(some.number(Property.MAXIMUM_QOS, 7)).isEqualTo(7);
        assertThat(some.string(Property.REASON_STRING)).isEqualTo("because");
        assertThat(some.string(Property.CONTENT_TYPE)).isNull();
        assertThat(some.binary(Property.CORRELATION_DATA)).containsExactly(1, 2);
        assertThat(some.has(Property.USER_PROPERTY)).isTrue();
        assertThat(some.has(Property.SUBSCRIPTION_IDENTIFIER)).isTrue();
        assertThat(some.has(Property.TOPIC_ALIAS)).isFalse();
        assertThat(some.userProperties())
                .containsExactly(new UserProperty("k", "1"), new UserProperty("k", "2"));
    }

    @Test
    void single_values_come_in_the_order_of_their_identifiers() {
        assertThat(some.singleValues().keySet())
                .containsExactly(
                        Property.CORRELATION_DATA,
                        Property.REASON_STRING,
                        Property.SHARED_SUBSCRIPTION_AVAILABLE);
        assertThat(some.singleCount()).isEqualTo(3);
        assertThat(some.singleProperty(1)).isEqualTo(Property.REASON_STRING);
        assertThat(some.singleValue(1)).isEqualTo("because");
    }

    @Test
    void equality_is_by_content() {
        assertThat(some.toBuilder().build()).isEqualTo(some).hasSameHashCodeAs(some);
        assertThat(some.toBuilder().string(Property.REASON_STRING, "x").build()).isNotEqualTo(some);
        assertThat(some.toBuilder().userProperty("k", "3").build()).isNotEqualTo(some);
        assertThat(some.toString()).contains("because", "k=1", "9");
    }

    @Test
    void what_is_removed_is_gone() {
        Properties.Builder builder = some.toBuilder();
        assertThat(builder.take(Property.SHARED_SUBSCRIPTION_AVAILABLE, 0)).isEqualTo(1);
        assertThat(builder.take(Property.SHARED_SUBSCRIPTION_AVAILABLE, 0)).isZero();
        Properties rest =
                builder.remove(Property.USER_PROPERTY)
                        .remove(Property.SUBSCRIPTION_IDENTIFIER)
                        .remove(Property.REASON_STRING)
                        .remove(Property.CORRELATION_DATA)
                        .build();
        assertThat(rest).isSameAs(Properties.EMPTY);
        assertThat(some.singleCount()).as("the original").isEqualTo(3);
    }
}
