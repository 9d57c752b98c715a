package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.broker.AccessRules;
import io.skein.broker.AccessSettings;
import io.skein.broker.BrokerLimits;
import io.skein.broker.Verdict;
import io.skein.cluster.Refusal;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a client is told of a request that is refused, and what follows, in virtual time. */
class RefusalTest {
    private static final long SECOND = 1_000_000_000L;

    /** Topics and filters that begin with {@code locked} are not for anybody. */
    private static final AccessRules RULES =
            new AccessRules() {
                @Override
                public boolean mayPublish(TopicName topic) {
                    return !topic.name().startsWith("locked");
                }

                @Override
                public boolean maySubscribe(TopicFilter filter) {
                    return !filter.toString().startsWith("locked");
                }
            };

    private final VirtualTime time = new VirtualTime(1);
    private final SimulatedNode node = node();

    private SimulatedNode node() {
        Verdict verdict = new Verdict.Allowed(null, RULES);
        AccessSettings access =
                new AccessSettings(_ -> _ -> CompletableFuture.completedFuture(verdict), 10, false);
        return new SimulatedCluster(time, 1, 2, BrokerLimits.DEFAULTS, access).nodes.getFirst();
    }

    private SimulatedClient client(String id, Properties properties) {
        SimulatedClient client = new SimulatedClient(time, id);
        client.connect(
                node,
                new Connect(ProtocolVersion.MQTT_5, id, true, 0, properties, null, null, null));
        time.run(SECOND);
        return client;
    }

    private Packet answer(SimulatedClient client, Packet request) {
        client.send(request);
        time.run(SECOND);
        return client.packets.getLast();
    }

    private static Publish publish(String topic, QoS qos) {
        return new Publish(
                TopicName.of(topic),
                topic.getBytes(StandardCharsets.UTF_8),
                qos,
                false,
                false,
                9,
                Properties.EMPTY);
    }

    @Test
    void the_id_of_a_refused_qos_2_message_is_free_again() { // [MQTT-4.3.3-9]
        SimulatedClient subscriber = client("s", Properties.EMPTY);
        subscriber.subscribe("#", QoS.EXACTLY_ONCE);
        SimulatedClient publisher = client("p", Properties.EMPTY);
        publisher.acknowledging = false;
        PubRec refused = (PubRec) answer(publisher, publish("locked", QoS.EXACTLY_ONCE));
        assertThat(refused.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(answer(publisher, publish("free", QoS.EXACTLY_ONCE))).isEqualTo(new PubRec(9));
        assertThat(subscriber.texts()).containsExactly("free");
    }

    @Test
    void mqtt_3_is_disconnected_when_a_message_cannot_be_kept_for_the_moment() {
        // [MQTT-4.8.0-2]
        SimulatedClient away = new SimulatedClient(time, "away");
        away.connect(node, false, 1_000);
        time.run(SECOND);
        away.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        away.cut();
        SimulatedClient publisher = new SimulatedClient(time, "p");
        Connect connect =
                new Connect(
                        ProtocolVersion.MQTT_3_1_1,
                        "p",
                        true,
                        0,
                        Properties.EMPTY,
                        null,
                        null,
                        null);
        publisher.connect(node, connect);
        time.run(SECOND);
        node.refusesWrites = Refusal.unavailable("no room");
        publisher.publish("t", "m", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        assertThat(publisher.isConnected()).isFalse();
        assertThat(publisher.acknowledged).isEmpty();

        node.refusesWrites = null;
        publisher.connect(node, connect);
        time.run(SECOND);

        assertThat(publisher.acknowledged).containsExactly("m");
    }

    @Test
    void who_wants_no_problem_information_gets_none_in_answers() { // [MQTT-3.1.2-29]
        Properties unwanted =
                Properties.builder().number(Property.REQUEST_PROBLEM_INFORMATION, 0).build();
        SimulatedClient curious = client("curious", Properties.EMPTY);
        PubAck explained = (PubAck) answer(curious, publish("locked", QoS.AT_LEAST_ONCE));
        assertThat(explained.properties().has(Property.REASON_STRING)).isTrue();

        SimulatedClient terse = client("terse", unwanted);
        terse.acknowledging = false;

        ReasonCode reason = ReasonCode.NOT_AUTHORIZED;
        assertThat(answer(terse, publish("locked", QoS.AT_LEAST_ONCE)))
                .isEqualTo(new PubAck(9, reason, Properties.EMPTY));
        assertThat(answer(terse, publish("locked", QoS.EXACTLY_ONCE)))
                .isEqualTo(new PubRec(9, reason, Properties.EMPTY));
        terse.subscribe("locked", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        assertThat(terse.subAcks).extracting(SubAck::properties).containsExactly(Properties.EMPTY);
    }
}
