package io.skein.server.conformance;

import static io.skein.mqtt.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sections 3.1.2.4, 4.1 and 4.4: what outlives a connection, and what does not. */
class SessionTest extends WireSuite {
    @ParameterizedTest
    @EnumSource
    void messages_are_kept_while_the_client_is_away(ProtocolVersion version) throws IOException {
        // [MQTT-3.1.2-4] [MQTT-3.1.2-5] of 3.1.1, [MQTT-3.1.2-5] [MQTT-3.1.2-23]
        // [MQTT-4.1.0-1] [MQTT-4.5.0-1] of both
        client(version).persistent(own).subscribed(own, QoS.EXACTLY_ONCE).drop();
        client(version).persistent(own + "2").subscribed(own, QoS.AT_LEAST_ONCE).disconnect();
        client(version)
                .clean(own + "p")
                .publish(own, "one", QoS.AT_LEAST_ONCE)
                .publish(own, "two", QoS.EXACTLY_ONCE);

        Client back = client(version).persistent(own);
        Client other = client(version).persistent(own + "2");

        Publish first = back.received();
        assertThat(Client.text(first)).isEqualTo("one");
        assertThat(first.qos()).isEqualTo(QoS.AT_LEAST_ONCE);
        Publish second = back.received();
        assertThat(Client.text(second)).isEqualTo("two");
        assertThat(second.qos()).isEqualTo(QoS.EXACTLY_ONCE);
        assertThat(other.receivedText()).isEqualTo("one");
        assertThat(other.receivedText()).isEqualTo("two");
    }

    @ParameterizedTest
    @EnumSource
    void a_clean_session_knows_nothing_of_another(ProtocolVersion version) throws IOException {
        // [MQTT-3.1.2-6] [MQTT-3.1.4-3] [MQTT-4.1.0-2] of 3.1.1, [MQTT-3.1.2-4] [MQTT-3.1.4-4]
        client(version).persistent(own).subscribed(own, QoS.AT_LEAST_ONCE).disconnect();
        Client publisher = client(version).clean(own + "p");
        publisher.publish(own, "for the first", QoS.AT_LEAST_ONCE);

        Client clean = client(version).clean(own).subscribed(own + "/end", QoS.AT_LEAST_ONCE);
        publisher.publish(own, "for nobody", QoS.AT_LEAST_ONCE);
        publisher.publish(own + "/end", "while it lasts", QoS.AT_LEAST_ONCE);
        assertThat(clean.receivedText()).isEqualTo("while it lasts");
        clean.disconnect();

        publisher.publish(own + "/end", "behind its end", QoS.AT_LEAST_ONCE);
        Client third = client(version).persistent(own).subscribed(own + "/3", QoS.AT_LEAST_ONCE);
        publisher.publish(own + "/end", "behind its end", QoS.AT_LEAST_ONCE);
        publisher.publish(own + "/3", "for the third", QoS.AT_LEAST_ONCE);
        assertThat(third.receivedText()).isEqualTo("for the third");
    }

    @ParameterizedTest
    @EnumSource
    void what_was_not_answered_is_sent_again_in_its_order(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.3.1-1] [MQTT-4.4.0-1] [MQTT-4.6.0-1] of both, [MQTT-4.3.2-1] of 3.1.1
        // [MQTT-4.3.2-3] [MQTT-4.3.3-3]
        Client subscriber = client(version).persistent(own).subscribed(own, QoS.EXACTLY_ONCE);
        Client publisher = client(version).clean(own + "p");
        List<Publish> first = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            publisher.publish(own, "m" + i, i % 2 == 0 ? QoS.AT_LEAST_ONCE : QoS.EXACTLY_ONCE);
            first.add(subscriber.message());
            assertThat(first.get(i).duplicate()).isFalse();
        }
        subscriber.ping().drop(); // connected it got nothing twice

        Client back = client(version).persistent(own);

        for (Publish sent : first) {
            assertThat(back.message()).isEqualTo(Client.repeated(sent));
        }
    }

    @ParameterizedTest
    @EnumSource
    void behind_pubrec_only_pubrel_is_sent_again(ProtocolVersion version) throws IOException {
        // [MQTT-4.4.0-1] of both, [MQTT-4.3.3-1] of 3.1.1, [MQTT-4.3.3-5] [MQTT-4.3.3-6]
        Client subscriber = client(version).persistent(own).subscribed(own, QoS.EXACTLY_ONCE);
        Client publisher = client(version).clean(own + "p");
        publisher.publish(own, "m", QoS.EXACTLY_ONCE);
        int packetId = subscriber.message().packetId();
        subscriber.send(new PubRec(packetId));
        assertThat(subscriber.next(PubRel.class).packetId()).isEqualTo(packetId);
        subscriber.drop();

        Client back = client(version).persistent(own);

        assertThat(back.next(PubRel.class).packetId()).isEqualTo(packetId);
        back.send(new PubComp(packetId)).ping().disconnect();
        Client again = client(version).persistent(own);
        publisher.publish(own, "next", QoS.EXACTLY_ONCE);
        assertThat(again.receivedText()).isEqualTo("next");
    }

    @ParameterizedTest
    @EnumSource
    void what_was_answered_is_not_sent_again(ProtocolVersion version) throws IOException {
        // [MQTT-4.3.2-1] [MQTT-4.3.3-1] of 3.1.1, [MQTT-4.4.0-1]
        Client subscriber = client(version).persistent(own).subscribed(own, QoS.EXACTLY_ONCE);
        Client publisher = client(version).clean(own + "p");
        publisher.publish(own, "once", QoS.AT_LEAST_ONCE).publish(own, "twice", QoS.EXACTLY_ONCE);
        subscriber.received();
        subscriber.received();
        subscriber.ping().drop();

        Client back = client(version).persistent(own);

        publisher.publish(own, "next", QoS.AT_LEAST_ONCE);
        assertThat(back.receivedText()).isEqualTo("next");
    }

    @Test
    void what_the_client_refused_is_not_sent_again() throws IOException {
        // [MQTT-4.4.0-2] [MQTT-4.3.3-4]
        Client subscriber = client(MQTT_5).persistent(own).subscribed(own, QoS.EXACTLY_ONCE);
        Client publisher = client(MQTT_5).clean(own + "p");
        publisher.publish(own, "one", QoS.AT_LEAST_ONCE).publish(own, "two", QoS.EXACTLY_ONCE);
        ReasonCode no = ReasonCode.QUOTA_EXCEEDED;
        subscriber.send(new PubAck(subscriber.message().packetId(), no, Properties.EMPTY));
        subscriber.send(new PubRec(subscriber.message().packetId(), no, Properties.EMPTY));
        subscriber.ping().drop();

        Client back = client(MQTT_5).persistent(own);

        publisher.publish(own, "next", QoS.AT_LEAST_ONCE);
        assertThat(back.receivedText()).isEqualTo("next");
    }

    @ParameterizedTest
    @EnumSource
    void a_qos_2_packet_id_is_remembered_beyond_the_connection(ProtocolVersion version)
            throws IOException {
        // [MQTT-4.1.0-1] of both, [MQTT-4.3.3-2] of 3.1.1, [MQTT-4.3.3-10]
        Client subscriber = client(version).clean(own + "s").subscribed(own, QoS.EXACTLY_ONCE);
        Client publisher = client(version).persistent(own);
        Publish message = Client.publishPacket(own, "once", QoS.EXACTLY_ONCE, 7);
        publisher.send(message).next(PubRec.class);
        publisher.drop();

        Client back = client(version).persistent(own);
        back.send(Client.repeated(message));
        assertThat(back.next(PubRec.class).packetId()).isEqualTo(7);
        back.release(7);
        back.publish(own, "next", QoS.EXACTLY_ONCE);

        assertThat(subscriber.receivedText()).isEqualTo("once");
        assertThat(subscriber.receivedText()).isEqualTo("next");
    }
}
