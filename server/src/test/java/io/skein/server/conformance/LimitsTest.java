package io.skein.server.conformance;

import static io.skein.mqtt.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.Publish;
import io.skein.server.TestNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each side tells the other of its limits: sections 3.1.2.11, 3.2.2.3, 3.3.4 and 4.9. */
class LimitsTest extends WireSuite {
    private Client with(String id, Property property, long value) throws IOException {
        Client client = client(MQTT_5);
        Properties properties = Properties.builder().number(property, value).build();
        ConnAck answer =
                client.connect(new Connect(MQTT_5, id, true, 0, properties, null, null, null));
        assertThat(answer.reason()).isEqualTo(ReasonCode.SUCCESS);
        return client;
    }

    private static long announced(Client client, String id, Property property) throws IOException {
        ConnAck answer = client.connect(client.connect(id, true, false, null));
        long value = answer.properties().number(property, -1);
        assertThat(value).isPositive();
        return value;
    }

    // Maximum Packet Size.

    @Test
    void a_message_that_is_too_large_for_a_client_is_dropped_as_if_it_had_come()
            throws IOException {
        // [MQTT-3.1.2-24] [MQTT-3.1.2-25]
        Client small = client(MQTT_5);
        Properties limits =
                Properties.builder()
                        .number(Property.MAXIMUM_PACKET_SIZE, 60)
                        .number(Property.RECEIVE_MAXIMUM, 1)
                        .build();
        small.connect(new Connect(MQTT_5, own, true, 0, limits, null, null, null));
        small.subscribed(own, QoS.EXACTLY_ONCE);
        Client publisher = client(MQTT_5).clean(own + "p");
        for (QoS qos : QoS.values()) {
            publisher.publish(own, "x".repeat(60), qos);
            publisher.publish(own, "fits", qos);
            assertThat(small.receivedText()).isEqualTo("fits");
        }
    }

    @Test
    void a_packet_above_the_limit_of_the_node_ends_the_connection() throws IOException {
        // [MQTT-3.2.2-15]
        Client client = client(MQTT_5);
        long most = announced(client, own, Property.MAXIMUM_PACKET_SIZE);
        long remaining = most - 4;
        StringBuilder header = new StringBuilder("30");
        for (long rest = remaining; rest > 0; rest >>= 7) {
            header.append(" %02X".formatted((rest & 0x7F) | (rest >> 7 > 0 ? 0x80 : 0)));
        }
        client.send(header.toString()).expectDisconnected(ReasonCode.PACKET_TOO_LARGE);
    }

    // Receive Maximum.

    @Test
    void a_client_is_sent_no_more_than_its_receive_maximum_unanswered() throws IOException {
        // [MQTT-3.3.4-9] [MQTT-4.9.0-1] [MQTT-4.9.0-2]
        Client client = with(own, Property.RECEIVE_MAXIMUM, 2);
        client.subscribed(own, QoS.AT_LEAST_ONCE);
        Client publisher = client(MQTT_5).clean(own + "p");
        for (int i = 0; i < 6; i++) {
            publisher.publish(own, "m" + i, QoS.AT_LEAST_ONCE);
        }
        Publish first = client.message();
        client.message();
        client.ping(); // PINGRESP is next, so nothing else has come
        assertThat(client.hasMessage()).isFalse();
        client.send(new PubAck(first.packetId()));
        assertThat(Client.text(client.message())).isEqualTo("m2");
        client.ping();
        assertThat(client.hasMessage()).isFalse();
    }

    @Test
    void other_packets_come_while_the_receive_maximum_is_used_up() throws IOException {
        // [MQTT-3.3.4-10] [MQTT-4.9.0-3]
        Client client = with(own, Property.RECEIVE_MAXIMUM, 1);
        client.subscribed(own, QoS.AT_LEAST_ONCE);
        Client publisher = client(MQTT_5).clean(own + "p");
        publisher.publish(own, "unanswered", QoS.AT_LEAST_ONCE);
        client.message();

        client.ping().subscribed(own + "/other", QoS.AT_MOST_ONCE).unsubscribe(own + "/other");
        client.publish(own + "/x", "m", QoS.AT_LEAST_ONCE);
        client.publish(own + "/x", "m", QoS.EXACTLY_ONCE);
        publisher.publish(own, "at QoS 0", QoS.AT_MOST_ONCE);

        assertThat(client.receivedText()).isEqualTo("at QoS 0");
    }

    @Test
    void more_than_the_receive_maximum_of_the_node_ends_the_connection() throws IOException {
        // [MQTT-3.3.4-7]
        Client client = client(MQTT_5);
        long most = announced(client, own, Property.RECEIVE_MAXIMUM);
        for (int id = 1; id <= most + 1; id++) { // none of them is released
            client.send(Client.publishPacket(own, "m", QoS.EXACTLY_ONCE, id));
        }
        client.expectDisconnectedAfterAnswers(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }

    // Topic aliases.

    @Test
    void every_alias_up_to_the_maximum_is_accepted() throws IOException {
        // [MQTT-3.3.2-12]
        Client subscriber = client(MQTT_5).clean(own).subscribed(own + "/#", QoS.AT_MOST_ONCE);
        Client publisher = client(MQTT_5);
        int most = (int) announced(publisher, own + "p", Property.TOPIC_ALIAS_MAXIMUM);
        List<String> topics = new ArrayList<>();
        for (int alias = 1; alias <= most; alias++) {
            String topic = own + "/" + alias;
            topics.add(topic);
            publisher.send(aliased(topic, alias));
            publisher.send(aliased("", alias));
        }
        for (String topic : topics) {
            assertThat(subscriber.message().topic().name()).isEqualTo(topic);
            assertThat(subscriber.message().topic().name()).isEqualTo(topic);
        }
    }

    @Test
    void an_alias_above_the_maximum_ends_the_connection() throws IOException {
        // [MQTT-3.2.2-17] [MQTT-3.3.2-9]
        Client client = client(MQTT_5);
        int most = (int) announced(client, own, Property.TOPIC_ALIAS_MAXIMUM);
        client.send(aliased(own, most + 1)).expectDisconnected(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void a_client_that_allows_no_aliases_is_sent_none() throws IOException {
        // [MQTT-3.1.2-27]
        Client publisher = client(MQTT_5).clean(own + "p");
        Client silent = client(MQTT_5).clean(own);
        Client none = with(own + "none", Property.TOPIC_ALIAS_MAXIMUM, 0);
        for (Client client : List.of(silent, none)) {
            client.subscribed(own, QoS.AT_MOST_ONCE);
        }
        for (int i = 0; i < 3; i++) {
            publisher.publish(own, "m" + i, QoS.AT_MOST_ONCE);
        }
        for (Client client : List.of(silent, none)) {
            for (int i = 0; i < 3; i++) { // an alias above what a client allows is an error to it
                assertThat(client.receivedText()).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void a_node_without_aliases_accepts_none(@TempDir Path directory) throws Exception {
        // [MQTT-3.2.2-18]
        try (TestNode without = TestNode.start(directory, "limits.topic-alias-maximum=0");
                Client client = Client.open(without, MQTT_5)) {
            ConnAck answer = client.connect(client.connect(own, true, false, null));
            assertThat(answer.properties().number(Property.TOPIC_ALIAS_MAXIMUM, 0)).isZero();
            client.send(aliased(own, 1)).expectDisconnected(ReasonCode.TOPIC_ALIAS_INVALID);
        }
    }

    @Test
    void an_alias_ends_with_its_connection() throws IOException {
        // [MQTT-3.3.2-7]
        Client first = client(MQTT_5).persistent(own);
        first.send(aliased(own, 1)).send(aliased("", 1)).ping().drop();
        Client second = client(MQTT_5).persistent(own);
        second.send(aliased("", 1)).expectDisconnected(ReasonCode.PROTOCOL_ERROR);
    }

    private static String aliased(String topic, int alias) {
        return "30 %02X 00 %02X '%s' 03 23 %02X %02X"
                .formatted(6 + topic.length(), topic.length(), topic, alias >> 8, alias & 0xFF);
    }
}
