package io.skein.server.conformance;

import static io.skein.mqtt.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.topic.TopicFilter;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sections 3.8 to 3.11 and 4.7: subscribing, unsubscribing, and what filters match. */
class SubscribeTest extends WireSuite {
    private static Subscription to(String filter, QoS qos) {
        return new Subscription(TopicFilter.of(filter), qos);
    }

    @ParameterizedTest
    @EnumSource
    void suback_has_the_packet_id_and_a_code_for_every_filter(ProtocolVersion version)
            throws IOException {
        // [MQTT-2.3.1-7] [MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-3.8.4-5] of 3.1.1
        // [MQTT-2.2.1-6] [MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-3.8.4-6] [MQTT-3.8.4-7]
        // [MQTT-3.9.3-1] of both
        Client client = client(version).clean(own);
        Subscription[] wanted = {
            to(own + "/2", QoS.EXACTLY_ONCE),
            to(own + "/0", QoS.AT_MOST_ONCE),
            to(own + "/1", QoS.AT_LEAST_ONCE)
        };
        client.send(new Subscribe(51_966, List.of(wanted), Properties.EMPTY));
        SubAck answer = client.next(SubAck.class);
        assertThat(answer.packetId()).isEqualTo(51_966);
        assertThat(answer.reasons())
                .containsExactly(
                        ReasonCode.GRANTED_QOS_2, ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_1);
    }

    @ParameterizedTest
    @EnumSource
    void several_filters_are_as_good_as_several_packets(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.8.4-4] [MQTT-3.10.4-6] of 3.1.1, [MQTT-3.8.4-5] [MQTT-3.10.4-6]
        Client client = client(version).clean(own);
        Client publisher = client(version).clean(own + "p");
        for (QoS qos : QoS.values()) {
            publisher.publish(own + "/" + qos, "retained", QoS.EXACTLY_ONCE, true);
        }
        client.subscribe(
                Properties.EMPTY,
                to(own + "/EXACTLY_ONCE", QoS.EXACTLY_ONCE),
                to(own + "/AT_MOST_ONCE", QoS.AT_MOST_ONCE),
                to(own + "/AT_LEAST_ONCE", QoS.AT_LEAST_ONCE));
        for (int i = 0; i < 3; i++) {
            Publish retained = client.received();
            assertThat(retained.topic().name()).isEqualTo(own + "/" + retained.qos());
        }
        for (QoS qos : QoS.values()) {
            publisher.publish(own + "/" + qos, "", QoS.AT_MOST_ONCE, true);
            assertThat(client.receivedText()).isEmpty();
        }
        for (QoS qos : QoS.values()) {
            publisher.publish(own + "/" + qos, "live", QoS.EXACTLY_ONCE);
            assertThat(client.received().qos()).isEqualTo(qos);
        }
        client.unsubscribe(own + "/AT_MOST_ONCE", own + "/EXACTLY_ONCE");
        for (QoS qos : QoS.values()) {
            publisher.publish(own + "/" + qos, "live", QoS.EXACTLY_ONCE);
        }
        publisher.publish(own + "/AT_LEAST_ONCE", "last", QoS.EXACTLY_ONCE);
        assertThat(client.received().topic().name()).isEqualTo(own + "/AT_LEAST_ONCE");
        assertThat(client.receivedText()).isEqualTo("last");
    }

    @ParameterizedTest
    @EnumSource
    void a_subscription_that_fails_is_told_so(ProtocolVersion version) throws IOException {
        // [MQTT-3.8.4-5] [MQTT-3.9.3-2] of 3.1.1, [MQTT-3.8.4-7] [MQTT-3.9.3-2]
        Client client = client(version).clean(own);
        for (int i = 1; i < SUBSCRIPTIONS_MAXIMUM; i++) {
            client.subscribed(own + "/" + i, QoS.AT_LEAST_ONCE);
        }
        SubAck answer =
                client.subscribe(
                        Properties.EMPTY,
                        to(own + "/last", QoS.EXACTLY_ONCE),
                        to(own + "/one too many", QoS.EXACTLY_ONCE));
        assertThat(answer.reasons())
                .containsExactly(
                        ReasonCode.GRANTED_QOS_2,
                        version == MQTT_5
                                ? ReasonCode.QUOTA_EXCEEDED
                                : ReasonCode.UNSPECIFIED_ERROR); // 0x80
    }

    @ParameterizedTest
    @EnumSource
    void the_same_filter_again_replaces_the_subscription(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.8.4-3] of both
        Client client = client(version).clean(own).subscribed(own, QoS.EXACTLY_ONCE);
        client.subscribed(own, QoS.AT_LEAST_ONCE);
        Client publisher = client(version).clean(own + "p");
        publisher.publish(own, "once", QoS.EXACTLY_ONCE).publish(own, "next", QoS.EXACTLY_ONCE);
        Publish once = client.received();
        assertThat(once.qos()).isEqualTo(QoS.AT_LEAST_ONCE);
        assertThat(Client.text(once)).isEqualTo("once");
        assertThat(client.receivedText()).isEqualTo("next");
    }

    @ParameterizedTest
    @EnumSource
    void nothing_is_lost_while_a_subscription_is_replaced(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.8.4-3] of 3.1.1, [MQTT-3.8.4-4]
        Client client = client(version).clean(own).subscribed(own, QoS.AT_LEAST_ONCE);
        Client publisher = client(version).clean(own + "p");
        for (int i = 1; i <= 200; i++) {
            publisher.send(Client.publishPacket(own, "m" + i, QoS.AT_LEAST_ONCE, i));
            if (i % 20 == 0) {
                client.subscribed(own, QoS.AT_LEAST_ONCE);
            }
        }
        for (int i = 1; i <= 200; i++) {
            assertThat(client.receivedText()).isEqualTo("m" + i);
        }
    }

    @ParameterizedTest
    @EnumSource
    void unsubscribing_ends_the_subscription_with_the_same_filter(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.10.4-1] [MQTT-3.10.4-2] of both
        Client client =
                client(version)
                        .clean(own)
                        .subscribed(own + "/a", QoS.AT_LEAST_ONCE)
                        .subscribed(own + "/b", QoS.AT_LEAST_ONCE);
        client.unsubscribe(own + "/+", own + "/A", own + "/a/", own + "/#");
        Client publisher = client(version).clean(own + "p");
        publisher.publish(own + "/a", "still", QoS.AT_LEAST_ONCE);
        assertThat(client.receivedText()).isEqualTo("still");

        client.unsubscribe(own + "/a");
        publisher.publish(own + "/a", "gone", QoS.AT_LEAST_ONCE);
        publisher.publish(own + "/b", "other", QoS.AT_LEAST_ONCE);
        assertThat(client.receivedText()).isEqualTo("other");
    }

    @ParameterizedTest
    @EnumSource
    void unsuback_comes_with_the_packet_id_whatever_there_was(ProtocolVersion version)
            throws IOException {
        // [MQTT-2.3.1-7] of 3.1.1, [MQTT-2.2.1-6] [MQTT-3.11.3-1] [MQTT-3.11.3-2]
        // [MQTT-3.10.4-4] [MQTT-3.10.4-5] of both
        Client client = client(version).clean(own).subscribed(own + "/a", QoS.AT_LEAST_ONCE);
        UnsubAck answer = client.unsubscribe(own + "/x", own + "/a", own + "/y");
        if (version == MQTT_5) {
            assertThat(answer.reasons())
                    .containsExactly(
                            ReasonCode.NO_SUBSCRIPTION_EXISTED,
                            ReasonCode.SUCCESS,
                            ReasonCode.NO_SUBSCRIPTION_EXISTED);
        }
        client.unsubscribe(own + "/a");
    }

    @ParameterizedTest
    @EnumSource
    void deliveries_that_have_begun_are_finished_behind_unsubscribe(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.10.4-3] of both
        Client client = client(version).persistent(own).subscribed(own, QoS.EXACTLY_ONCE);
        Client publisher = client(version).clean(own + "p");
        publisher.publish(own, "one", QoS.AT_LEAST_ONCE).publish(own, "two", QoS.EXACTLY_ONCE);
        Publish one = client.message();
        Publish two = client.message();
        client.unsubscribe(own);
        client.drop();

        Client back = client(version).persistent(own);
        assertThat(back.received()).isEqualTo(Client.repeated(one));
        assertThat(back.received()).isEqualTo(Client.repeated(two));
    }

    // Filters.

    @ParameterizedTest
    @EnumSource
    void a_leading_wildcard_does_not_match_a_leading_dollar(ProtocolVersion version)
            throws IOException {
        // [MQTT-4.7.2-1] of both
        Client client =
                client(version)
                        .clean(own)
                        .subscribed("#", QoS.AT_MOST_ONCE)
                        .subscribed("+/" + own, QoS.AT_MOST_ONCE)
                        .subscribed("$" + own + "/#", QoS.AT_MOST_ONCE);
        Client hidden = client(version).clean(own + "h").subscribed("#", QoS.AT_MOST_ONCE);
        hidden.subscribed("+/" + own, QoS.AT_MOST_ONCE);
        client(version)
                .clean(own + "p")
                .publish("$" + own + "/" + own, "dollar", QoS.AT_MOST_ONCE)
                .publish(own + "/" + own, "plain", QoS.AT_MOST_ONCE);
        assertThat(client.receivedText()).isEqualTo("dollar");
        assertThat(client.receivedText()).isEqualTo("plain");
        assertThat(hidden.receivedText()).isEqualTo("plain");
    }

    @ParameterizedTest
    @EnumSource
    void names_and_filters_are_compared_as_they_are(ProtocolVersion version) throws IOException {
        // [MQTT-4.7.3-4] of both
        Client client = client(version).clean(own).subscribed(own + "/\u00E9", QoS.AT_MOST_ONCE);
        client.subscribed(own + "/a", QoS.AT_MOST_ONCE);
        client(version)
                .clean(own + "p")
                .publish(own + "/e\u0301", "decomposed", QoS.AT_MOST_ONCE)
                .publish(own + "/A", "capital", QoS.AT_MOST_ONCE)
                .publish(own + "/a/", "one level more", QoS.AT_MOST_ONCE)
                .publish(own + "/./a", "not a path", QoS.AT_MOST_ONCE)
                .publish(own + "/\u00E9", "the same", QoS.AT_MOST_ONCE);
        assertThat(client.receivedText()).isEqualTo("the same");
    }
}
