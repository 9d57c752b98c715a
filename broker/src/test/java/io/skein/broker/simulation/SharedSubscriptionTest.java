package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.broker.Broker;
import io.skein.broker.BrokerLimits;
import io.skein.broker.SharedSubscriptions;
import io.skein.broker.SharedSubscriptions.Strategy;
import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who of a group gets a message, and who gets it when that one goes (section 4.8.2). */
class SharedSubscriptionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String GROUP = "$share/g/t/#";

    private final VirtualTime time = new VirtualTime(7);
    private SimulatedCluster cluster = cluster(Strategy.ROUND_ROBIN, 1);

    private SimulatedCluster cluster(Strategy strategy, int nodes) {
        return new SimulatedCluster(
                time,
                nodes,
                2,
                BrokerLimits.DEFAULTS,
                settings -> settings.with(new SharedSubscriptions(strategy, Map.of())));
    }

    private SimulatedClient client(String id) {
        return client(id, 0, 0, 65_535);
    }

    private SimulatedClient client(String id, int node, long expirySeconds, int receiveMaximum) {
        SimulatedClient client = new SimulatedClient(time, id);
        Properties properties =
                Properties.builder()
                        .number(Property.SESSION_EXPIRY_INTERVAL, expirySeconds)
                        .number(Property.RECEIVE_MAXIMUM, receiveMaximum)
                        .build();
        client.connect(
                cluster.nodes.get(node),
                new Connect(ProtocolVersion.MQTT_5, id, true, 0, properties, null, null, null));
        time.run(SECOND);
        return client;
    }

    private SimulatedClient member(String id, String filter) {
        return member(client(id), filter, QoS.EXACTLY_ONCE);
    }

    private SimulatedClient member(SimulatedClient client, String filter, QoS qos) {
        client.subscribe(filter, qos);
        time.run(SECOND);
        return client;
    }

    private void publish(SimulatedClient publisher, int count, QoS qos) {
        for (int i = 0; i < count; i++) {
            publisher.publish("t/" + i % 7, publisher.id + "-" + i, qos);
            time.run(SECOND / 100);
        }
        time.run(SECOND);
    }

    private static List<String> texts(List<SimulatedClient> clients) {
        return clients.stream().flatMap(c -> c.texts().stream()).toList();
    }

    @ParameterizedTest
    @EnumSource
    void with_every_strategy_each_message_goes_to_one_connected_member(Strategy strategy) {
        cluster = cluster(strategy, 1);
        List<SimulatedClient> members = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            members.add(member("m" + i, GROUP));
        }
        SimulatedClient away = member(client("away", 0, 1_000, 100), GROUP, QoS.AT_LEAST_ONCE);
        away.cut();
        List<String> sent = new ArrayList<>();
        for (int p = 0; p < 10; p++) {
            SimulatedClient publisher = client("p" + p);
            publish(publisher, 20, QoS.AT_LEAST_ONCE);
            sent.addAll(publisher.acknowledged);
        }
        assertThat(sent).hasSize(200);
        assertThat(texts(members)).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(members).allSatisfy(m -> assertThat(m.texts()).isNotEmpty());
    }

    @Test
    void round_robin_is_even_though_two_groups_share_the_topics() {
        List<SimulatedClient> members = new ArrayList<>();
        for (String group : List.of("one", "two")) {
            members.add(member(group + "-a", "$share/" + group + "/t/0"));
            members.add(member(group + "-b", "$share/" + group + "/t/0"));
        }
        SimulatedClient publisher = client("p");
        for (int i = 0; i < 20; i++) {
            publisher.publish("t/0", "m" + i, QoS.AT_LEAST_ONCE);
        }
        time.run(SECOND);
        assertThat(members).allSatisfy(m -> assertThat(m.texts()).hasSize(10));
    }

    @Test
    void sticky_keeps_a_publisher_at_one_member_until_that_goes() {
        cluster = cluster(Strategy.STICKY, 1);
        SimulatedClient first = member("first", GROUP);
        SimulatedClient second = member("second", GROUP);
        SimulatedClient publisher = client("p");
        publish(publisher, 10, QoS.AT_LEAST_ONCE);
        SimulatedClient chosen = first.texts().isEmpty() ? second : first;
        SimulatedClient other = chosen == first ? second : first;
        assertThat(chosen.texts()).hasSize(10);
        assertThat(other.texts()).isEmpty();
        chosen.cut();
        time.run(SECOND);
        publish(publisher, 10, QoS.AT_LEAST_ONCE);
        assertThat(other.texts()).hasSize(10);
    }

    @Test
    void least_inflight_spares_the_member_that_does_not_acknowledge() {
        cluster = cluster(Strategy.LEAST_INFLIGHT, 1);
        SimulatedClient slow = member("slow", GROUP);
        SimulatedClient quick = member("quick", GROUP);
        slow.acknowledging = false;
        publish(client("p"), 40, QoS.AT_LEAST_ONCE);
        assertThat(slow.texts()).hasSizeLessThan(3);
        assertThat(quick.texts()).hasSizeGreaterThan(37);
    }

    @Test
    void the_longest_prefix_of_a_group_decides_its_strategy() {
        SharedSubscriptions sharing =
                new SharedSubscriptions(
                        Strategy.RANDOM,
                        Map.of("a", Strategy.STICKY, "a-b", Strategy.LEAST_INFLIGHT));
        assertThat(sharing.of("x")).isEqualTo(Strategy.RANDOM);
        assertThat(sharing.of("abc")).isEqualTo(Strategy.STICKY);
        assertThat(sharing.of("a-bc")).isEqualTo(Strategy.LEAST_INFLIGHT);
    }

    @Test
    void what_a_member_had_not_acknowledged_goes_to_another_when_its_session_ends() {
        SimulatedClient leaves = member("leaves", GROUP);
        leaves.acknowledging = false;
        publish(client("p"), 10, QoS.AT_LEAST_ONCE);
        SimulatedClient stays = member("stays", GROUP);
        assertThat(leaves.texts()).hasSize(10);
        leaves.cut();
        time.run(SECOND);
        assertThat(stays.texts()).containsExactlyElementsOf(leaves.texts());
        assertThat(stays.arrivals).noneMatch(SimulatedClient.Arrival::duplicate);
    }

    @Test
    void qos_2_that_was_begun_goes_to_nobody_else() { // [MQTT-4.8.2-5]
        SimulatedClient leaves = member(client("leaves", 0, 0, 3), GROUP, QoS.EXACTLY_ONCE);
        leaves.acknowledging = false;
        publish(client("p"), 10, QoS.EXACTLY_ONCE);
        SimulatedClient stays = member("stays", GROUP);
        assertThat(leaves.texts()).hasSize(3);
        leaves.cut();
        time.run(SECOND);
        assertThat(stays.texts()).hasSize(7).doesNotContainAnyElementsOf(leaves.texts());
    }

    @Test
    void qos_2_that_was_begun_is_completed_when_its_member_is_back() { // [MQTT-4.8.2-4]
        SimulatedClient away = member(client("away", 0, 1_000, 3), GROUP, QoS.EXACTLY_ONCE);
        away.acknowledging = false;
        publish(client("p"), 3, QoS.EXACTLY_ONCE);
        SimulatedClient stays = member("stays", GROUP);
        away.cut();
        time.run(SECOND);
        away.acknowledging = true;
        away.connect(cluster.nodes.getFirst(), false, 1_000);
        time.run(SECOND);
        assertThat(stays.texts()).isEmpty();
        assertThat(away.texts()).hasSize(3);
        assertThat(cluster.nodes.getFirst().broker().shard(0).clients(9))
                .allSatisfy(c -> assertThat(c.inflight()).isZero());
    }

    @Test
    void a_message_a_member_refuses_goes_to_nobody_else() { // [MQTT-4.8.2-6]
        SimulatedClient refuses = member("refuses", GROUP);
        refuses.acknowledging = false;
        publish(client("p"), 1, QoS.AT_LEAST_ONCE);
        SimulatedClient stays = member("stays", GROUP);
        refuses.send(new PubAck(1, ReasonCode.NOT_AUTHORIZED, Properties.EMPTY));
        time.run(SECOND);
        refuses.cut();
        time.run(SECOND);
        assertThat(refuses.texts()).hasSize(1);
        assertThat(stays.texts()).isEmpty();
    }

    @Test
    void the_queue_of_an_expired_session_goes_to_another_node_where_its_own_has_no_member() {
        cluster = cluster(Strategy.ROUND_ROBIN, 2);
        SimulatedClient away = member(client("away", 0, 10, 100), GROUP, QoS.AT_LEAST_ONCE);
        away.cut();
        SimulatedClient publisher = client("p");
        publish(publisher, 10, QoS.AT_LEAST_ONCE);
        SimulatedClient elsewhere = member(client("elsewhere", 1, 0, 9), GROUP, QoS.AT_LEAST_ONCE);
        time.run(20 * SECOND);
        Set<String> got = new HashSet<>(elsewhere.texts());
        assertThat(publisher.acknowledged).hasSize(10);
        assertThat(got).containsExactlyInAnyOrderElementsOf(publisher.acknowledged);
        assertThat(cluster.nodes.getFirst().broker().counters().sharedHandedOn.sum()).isEqualTo(10);
    }

    @Test
    void another_node_is_told_where_a_member_goes_before_it_has_the_message() {
        Broker broker = cluster.nodes.getFirst().broker();
        for (int round = 0; round < 100; round++) {
            String id = "goes-" + round;
            member(client(id, 0, 1_000, 9), GROUP, QoS.EXACTLY_ONCE);
            broker.deliver(
                    messageOf("elsewhere-" + round),
                    false,
                    List.of(TopicFilter.of(GROUP)),
                    List.of(),
                    List.of(),
                    Completion.IGNORED);
            broker.forfeit(id, Long.MAX_VALUE);
            time.run(SECOND);
        }
        assertThat(broker.counters().droppedNoMember.sum()).isZero();
    }

    private static Message messageOf(String publisher) {
        return new Message(
                TopicName.of("t/1"),
                new byte[0],
                QoS.EXACTLY_ONCE,
                false,
                Properties.EMPTY,
                publisher,
                Message.NEVER_EXPIRES);
    }

    @Test
    void where_no_member_is_left_they_are_dropped_and_counted() {
        SimulatedClient last = member("last", GROUP);
        last.acknowledging = false;
        publish(client("p"), 10, QoS.AT_LEAST_ONCE);
        last.cut();
        time.run(SECOND);
        assertThat(cluster.nodes.getFirst().broker().counters().droppedNoMember.sum())
                .isEqualTo(10);
    }
}
