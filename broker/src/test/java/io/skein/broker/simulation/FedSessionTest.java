package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Persistent sessions that the cluster gives what they want: the broker leaves them to it. */
class FedSessionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR_SECONDS = 3_600;

    private final VirtualTime time = new VirtualTime(7);
    private final SimulatedCluster cluster = new SimulatedCluster(time, 1, 2);
    private final SimulatedNode node = cluster.nodes.getFirst();

    FedSessionTest() {
        node.feedsSessions = true;
    }

    private SimulatedClient client(String id, long expirySeconds) {
        SimulatedClient client = new SimulatedClient(time, id);
        client.connect(node, false, expirySeconds);
        time.run(SECOND);
        return client;
    }

    private SimulatedClient subscriber(String id, long expirySeconds, String filter) {
        SimulatedClient client = client(id, expirySeconds);
        client.subscribe(filter, QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        return client;
    }

    private void give(String clientId, String text) {
        Message message =
                new Message(
                        TopicName.of("t"),
                        text.getBytes(StandardCharsets.UTF_8),
                        QoS.AT_LEAST_ONCE,
                        false,
                        Properties.EMPTY,
                        "publisher",
                        Message.NEVER_EXPIRES);
        node.broker()
                .deliver(
                        message,
                        false,
                        List.of(),
                        List.of(clientId),
                        List.of(),
                        Completion.IGNORED);
        time.run(SECOND);
    }

    @Test
    void what_clients_of_the_node_publish_reaches_it_by_name_only() {
        SimulatedClient kept = subscriber("kept", HOUR_SECONDS, "t");
        SimulatedClient clean = subscriber("clean", 0, "t");
        client("publisher", 0).publish("t", "m", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        assertThat(clean.texts()).containsExactly("m");
        assertThat(kept.texts()).isEmpty();

        give("kept", "m");
        assertThat(kept.texts()).containsExactly("m");
        assertThat(clean.texts()).containsExactly("m");
    }

    @Test
    void it_is_a_member_of_groups_as_ever() {
        SimulatedClient kept = subscriber("kept", HOUR_SECONDS, "$share/g/t");
        client("publisher", 0).publish("t", "m", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        assertThat(kept.texts()).containsExactly("m");
    }

    @Test
    void its_subscriptions_are_told_also_when_it_is_to_end_with_its_connection() {
        subscriber("kept", HOUR_SECONDS, "t").cut();
        time.run(SECOND);
        SimulatedClient again = subscriber("kept", 0, "more");
        assertThat(node.stored("kept").subscriptions())
                .extracting(entry -> entry.subscription().filter().text())
                .contains("more");
        give("kept", "m");
        assertThat(again.texts()).containsExactly("m");
    }

    @Test
    void what_the_node_says_of_itself_it_gets_from_the_broker() {
        SimulatedClient kept = subscriber("kept", HOUR_SECONDS, "$SYS/#");
        Message said =
                new Message(
                        TopicName.of("$SYS/broker/uptime"),
                        "1 seconds".getBytes(StandardCharsets.UTF_8),
                        QoS.AT_LEAST_ONCE,
                        true,
                        Properties.EMPTY,
                        "",
                        Message.NEVER_EXPIRES);
        node.broker().publishSystem(List.of(said));
        time.run(SECOND);
        assertThat(kept.texts()).containsExactly("1 seconds");
    }
}
