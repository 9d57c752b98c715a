package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.broker.BrokerCounters;
import io.skein.broker.BrokerLimits;
import io.skein.broker.OverloadLimits;
import io.skein.cluster.Message;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** P11: what happens at the limits of a node and of a client that is too fast or too slow. */
class OverloadTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long FOREVER = 0xFFFF_FFFFL;
    private static final BrokerLimits FEW_QUEUED =
            new BrokerLimits(0, FOREVER, 1_024, 20, 100, 1 << 20, 100, 0, 1 << 20);

    private final VirtualTime time = new VirtualTime(11);
    private SimulatedCluster cluster = new SimulatedCluster(time, 1, 2);

    private void limit(BrokerLimits limits, OverloadLimits overload) {
        cluster = new SimulatedCluster(time, 1, 2, limits, settings -> settings.with(overload));
    }

    private SimulatedNode node() {
        return cluster.nodes.getFirst();
    }

    private BrokerCounters counters() {
        return node().broker().counters();
    }

    private SimulatedClient client(String id, long expirySeconds) {
        SimulatedClient client = new SimulatedClient(time, id);
        client.connect(node(), true, expirySeconds);
        time.run(SECOND);
        return client;
    }

    private SimulatedClient subscriber(String id, long expirySeconds, String filter, QoS qos) {
        SimulatedClient client = client(id, expirySeconds);
        client.subscribe(filter, qos);
        time.run(SECOND);
        return client;
    }

    private void publish(SimulatedClient client, String topic, String text, QoS qos) {
        client.publish(topic, text, qos);
        time.run(SECOND / 10);
    }

    private void retain(SimulatedClient client, String topic, String text, QoS qos) {
        client.publish(topic, text, qos, true);
        time.run(SECOND);
    }

    private List<String> retained() {
        return cluster.retained.values().stream()
                .map(m -> new String(m.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void a_full_node_refuses_publishers_until_its_sessions_have_room_again() {
        limit(BrokerLimits.DEFAULTS, new OverloadLimits(10, 1 << 20, 9, 1 << 20, 0, 0, 0));
        SimulatedClient away = subscriber("away", FOREVER, "t", QoS.AT_LEAST_ONCE);
        away.cut();
        SimulatedClient publisher = client("p", 0);
        for (int i = 0; i < 12; i++) {
            publish(publisher, "t", "m" + i, QoS.AT_LEAST_ONCE);
        }
        assertThat(publisher.answers.subList(0, 10)).containsOnly(ReasonCode.SUCCESS);
        assertThat(publisher.answers.subList(10, 12)).containsOnly(ReasonCode.QUOTA_EXCEEDED);
        assertThat(counters().refusedBacklogFull.sum()).isEqualTo(2);
        away.connect(node(), false, FOREVER);
        time.run(SECOND);
        publish(publisher, "t", "again", QoS.AT_LEAST_ONCE);
        assertThat(away.texts()).hasSize(11).last().isEqualTo("again");
        assertThat(node().broker().queuedMessages()).isZero();
        assertThat(node().broker().queuedBytes()).isZero();
    }

    @Test
    void a_session_that_ends_leaves_nothing_in_the_count_of_the_node() {
        SimulatedClient away = subscriber("away", 5, "t", QoS.EXACTLY_ONCE);
        away.acknowledging = false;
        SimulatedClient publisher = client("p", 0);
        publish(publisher, "t", "unacknowledged", QoS.EXACTLY_ONCE);
        away.cut();
        publish(publisher, "t", "waiting", QoS.AT_LEAST_ONCE);
        assertThat(node().broker().queuedMessages()).isEqualTo(2);
        time.run(10 * SECOND);
        assertThat(node().broker().queuedMessages()).isZero();
        assertThat(node().broker().queuedBytes()).isZero();
    }

    @Test
    void a_retained_message_too_many_is_refused_and_one_that_replaces_is_not() {
        limit(BrokerLimits.DEFAULTS, new OverloadLimits(9, 1 << 20, 2, 1 << 20, 0, 0, 0));
        SimulatedClient watcher = subscriber("w", 0, "#", QoS.AT_LEAST_ONCE);
        SimulatedClient publisher = client("p", 0);
        retain(publisher, "a", "a1", QoS.AT_LEAST_ONCE);
        retain(publisher, "b", "b1", QoS.AT_LEAST_ONCE);
        retain(publisher, "c", "refused", QoS.EXACTLY_ONCE);
        retain(publisher, "d", "not kept", QoS.AT_MOST_ONCE);
        retain(publisher, "a", "a2", QoS.AT_LEAST_ONCE);
        assertThat(publisher.answers)
                .containsExactly(
                        ReasonCode.SUCCESS,
                        ReasonCode.SUCCESS,
                        ReasonCode.QUOTA_EXCEEDED,
                        ReasonCode.SUCCESS);
        assertThat(retained()).containsExactlyInAnyOrder("a2", "b1");
        assertThat(watcher.texts()).containsExactly("a1", "b1", "not kept", "a2");
        assertThat(counters().retainedRefused.sum()).isEqualTo(2);
        retain(publisher, "b", "", QoS.AT_LEAST_ONCE);
        retain(publisher, "c", "c1", QoS.AT_LEAST_ONCE);
        assertThat(retained()).containsExactlyInAnyOrder("a2", "c1");
    }

    @Test
    void a_version_3_client_cannot_be_refused_so_its_message_is_delivered_and_not_kept() {
        limit(BrokerLimits.DEFAULTS, new OverloadLimits(9, 1 << 20, 0, 1 << 20, 0, 0, 0));
        SimulatedClient watcher = subscriber("w", 0, "#", QoS.AT_LEAST_ONCE);
        SimulatedClient old = new SimulatedClient(time, "old");
        old.connect(
                node(),
                new Connect(
                        ProtocolVersion.MQTT_3_1_1,
                        "old",
                        true,
                        0,
                        Properties.EMPTY,
                        null,
                        null,
                        null));
        time.run(SECOND);
        retain(old, "a", "delivered", QoS.AT_LEAST_ONCE);
        assertThat(old.isConnected()).isTrue();
        assertThat(watcher.texts()).containsExactly("delivered");
        assertThat(retained()).isEmpty();
        assertThat(counters().retainedRefused.sum()).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void who_publishes_too_fast_is_slowed_down_and_loses_nothing(QoS qos) {
        limit(BrokerLimits.DEFAULTS, new OverloadLimits(9_999, 1 << 20, 9, 9, 10, 0, 0));
        SimulatedClient subscriber = subscriber("s", 0, "t", QoS.EXACTLY_ONCE);
        SimulatedClient fast = client("fast", 0);
        for (int i = 0; i < 50; i++) {
            fast.publish("t", "m" + i, qos);
        }
        time.run(SECOND);
        assertThat(subscriber.texts()).hasSizeBetween(10, 25);
        time.run(5 * SECOND);
        assertThat(subscriber.texts())
                .containsExactlyElementsOf(IntStream.range(0, 50).mapToObj(i -> "m" + i).toList());
        assertThat(fast.isIdle()).isTrue();
        assertThat(counters().publishersPaused.sum()).isPositive();
    }

    @Test
    void bytes_count_for_the_rate_too() {
        limit(BrokerLimits.DEFAULTS, new OverloadLimits(9_999, 1 << 20, 9, 9, 0, 1_000, 0));
        SimulatedClient subscriber = subscriber("s", 0, "t", QoS.AT_MOST_ONCE);
        SimulatedClient fast = client("fast", 0);
        for (int i = 0; i < 10; i++) {
            fast.publish("t", "x".repeat(500), QoS.AT_MOST_ONCE);
        }
        time.run(SECOND);
        assertThat(subscriber.texts()).hasSizeBetween(2, 6);
        time.run(5 * SECOND);
        assertThat(subscriber.texts()).hasSize(10);
    }

    @Test
    void who_takes_nothing_for_too_long_is_disconnected_with_the_reason() {
        limit(BrokerLimits.DEFAULTS, new OverloadLimits(9_999, 1 << 20, 9, 9, 0, 0, 10));
        SimulatedClient stuck = subscriber("stuck", FOREVER, "t", QoS.AT_LEAST_ONCE);
        SimulatedClient pauses = subscriber("pauses", 0, "t", QoS.AT_LEAST_ONCE);
        stuck.taking = false;
        pauses.taking = false;
        publish(client("p", 0), "t", "m", QoS.AT_LEAST_ONCE);
        time.run(6 * SECOND);
        pauses.takeAgain();
        time.run(6 * SECOND);
        assertThat(stuck.disconnectReasons).containsExactly(ReasonCode.QUOTA_EXCEEDED);
        assertThat(pauses.isConnected()).isTrue();
        assertThat(pauses.texts()).containsExactly("m");
        assertThat(counters().slowConsumersClosed.sum()).isOne();
        stuck.taking = true;
        stuck.connect(node(), false, FOREVER);
        time.run(SECOND);
        assertThat(stuck.texts()).containsExactly("m");
    }

    @ParameterizedTest
    @EnumSource
    void more_retained_messages_than_a_queue_holds_come_as_the_client_takes_them(QoS qos) {
        int count = 5_000;
        limit(FEW_QUEUED, OverloadLimits.DEFAULTS);
        for (int i = 0; i < count; i++) {
            TopicName topic = TopicName.of("t/" + i);
            byte[] payload = String.valueOf(i).getBytes(StandardCharsets.UTF_8);
            cluster.retained.put(
                    topic,
                    new Message(
                            topic,
                            payload,
                            QoS.EXACTLY_ONCE,
                            true,
                            Properties.EMPTY,
                            "p",
                            Message.NEVER_EXPIRES));
        }
        SimulatedClient subscriber = client("s", FOREVER);
        subscriber.taking = false;
        subscriber.subscribe("#", qos);
        time.run(SECOND);
        assertThat(subscriber.subAcks).hasSize(1);
        assertThat(subscriber.texts()).isEmpty();
        assertThat(node().broker().queuedMessages()).isZero();
        subscriber.takeAgain();
        time.run(60 * SECOND);
        assertThat(subscriber.texts()).hasSize(count).doesNotHaveDuplicates();
        assertThat(counters().droppedQueueFull.sum()).isZero();
        assertThat(counters().droppedSlowConsumer.sum()).isZero();
    }
}
