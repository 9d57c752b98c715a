package io.skein.server.conformance;

import static io.skein.mqtt.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sections 3.3 to 3.7, 4.3 and 4.6: messages on their way in and on their way out. */
class DeliveryTest extends WireSuite {
    private static final int MANY = 200;

    // What the broker answers to a publisher.

    @ParameterizedTest
    @EnumSource
    void qos_0_has_no_answer_no_packet_id_and_no_dup(ProtocolVersion version) throws IOException {
        // [MQTT-3.3.1-2] [MQTT-3.3.4-1] [MQTT-4.3.1-1] of both, [MQTT-2.3.1-5] [MQTT-2.2.1-2]
        Client client = client(version).clean(own).subscribed(own, QoS.EXACTLY_ONCE);
        client.publish(own, "m", QoS.AT_MOST_ONCE); // the next answer is that of PINGREQ
        Publish message = client.message();
        assertThat(message.qos()).isEqualTo(QoS.AT_MOST_ONCE);
        assertThat(message.duplicate()).isFalse();
        assertThat(Client.text(message)).isEqualTo("m"); // no packet id before it
    }

    @ParameterizedTest
    @EnumSource
    void qos_1_is_answered_with_its_packet_id_which_is_free_then(ProtocolVersion version)
            throws IOException {
        // [MQTT-2.3.1-6] [MQTT-4.3.2-2] of 3.1.1, [MQTT-3.3.4-1] of both
        // [MQTT-2.2.1-5] [MQTT-4.3.2-4] [MQTT-4.3.2-5]
        Client subscriber = client(version).clean(own).subscribed(own, QoS.AT_LEAST_ONCE);
        Client publisher = client(version).clean(own + "p");
        for (String text : List.of("first", "second")) {
            publisher.send(Client.publishPacket(own, text, QoS.AT_LEAST_ONCE, 4_711));
            assertThat(publisher.next(PubAck.class).packetId()).isEqualTo(4_711);
            assertThat(subscriber.receivedText()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @EnumSource
    void qos_2_is_passed_on_once_until_it_is_released(ProtocolVersion version) throws IOException {
        // [MQTT-2.3.1-6] [MQTT-4.3.3-2] of 3.1.1, [MQTT-3.3.4-1] of both, [MQTT-2.2.1-5]
        // [MQTT-4.3.3-8] [MQTT-4.3.3-10] [MQTT-4.3.3-11] [MQTT-4.3.3-12]
        Client subscriber = client(version).clean(own).subscribed(own, QoS.AT_LEAST_ONCE);
        Client publisher = client(version).clean(own + "p");
        for (String text : List.of("first", "second")) {
            Publish message = Client.publishPacket(own, text, QoS.EXACTLY_ONCE, 65_535);
            publisher.send(message);
            assertThat(publisher.next(PubRec.class).packetId()).isEqualTo(65_535);
            publisher.send(Client.repeated(message));
            assertThat(publisher.next(PubRec.class).packetId()).isEqualTo(65_535);
            publisher.send(new PubRel(65_535));
            assertThat(publisher.next(PubComp.class).packetId()).isEqualTo(65_535);
        }
        assertThat(subscriber.receivedText()).isEqualTo("first");
        assertThat(subscriber.receivedText()).isEqualTo("second");
        publisher.publish(own, "third", QoS.AT_LEAST_ONCE);
        assertThat(subscriber.receivedText()).isEqualTo("third");
    }

    @ParameterizedTest
    @EnumSource
    void answers_come_in_the_order_of_the_messages(ProtocolVersion version) throws IOException {
        // [MQTT-4.6.0-2] [MQTT-4.6.0-3] of both
        Client publisher = client(version).persistent(own);
        Client subscriber = client(version).persistent(own + "s");
        subscriber.subscribed(own + "/#", QoS.EXACTLY_ONCE); // so that some take longer
        publisher.subscribed(own + "/3", QoS.EXACTLY_ONCE).unsubscribe(own + "/3");
        List<Integer> shuffled = ids();
        for (int id : shuffled) {
            QoS qos = id % 3 == 0 ? QoS.EXACTLY_ONCE : QoS.AT_LEAST_ONCE;
            publisher.send(Client.publishPacket(id % 2 == 0 ? own + "/a" : "x", "m", qos, id));
        }
        List<Integer> acks = new ArrayList<>();
        List<Integer> recs = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            switch (publisher.next(Packet.class)) {
                case PubAck ack -> acks.add(ack.packetId());
                case PubRec rec -> recs.add(rec.packetId());
                case Packet other -> throw new AssertionError(other);
            }
        }
        assertThat(recs).isEqualTo(shuffled.stream().filter(id -> id % 3 == 0).toList());
        assertThat(acks).isEqualTo(shuffled.stream().filter(id -> id % 3 != 0).toList());
    }

    private static List<Integer> ids() {
        List<Integer> ids = new ArrayList<>(IntStream.rangeClosed(1, MANY).boxed().toList());
        Collections.shuffle(ids, new Random(1));
        return ids;
    }

    // What the broker sends to a subscriber.

    @ParameterizedTest
    @EnumSource
    void messages_on_their_way_have_packet_ids_of_their_own(ProtocolVersion version)
            throws IOException {
        // [MQTT-2.3.1-4] [MQTT-4.3.2-1] [MQTT-4.3.3-1] of 3.1.1, [MQTT-2.2.1-4]
        // [MQTT-4.3.2-1] [MQTT-4.3.2-2] [MQTT-4.3.3-1] [MQTT-4.3.3-2]
        Client subscriber = client(version).clean(own).subscribed(own, QoS.EXACTLY_ONCE);
        Client publisher = client(version).clean(own + "p");
        List<Integer> inUse = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            publisher.publish(own, "m" + i, i % 2 == 0 ? QoS.AT_LEAST_ONCE : QoS.EXACTLY_ONCE);
            Publish message = subscriber.message();
            assertThat(message.duplicate()).isFalse();
            assertThat(message.packetId()).isBetween(1, 65_535);
            if (i % 4 == 0) { // answered: free again
                subscriber.send(new PubAck(message.packetId()));
            } else {
                inUse.add(message.packetId());
            }
        }
        assertThat(inUse).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void pubrec_is_followed_by_pubrel_in_its_order(ProtocolVersion version) throws IOException {
        // [MQTT-4.6.0-4] [MQTT-4.3.3-1] [MQTT-2.3.1-6] of 3.1.1
        // [MQTT-4.6.0-4] [MQTT-4.3.3-4] [MQTT-2.2.1-5]
        Client subscriber = client(version).persistent(own).subscribed(own, QoS.EXACTLY_ONCE);
        Client publisher = client(version).clean(own + "p");
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            publisher.publish(own, "m" + i, QoS.EXACTLY_ONCE);
            ids.add(subscriber.message().packetId());
        }
        Collections.shuffle(ids, new Random(1));
        subscriber.send(ids.stream().map(PubRec::new).toArray(Packet[]::new));
        for (int id : ids) {
            assertThat(subscriber.next(PubRel.class).packetId()).isEqualTo(id);
        }
    }

    @ParameterizedTest
    @EnumSource
    void messages_of_a_publisher_arrive_in_their_order(ProtocolVersion version) throws IOException {
        // [MQTT-4.6.0-5] [MQTT-4.6.0-6] of both
        Client subscriber = client(version).clean(own).subscribed(own + "/#", QoS.EXACTLY_ONCE);
        Client publisher = client(version).clean(own + "p");
        for (QoS qos : QoS.values()) {
            for (int i = 1; i <= MANY; i++) {
                int id = qos == QoS.AT_MOST_ONCE ? 0 : i;
                publisher.send(Client.publishPacket(own + "/" + qos, "m" + i, qos, id));
            }
            for (int i = 1; i <= MANY; i++) {
                Publish message = subscriber.received();
                assertThat(message.topic().name()).endsWith(qos.toString());
                assertThat(Client.text(message)).isEqualTo("m" + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void dup_of_the_publisher_is_not_passed_on(ProtocolVersion version) throws IOException {
        // [MQTT-3.3.1-3] of both
        Client subscriber = client(version).clean(own).subscribed(own, QoS.EXACTLY_ONCE);
        Client publisher = client(version).clean(own + "p");
        for (QoS qos : List.of(QoS.AT_LEAST_ONCE, QoS.EXACTLY_ONCE)) {
            publisher.send(Client.repeated(Client.publishPacket(own, "m", qos, 1)));
            assertThat(subscriber.received().duplicate()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_message_comes_at_the_lower_of_published_and_granted_quality(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.8.4-6] of 3.1.1, [MQTT-3.8.4-8]
        Client publisher = client(version).clean(own + "p");
        for (QoS granted : QoS.values()) {
            Client subscriber = client(version).clean(own + granted).subscribed(own, granted);
            for (QoS published : QoS.values()) {
                publisher.publish(own, "m", published);
                assertThat(subscriber.received().qos())
                        .isEqualTo(granted.compareTo(published) < 0 ? granted : published);
            }
            subscriber.disconnect();
        }
    }

    @ParameterizedTest
    @EnumSource
    void overlapping_filters_deliver_at_the_highest_quality(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.3.5-1] of 3.1.1, [MQTT-3.3.4-2]
        Client subscriber =
                client(version)
                        .clean(own)
                        .subscribed(own + "/+", QoS.AT_MOST_ONCE)
                        .subscribed(own + "/#", QoS.EXACTLY_ONCE)
                        .subscribed("+/b", QoS.AT_LEAST_ONCE);
        client(version).clean(own + "p").publish(own + "/b", "m", QoS.EXACTLY_ONCE);
        assertThat(subscriber.received().qos()).isEqualTo(QoS.EXACTLY_ONCE);
    }

    @ParameterizedTest
    @EnumSource
    void the_topic_name_arrives_as_it_was_published(ProtocolVersion version) throws IOException {
        // [MQTT-3.3.2-3] of both, [MQTT-1.5.3-3] of 3.1.1, [MQTT-1.5.4-3]
        Client subscriber = client(version).clean(own).subscribed(own + "/#", QoS.AT_LEAST_ONCE);
        Client publisher = client(version).clean(own + "p");
        for (String topic : List.of(own, own + "/", own + "/\uFEFFa", own + "//b/é/😀")) {
            publisher.publish(topic, "m", QoS.AT_LEAST_ONCE);
            assertThat(subscriber.received().topic()).isEqualTo(TopicName.of(topic));
        }
        Client marked = client(MQTT_5).clean(own + "m");
        marked.subscribed("\uFEFF" + own, QoS.AT_MOST_ONCE);
        publisher.publish(own, "without", QoS.AT_MOST_ONCE);
        publisher.publish("\uFEFF" + own, "with", QoS.AT_MOST_ONCE);
        assertThat(marked.receivedText()).isEqualTo("with");
    }
}
