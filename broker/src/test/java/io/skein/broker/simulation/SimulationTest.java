package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many clients publish, subscribe, lose their connections and move about, in virtual time, and then
 * everything is compared with what was promised.
 */
class SimulationTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String[] TOPICS = {"a/b", "a/c", "c", "d/b"};

    /** A population of persistent subscribers and publishers under random disturbance. */
    private static final class Crowd {
        private static final String[] FILTERS = {"a/b", "a/+", "#", "+/b", "a/#", "c"};

        final VirtualTime time;
        final SimulatedCluster cluster;
        final List<SimulatedClient> subscribers = new ArrayList<>();
        final List<SimulatedClient> publishers = new ArrayList<>();
        final Map<SimulatedClient, String> filters = new HashMap<>();
        final Map<SimulatedClient, QoS> grants = new HashMap<>();
        final Map<String, String> topicOf = new HashMap<>();
        final Map<String, QoS> qosOf = new HashMap<>();
        private int published;

        Crowd(long seed, int nodes, int shards) {
            time = new VirtualTime(seed);
            cluster = new SimulatedCluster(time, nodes, shards);
            for (int i = 0; i < 6; i++) {
                SimulatedClient subscriber = new SimulatedClient(time, "sub-" + i);
                subscribers.add(subscriber);
                filters.put(subscriber, FILTERS[time.random.nextInt(FILTERS.length)]);
                grants.put(subscriber, QoS.of(1 + time.random.nextInt(2)));
                subscriber.connect(anyNode(), true, 0xFFFF_FFFFL);
                time.run(SECOND);
                subscriber.subscribe(filters.get(subscriber), grants.get(subscriber));
            }
            for (int i = 0; i < 4; i++) {
                SimulatedClient publisher = new SimulatedClient(time, "pub-" + i);
                publishers.add(publisher);
                publisher.connect(anyNode(), true, 0xFFFF_FFFFL);
            }
            time.run(5 * SECOND);
            assertThat(subscribers).allSatisfy(s -> assertThat(s.subAcks).hasSize(1));
        }

        SimulatedNode anyNode() {
            List<SimulatedNode> alive = cluster.nodes.stream().filter(n -> !n.isCrashed()).toList();
            return alive.get(time.random.nextInt(alive.size()));
        }

        void publishOne() {
            SimulatedClient publisher = publishers.get(time.random.nextInt(publishers.size()));
            String topic = TOPICS[time.random.nextInt(TOPICS.length)];
            QoS qos = QoS.of(1 + time.random.nextInt(2));
            String text = publisher.id + ":" + published++;
            topicOf.put(text, topic);
            qosOf.put(text, qos);
            publisher.publish(topic, text, qos);
        }

        /** All connections break; what the node had not stored is gone. */
        void killAndStart() {
            cluster.restart(cluster.nodes.getFirst());
            all().forEach(SimulatedClient::cut);
        }

        void reconnect(SimulatedClient client, SimulatedNode to) {
            client.connect(to, false, 0xFFFF_FFFFL);
        }

        /**
         * Subscribers first: a session that moves while its messages travel is another scenario.
         */
        void everybodyBack() {
            back(subscribers);
            back(publishers);
        }

        private void back(List<SimulatedClient> clients) {
            for (int round = 0; round < 5; round++) {
                for (SimulatedClient client : clients) {
                    if (!client.isConnected()) {
                        reconnect(client, anyNode());
                    }
                }
                time.run(20 * SECOND);
            }
        }

        List<SimulatedClient> all() {
            List<SimulatedClient> all = new ArrayList<>(subscribers);
            all.addAll(publishers);
            return all;
        }

        boolean isFor(SimulatedClient subscriber, String text) {
            return TopicFilter.of(filters.get(subscriber)).matches(TopicName.of(topicOf.get(text)));
        }

        void nothingAcknowledgedIsLost() {
            for (SimulatedClient publisher : publishers) {
                assertThat(publisher.isIdle()).as(publisher.id + " has its answers").isTrue();
                for (SimulatedClient subscriber : subscribers) {
                    Set<String> got = new HashSet<>(subscriber.texts());
                    assertThat(publisher.acknowledged)
                            .filteredOn(text -> isFor(subscriber, text))
                            .as("acknowledged to %s, due to %s", publisher.id, subscriber.id)
                            .allSatisfy(text -> assertThat(got).contains(text));
                }
            }
        }

        void nothingComesUnasked() {
            for (SimulatedClient subscriber : subscribers) {
                assertThat(subscriber.texts()).allMatch(text -> isFor(subscriber, text));
            }
        }

        void exactlyOnceIsOnce() {
            for (SimulatedClient subscriber : subscribers) {
                if (grants.get(subscriber) == QoS.EXACTLY_ONCE) {
                    assertThat(subscriber.texts())
                            .filteredOn(text -> qosOf.get(text) == QoS.EXACTLY_ONCE)
                            .as("QoS 2 at %s", subscriber.id)
                            .doesNotHaveDuplicates();
                }
            }
        }

        void orderIsKept() {
            for (SimulatedClient subscriber : subscribers) {
                Map<String, Integer> last = new HashMap<>();
                Set<String> seen = new HashSet<>();
                for (String text : subscriber.texts()) {
                    if (!seen.add(text)) {
                        continue; // a re-delivery
                    }
                    String[] parts = text.split(":", -1);
                    String stream = parts[0] + topicOf.get(text) + qosOf.get(text);
                    int number = Integer.parseInt(parts[1]);
                    assertThat(number)
                            .as("%s at %s", text, subscriber.id)
                            .isGreaterThan(last.getOrDefault(stream, -1));
                    last.put(stream, number);
                }
            }
        }
    }

    @Test
    void p2_p3_p4_one_node_keeps_its_promises_while_clients_come_and_go() {
        Seeds.each(
                SimulationTest.class,
                seed -> {
                    Crowd crowd = new Crowd(seed, 1, 1 + (int) (seed % 3));
                    for (int step = 0; step < 400; step++) {
                        act(crowd, Map.of());
                    }
                    crowd.everybodyBack();
                    crowd.nothingAcknowledgedIsLost();
                    crowd.nothingComesUnasked();
                    crowd.exactlyOnceIsOnce();
                    crowd.orderIsKept();
                });
    }

    @Test
    void p2_p3_p4_one_node_is_killed_and_started_again_and_again() { // [MQTT-4.3.3-10]
        Seeds.each(
                SimulationTest.class,
                seed -> {
                    Crowd crowd = new Crowd(seed, 1, 1 + (int) (seed % 3));
                    for (int step = 0; step < 400; step++) {
                        act(crowd, Map.of());
                        if (crowd.time.random.nextInt(25) == 0) {
                            crowd.killAndStart();
                        }
                    }
                    crowd.everybodyBack();
                    crowd.nothingAcknowledgedIsLost();
                    crowd.nothingComesUnasked();
                    crowd.exactlyOnceIsOnce();
                });
    }

    @Test
    void p2_p3_p4_a_node_is_killed_whose_sessions_are_kept_apart() { // [MQTT-4.3.3-10]
        Seeds.each(
                SimulationTest.class,
                seed -> {
                    Crowd crowd = new Crowd(seed, 1, 1 + (int) (seed % 3));
                    crowd.cluster.keepsApart = true;
                    for (int step = 0; step < 400; step++) {
                        act(crowd, Map.of());
                        if (crowd.time.random.nextInt(25) == 0) {
                            crowd.killAndStart();
                        }
                    }
                    crowd.everybodyBack();
                    crowd.nothingAcknowledgedIsLost();
                    crowd.nothingComesUnasked();
                    crowd.exactlyOnceIsOnce();
                });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void p8_every_will_comes_once_though_the_node_is_killed(boolean apart) { // [MQTT-3.1.2-8]
        Seeds.each(
                SimulationTest.class,
                seed -> {
                    Crowd crowd = new Crowd(seed, 1, 1 + (int) (seed % 3));
                    crowd.cluster.keepsApart = apart;
                    List<String> due = new ArrayList<>();
                    for (int life = 0; life < 40; life++) {
                        SimulatedClient mortal = new SimulatedClient(crowd.time, "mortal-" + life);
                        String text = "will:" + life;
                        crowd.topicOf.put(text, TOPICS[crowd.time.random.nextInt(TOPICS.length)]);
                        crowd.qosOf.put(text, QoS.EXACTLY_ONCE);
                        long expirySeconds = crowd.time.random.nextBoolean() ? 0 : 3_600;
                        Will will =
                                new Will(
                                        TopicName.of(crowd.topicOf.get(text)),
                                        text.getBytes(StandardCharsets.UTF_8),
                                        QoS.EXACTLY_ONCE,
                                        false,
                                        Properties.EMPTY);
                        mortal.connect(crowd.anyNode(), true, expirySeconds, 0, will);
                        crowd.time.run(SECOND / 20);
                        assertThat(mortal.isConnected()).isTrue();
                        due.add(text);
                        mortal.cut();
                        if (crowd.time.random.nextInt(3) > 0) {
                            crowd.time.run(crowd.time.delay(SECOND / 100));
                            crowd.killAndStart();
                        }
                        crowd.everybodyBack();
                    }
                    for (SimulatedClient subscriber : crowd.subscribers) {
                        List<String> expected =
                                due.stream().filter(text -> crowd.isFor(subscriber, text)).toList();
                        if (crowd.grants.get(subscriber) == QoS.EXACTLY_ONCE) {
                            assertThat(subscriber.texts()).containsExactlyElementsOf(expected);
                        } else {
                            assertThat(subscriber.texts()).containsAll(expected);
                        }
                    }
                });
    }

    @Test
    void p1_p2_p3_p4_three_nodes_keep_their_promises_while_clients_reconnect_where_they_were() {
        Seeds.each(
                SimulationTest.class,
                seed -> {
                    Crowd crowd = new Crowd(seed, 3, 2);
                    Map<SimulatedClient, SimulatedNode> homes = new HashMap<>();
                    for (SimulatedClient client : crowd.all()) {
                        SimulatedNode home = crowd.anyNode();
                        homes.put(client, home);
                        client.cut();
                        crowd.reconnect(client, home);
                    }
                    crowd.time.run(5 * SECOND);
                    for (int step = 0; step < 400; step++) {
                        act(crowd, homes);
                    }
                    for (SimulatedClient client : crowd.all()) {
                        if (!client.isConnected()) {
                            crowd.reconnect(client, homes.get(client));
                        }
                    }
                    crowd.time.run(20 * SECOND);
                    crowd.everybodyBack();
                    crowd.nothingAcknowledgedIsLost();
                    crowd.nothingComesUnasked();
                    crowd.exactlyOnceIsOnce();
                    crowd.orderIsKept();
                });
    }

    @Test
    void p5_p6_sessions_follow_their_clients_between_bursts() {
        Seeds.each(
                SimulationTest.class,
                seed -> {
                    Crowd crowd = new Crowd(seed, 3, 2);
                    for (int burst = 0; burst < 8; burst++) {
                        for (int i = 0; i < 20; i++) {
                            crowd.publishOne();
                            crowd.time.run(crowd.time.delay(SECOND / 100));
                        }
                        crowd.everybodyBack();
                        for (SimulatedClient client : crowd.all()) {
                            if (crowd.time.random.nextBoolean()) {
                                client.cut();
                            } else if (crowd.time.random.nextBoolean()) {
                                crowd.reconnect(client, crowd.anyNode()); // without leaving first
                            }
                        }
                        crowd.everybodyBack();
                    }
                    crowd.nothingAcknowledgedIsLost();
                    crowd.nothingComesUnasked();
                    crowd.exactlyOnceIsOnce();
                    crowd.orderIsKept();
                });
    }

    private static void act(Crowd crowd, Map<SimulatedClient, SimulatedNode> homes) {
        int dice = crowd.time.random.nextInt(20);
        List<SimulatedClient> all = crowd.all();
        SimulatedClient someone = all.get(crowd.time.random.nextInt(all.size()));
        SimulatedNode home = homes.getOrDefault(someone, crowd.cluster.nodes.getFirst());
        if (dice < 14) {
            crowd.publishOne();
        } else if (dice < 16) {
            someone.cut();
        } else if (!someone.isConnected() || dice == 19) {
            crowd.reconnect(someone, home); // a takeover where it is still connected
        }
        crowd.time.run(crowd.time.delay(SECOND / 50));
    }
}
