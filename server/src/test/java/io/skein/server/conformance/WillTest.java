package io.skein.server.conformance;

import static io.skein.mqtt.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Section 3.1.2.5: what is published when a connection breaks. */
class WillTest extends WireSuite {
    private Will will(String text, QoS qos, boolean retain) {
        return new Will(TopicName.of(own), Client.text(text), qos, retain, Properties.EMPTY);
    }

    @ParameterizedTest
    @EnumSource
    void a_will_is_published_when_the_network_fails(ProtocolVersion version) throws IOException {
        // [MQTT-3.1.2-8] of both, [MQTT-3.1.2-7]
        Client watcher = client(version).clean(own + "w").subscribed(own, QoS.EXACTLY_ONCE);
        for (QoS qos : QoS.values()) {
            client(version).clean(own, will("at " + qos, qos, false)).drop();
            Publish message = watcher.received();
            assertThat(Client.text(message)).isEqualTo("at " + qos);
            assertThat(message.qos()).isEqualTo(qos);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_will_is_published_when_the_client_breaks_the_rules(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.1.2-8] of both
        Client watcher = client(version).clean(own + "w").subscribed(own, QoS.AT_LEAST_ONCE);
        client(version).clean(own, will("broken", QoS.AT_LEAST_ONCE, false)).send("00 00");
        assertThat(watcher.receivedText()).isEqualTo("broken");
    }

    @ParameterizedTest
    @EnumSource
    void a_will_is_published_once(ProtocolVersion version) throws IOException {
        // [MQTT-3.1.2-10] of both
        Client watcher = client(version).clean(own + "w").subscribed(own, QoS.AT_LEAST_ONCE);
        Client first = client(version);
        first.connect(first.connect(own, false, true, will("once", QoS.AT_LEAST_ONCE, false)));
        first.drop();
        assertThat(watcher.receivedText()).isEqualTo("once");

        client(version).persistent(own).ping().drop();
        client(version).clean(own + "2", will("another", QoS.AT_LEAST_ONCE, false)).drop();

        assertThat(watcher.receivedText()).isEqualTo("another");
    }

    @ParameterizedTest
    @EnumSource
    void disconnect_discards_the_will(ProtocolVersion version) throws IOException {
        // [MQTT-3.1.2-8] [MQTT-3.1.2-10] [MQTT-3.14.4-3] of both, [MQTT-3.1.2-12] of 3.1.1
        Client watcher = client(version).clean(own + "w").subscribed(own, QoS.AT_LEAST_ONCE);
        client(version).clean(own, will("revoked", QoS.AT_LEAST_ONCE, false)).disconnect();
        client(version).clean(own).ping().drop();
        client(version).clean(own + "2", will("another", QoS.AT_LEAST_ONCE, false)).drop();
        assertThat(watcher.receivedText()).isEqualTo("another");
    }

    @Test
    void disconnect_with_will_publishes_it() throws IOException {
        // [MQTT-3.1.2-8]
        Client watcher = client(MQTT_5).clean(own + "w").subscribed(own, QoS.AT_LEAST_ONCE);
        client(MQTT_5)
                .clean(own, will("asked for", QoS.AT_LEAST_ONCE, false))
                .send(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL, Properties.EMPTY));
        assertThat(watcher.receivedText()).isEqualTo("asked for");
    }

    @ParameterizedTest
    @EnumSource
    void will_retain_decides_whether_the_will_is_retained(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.1.2-16] [MQTT-3.1.2-17] of 3.1.1, [MQTT-3.1.2-14] [MQTT-3.1.2-15]
        Client watcher = client(version).clean(own + "w").subscribed(own, QoS.AT_LEAST_ONCE);
        client(version).clean(own, will("kept", QoS.AT_LEAST_ONCE, true)).drop();
        assertThat(watcher.receivedText()).isEqualTo("kept");
        client(version).clean(own, will("gone", QoS.AT_LEAST_ONCE, false)).drop();
        assertThat(watcher.receivedText()).isEqualTo("gone");

        Client later = client(version).clean(own + "l").subscribed(own, QoS.AT_LEAST_ONCE);

        assertThat(later.receivedText()).isEqualTo("kept");
    }

    @Test
    void a_will_has_its_properties_in_their_order() throws IOException {
        // [MQTT-3.1.3-10]
        Properties properties =
                Properties.builder()
                        .string(Property.CONTENT_TYPE, "text/plain")
                        .userProperty("b", "1")
                        .userProperty("a", "2")
                        .userProperty("b", "0")
                        .build();
        Client watcher = client(MQTT_5).clean(own + "w").subscribed(own, QoS.AT_LEAST_ONCE);
        Will will =
                new Will(TopicName.of(own), Client.text("m"), QoS.AT_LEAST_ONCE, false, properties);
        client(MQTT_5).clean(own, will).drop();
        assertThat(watcher.received().properties()).isEqualTo(properties);
    }
}
