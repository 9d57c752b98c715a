package io.skein.server.conformance;

import static io.skein.mqtt.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.RetainHandling;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Section 3.3.1.3: retained messages. */
class RetainTest extends WireSuite {
    @ParameterizedTest
    @EnumSource
    void a_subscriber_gets_what_was_retained_last_on_each_topic(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.3.1-5] [MQTT-3.3.1-6] [MQTT-3.3.1-8] of 3.1.1, [MQTT-3.3.1-5] [MQTT-3.3.1-9]
        client(version)
                .clean(own + "p")
                .publish(own + "/a", "first", QoS.EXACTLY_ONCE, true)
                .publish(own + "/a", "last", QoS.AT_LEAST_ONCE, true)
                .publish(own + "/b", "other", QoS.EXACTLY_ONCE, true);

        Client both = client(version).clean(own).subscribed(own + "/a", QoS.EXACTLY_ONCE);
        Publish a = both.received();
        assertThat(Client.text(a)).isEqualTo("last");
        assertThat(a.qos()).isEqualTo(QoS.AT_LEAST_ONCE);
        assertThat(a.retain()).isTrue();

        both.subscribed(own + "/b", QoS.EXACTLY_ONCE);
        Publish b = both.received();
        assertThat(Client.text(b)).isEqualTo("other");
        assertThat(b.qos()).isEqualTo(QoS.EXACTLY_ONCE);
        assertThat(b.retain()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void a_retained_message_at_qos_0_replaces_what_was_retained(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.3.1-7] of 3.1.1, [MQTT-3.3.1-5]
        client(version)
                .clean(own + "p")
                .publish(own, "first", QoS.AT_LEAST_ONCE, true)
                .publish(own, "last", QoS.AT_MOST_ONCE, true);
        Client subscriber = client(version).clean(own).subscribed(own, QoS.AT_LEAST_ONCE);
        assertThat(subscriber.receivedText()).isEqualTo("last");
    }

    @ParameterizedTest
    @EnumSource
    void subscriptions_that_exist_get_retain_0(ProtocolVersion version) throws IOException {
        // [MQTT-3.3.1-9] of 3.1.1, [MQTT-3.3.1-12]
        Client subscriber = client(version).clean(own).subscribed(own, QoS.AT_LEAST_ONCE);
        client(version).clean(own + "p").publish(own, "m", QoS.AT_LEAST_ONCE, true);
        assertThat(subscriber.received().retain()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void an_empty_message_is_delivered_and_deletes_what_was_retained(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.3.1-10] [MQTT-3.3.1-11] of 3.1.1, [MQTT-3.3.1-6] [MQTT-3.3.1-7]
        Client publisher = client(version).clean(own + "p");
        publisher.publish(own, "m", QoS.AT_LEAST_ONCE, true);
        Client present = client(version).clean(own).subscribed(own, QoS.AT_LEAST_ONCE);
        present.received();

        publisher.publish(own, "", QoS.AT_LEAST_ONCE, true);

        assertThat(present.receivedText()).isEmpty();
        Client later = client(version).clean(own + "l").subscribed(own, QoS.AT_LEAST_ONCE).ping();
        publisher.publish(own, "next", QoS.AT_LEAST_ONCE);
        assertThat(later.receivedText()).isEqualTo("next");
    }

    @ParameterizedTest
    @EnumSource
    void a_message_that_is_not_to_be_retained_leaves_what_is(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.3.1-12] of 3.1.1, [MQTT-3.3.1-8]
        client(version)
                .clean(own + "p")
                .publish(own, "retained", QoS.AT_LEAST_ONCE, true)
                .publish(own, "not", QoS.AT_LEAST_ONCE)
                .publish(own, "", QoS.AT_LEAST_ONCE);
        Client subscriber = client(version).clean(own).subscribed(own, QoS.AT_LEAST_ONCE);
        assertThat(subscriber.receivedText()).isEqualTo("retained");
    }

    @ParameterizedTest
    @EnumSource
    void what_is_retained_outlives_the_session_of_its_publisher(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.1.2-7] of 3.1.1
        Client publisher = client(version).clean(own + "p");
        publisher.publish(own, "m", QoS.AT_LEAST_ONCE, true).disconnect();
        Client subscriber = client(version).clean(own).subscribed(own, QoS.AT_LEAST_ONCE);
        assertThat(subscriber.receivedText()).isEqualTo("m");
    }

    @ParameterizedTest
    @EnumSource
    void subscribing_again_sends_what_is_retained_again(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.8.4-3] of 3.1.1, [MQTT-3.3.1-9] [MQTT-3.8.4-4]
        client(version).clean(own + "p").publish(own, "m", QoS.AT_LEAST_ONCE, true);
        Client subscriber = client(version).clean(own);
        for (int i = 0; i < 3; i++) {
            subscriber.subscribed(own, QoS.AT_LEAST_ONCE);
            assertThat(subscriber.receivedText()).isEqualTo("m");
        }
    }

    @Test
    void retain_handling_1_sends_what_is_retained_to_new_subscriptions_alone() throws IOException {
        // [MQTT-3.3.1-10]
        Client publisher = client(MQTT_5).clean(own + "p");
        publisher.publish(own, "m", QoS.AT_LEAST_ONCE, true);
        Client subscriber = client(MQTT_5).clean(own);
        Subscription ifNew = handling(RetainHandling.SEND_IF_NEW);

        subscriber.subscribe(Properties.EMPTY, ifNew);
        assertThat(subscriber.receivedText()).isEqualTo("m");
        subscriber.subscribe(Properties.EMPTY, ifNew);
        publisher.publish(own, "next", QoS.AT_LEAST_ONCE);
        assertThat(subscriber.receivedText()).isEqualTo("next");

        subscriber.unsubscribe(own);
        subscriber.subscribe(Properties.EMPTY, ifNew);
        assertThat(subscriber.receivedText()).isEqualTo("m");
    }

    @Test
    void retain_handling_2_sends_nothing_that_is_retained() throws IOException {
        // [MQTT-3.3.1-11]
        Client publisher = client(MQTT_5).clean(own + "p");
        publisher.publish(own, "m", QoS.AT_LEAST_ONCE, true);
        Client subscriber = client(MQTT_5).clean(own);
        subscriber.subscribe(Properties.EMPTY, handling(RetainHandling.DO_NOT_SEND));
        subscriber.subscribe(Properties.EMPTY, handling(RetainHandling.DO_NOT_SEND));
        publisher.publish(own, "next", QoS.AT_LEAST_ONCE);
        assertThat(subscriber.receivedText()).isEqualTo("next");
    }

    @Test
    void retain_as_published_passes_retain_on_as_it_came() throws IOException {
        // [MQTT-3.3.1-13]
        Client publisher = client(MQTT_5).clean(own + "p");
        Client subscriber = client(MQTT_5).clean(own);
        subscriber.subscribe(
                Properties.EMPTY,
                new Subscription(
                        TopicFilter.of(own), QoS.AT_LEAST_ONCE, false, true, RetainHandling.SEND));
        publisher.publish(own, "1", QoS.AT_LEAST_ONCE, true);
        assertThat(subscriber.received().retain()).isTrue();
        publisher.publish(own, "0", QoS.AT_LEAST_ONCE);
        assertThat(subscriber.received().retain()).isFalse();
    }

    private Subscription handling(RetainHandling handling) {
        return new Subscription(TopicFilter.of(own), QoS.AT_LEAST_ONCE, false, false, handling);
    }
}
