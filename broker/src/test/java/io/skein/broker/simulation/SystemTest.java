package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.broker.BrokerLimits;
import io.skein.cluster.Message;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node says of itself: {@code $SYS}, reasons, and where else to go. */
class SystemTest {
    private static final long SECOND = 1_000_000_000L;

    private final VirtualTime time = new VirtualTime(5);
    private SimulatedCluster cluster = new SimulatedCluster(time, 2, 2);

    private SimulatedClient client(String id, int node) {
        SimulatedClient client = new SimulatedClient(time, id);
        client.connect(cluster.nodes.get(node), true, 0);
        time.run(SECOND);
        return client;
    }

    private SimulatedClient subscriber(String id, int node, String filter) {
        SimulatedClient client = client(id, node);
        client.subscribe(filter, QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        return client;
    }

    private void say(String topic, String text) {
        Message message =
                new Message(
                        TopicName.of(topic),
                        text.getBytes(StandardCharsets.UTF_8),
                        QoS.EXACTLY_ONCE,
                        true,
                        Properties.EMPTY,
                        "",
                        Message.NEVER_EXPIRES);
        cluster.nodes.getFirst().broker().publishSystem(List.of(message));
        time.run(SECOND);
    }

    @Test
    void a_node_speaks_to_its_own_subscribers_and_to_later_ones() {
        SimulatedClient before = subscriber("before", 0, "$SYS/#");
        say("$SYS/broker/uptime", "1 seconds");
        SimulatedClient after = subscriber("after", 0, "$SYS/broker/+");
        assertThat(before.texts()).containsExactly("1 seconds");
        assertThat(after.texts()).containsExactly("1 seconds");
        assertThat(after.arrivals.getFirst().retain()).isTrue();
    }

    @Test
    void other_nodes_and_wildcards_hear_nothing_of_it() { // [MQTT-4.7.2-1]
        SimulatedClient everything = subscriber("everything", 0, "#");
        SimulatedClient elsewhere = subscriber("elsewhere", 1, "$SYS/#");
        say("$SYS/broker/uptime", "1 seconds");
        SimulatedClient later = subscriber("later", 0, "+/broker/uptime");
        assertThat(everything.texts()).isEmpty();
        assertThat(elsewhere.texts()).isEmpty();
        assertThat(later.texts()).isEmpty();
        assertThat(cluster.retained).isEmpty();
    }

    @Test
    void clients_may_not_speak_for_the_node() {
        SimulatedClient watcher = subscriber("w", 0, "$SYS/#");
        SimulatedClient liar = client("liar", 0);
        liar.publish("$SYS/broker/uptime", "lie", QoS.AT_LEAST_ONCE, true);
        liar.publish("$SYS/broker/uptime", "lie", QoS.AT_MOST_ONCE, true);
        liar.publish("$SYSTEM", "allowed", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        Will will =
                new Will(
                        TopicName.of("$SYS/will"),
                        new byte[] {1},
                        QoS.AT_MOST_ONCE,
                        false,
                        Properties.EMPTY);
        SimulatedClient dead = new SimulatedClient(time, "dead");
        dead.connect(cluster.nodes.getFirst(), true, 0, 0, will);
        time.run(SECOND);
        assertThat(liar.answers)
                .containsExactly(ReasonCode.NOT_AUTHORIZED, ReasonCode.NO_MATCHING_SUBSCRIBERS);
        assertThat(dead.isConnected()).isFalse();
        assertThat(watcher.texts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,true", "0,false"})
    void answers_explain_themselves_only_to_who_wants_to_know(int wanted, boolean explained) {
        // [MQTT-3.1.2-29]
        BrokerLimits one = new BrokerLimits(0, 0, 5, 10, 100, 1 << 20, 1, 0, 1 << 20);
        cluster = new SimulatedCluster(time, 1, 1, one);
        SimulatedClient client = new SimulatedClient(time, "c");
        Properties properties =
                Properties.builder().number(Property.REQUEST_PROBLEM_INFORMATION, wanted).build();
        client.connect(
                cluster.nodes.getFirst(),
                new Connect(ProtocolVersion.MQTT_5, "c", true, 0, properties, null, null, null));
        time.run(SECOND);
        client.subscribe("a", QoS.AT_LEAST_ONCE);
        client.subscribe("b", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        assertThat(client.subAcks.getLast().reasons()).containsExactly(ReasonCode.QUOTA_EXCEEDED);
        assertThat(client.subAcks.getLast().properties().has(Property.REASON_STRING))
                .isEqualTo(explained);
    }

    @Test
    void a_reason_that_quotes_the_longest_topic_still_fits() {
        SimulatedClient client = client("c", 0);
        client.publish("$SYS/" + "x".repeat(65_000), "lie", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        assertThat(client.answers).containsExactly(ReasonCode.NOT_AUTHORIZED);
        assertThat(client.isConnected()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"false,USE_ANOTHER_SERVER", "true,SERVER_MOVED"})
    void a_client_is_sent_to_another_server(boolean forGood, ReasonCode reason) {
        SimulatedClient client = client("c", 0);
        SimulatedNode node = cluster.nodes.getFirst();
        int shard = node.broker().shardIndexFor("c");
        node.loop(shard)
                .execute(now -> {
                    assertThat(node.broker().shard(shard).redirect("c", "n2:1883", forGood, now))
                            .isTrue();
                    assertThat(node.broker().shard(shard).redirect("x", "n2:1883", forGood, now))
                            .isFalse();
                });
        time.run(SECOND);
        assertThat(client.isConnected()).isFalse();
        assertThat(client.disconnectReasons).containsExactly(reason);
        assertThat(client.lastDisconnect).isNotNull();
        assertThat(client.lastDisconnect.properties().string(Property.SERVER_REFERENCE))
                .isEqualTo("n2:1883");
    }
}
