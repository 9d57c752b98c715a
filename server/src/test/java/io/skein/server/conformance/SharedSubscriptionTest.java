package io.skein.server.conformance;

import static io.skein.mqtt.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.Publish;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Section 4.8.2: what becomes of a message that one member of a group was given. */
class SharedSubscriptionTest extends WireSuite {
    private String share = "";

    @BeforeEach
    void nameGroup() {
        share = "$share/" + own + "/" + own;
    }

    /** A member that joins when the message is on its way to another. */
    private Client latecomer() throws IOException {
        return client(MQTT_5)
                .clean(own + "late")
                .subscribed(share, QoS.EXACTLY_ONCE)
                .subscribed(own + "/end", QoS.EXACTLY_ONCE);
    }

    /** The latecomer gets nothing but what is not shared. */
    private void getsNothing(Client latecomer) throws IOException {
        client(MQTT_5).clean(own + "end").publish(own + "/end", "the end", QoS.EXACTLY_ONCE);
        assertThat(latecomer.receivedText()).isEqualTo("the end");
    }

    @Test
    void a_member_gets_messages_at_the_quality_granted_to_it() throws IOException {
        // [MQTT-4.8.2-3]
        Client publisher = client(MQTT_5).clean(own + "p");
        for (QoS granted : QoS.values()) {
            Client member = client(MQTT_5).clean(own).subscribed(share, granted);
            publisher.publish(own, "m", QoS.EXACTLY_ONCE);
            assertThat(member.received().qos()).isEqualTo(granted);
        }
    }

    @Test
    void a_qos_2_delivery_is_finished_with_the_member_it_began_with() throws IOException {
        // [MQTT-4.8.2-4]
        Client member = client(MQTT_5).persistent(own).subscribed(share, QoS.EXACTLY_ONCE);
        client(MQTT_5).clean(own + "p").publish(own, "m", QoS.EXACTLY_ONCE);
        Publish begun = member.message();
        Client latecomer = latecomer();
        member.drop();
        getsNothing(latecomer);

        Client back = client(MQTT_5).persistent(own);

        assertThat(back.received()).isEqualTo(Client.repeated(begun));
        back.ping();
    }

    @Test
    void nobody_else_gets_a_qos_2_message_whose_member_is_gone_for_good() throws IOException {
        // [MQTT-4.8.2-5]
        Client member = client(MQTT_5).clean(own).subscribed(share, QoS.EXACTLY_ONCE);
        client(MQTT_5).clean(own + "p").publish(own, "m", QoS.EXACTLY_ONCE);
        member.message();
        Client latecomer = latecomer();
        member.disconnect();
        getsNothing(latecomer);
    }

    @Test
    void nobody_else_gets_what_a_member_has_refused() throws IOException {
        // [MQTT-4.8.2-6]
        ReasonCode no = ReasonCode.UNSPECIFIED_ERROR;
        Client member = client(MQTT_5).clean(own).subscribed(share, QoS.EXACTLY_ONCE);
        Client publisher = client(MQTT_5).clean(own + "p");
        publisher.publish(own, "one", QoS.AT_LEAST_ONCE).publish(own, "two", QoS.EXACTLY_ONCE);
        int one = member.message().packetId();
        int two = member.message().packetId();
        Client latecomer = latecomer();
        member.send(new PubAck(one, no, Properties.EMPTY), new PubRec(two, no, Properties.EMPTY));
        member.ping();
        getsNothing(latecomer);
        member.drop();
        getsNothing(latecomer);
    }
}
