package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.broker.BrokerCounters;
import io.skein.broker.BrokerLimits;
import io.skein.broker.OverloadLimits;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.SubAck;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * P11 under random disturbance: limits so low that they are reached all the time. What is missing
 * afterwards is exactly what was counted, and nobody has got more than he may.
 */
class LimitsSimulationTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long FOREVER = 0xFFFF_FFFFL;
    private static final int INFLIGHT = 4;
    private static final int QUEUED = 6;
    private static final int SUBSCRIPTIONS = 3;

    /** Subscribers of one topic that are away, silent or stuck, and publishers that are not. */
    private static final class Crowd {
        final VirtualTime time;
        final SimulatedCluster cluster;
        final List<SimulatedClient> subscribers = new ArrayList<>();
        final Map<SimulatedClient, Integer> receiveMaximum = new HashMap<>();
        final List<SimulatedClient> publishers = new ArrayList<>();
        final SimulatedClient reader;
        final Map<String, QoS> qosOf = new LinkedHashMap<>();
        final SimulatedClient greedy;
        final Set<String> held = new HashSet<>();
        final List<ReasonCode> granted = new ArrayList<>();

        Crowd(long seed, int nodeQueued) {
            time = new VirtualTime(seed);
            BrokerLimits limits =
                    new BrokerLimits(
                            0, FOREVER, 10, INFLIGHT, QUEUED, 1 << 20, SUBSCRIPTIONS, 0, 1 << 20);
            OverloadLimits overload = new OverloadLimits(nodeQueued, 1 << 20, 9, 1 << 20, 0, 0, 0);
            cluster =
                    new SimulatedCluster(
                            time,
                            1,
                            1 + (int) (seed % 3),
                            limits,
                            settings -> settings.with(overload));
            for (int i = 0; i < 5; i++) {
                SimulatedClient subscriber = new SimulatedClient(time, "sub-" + i);
                receiveMaximum.put(subscriber, 1 + time.random.nextInt(2 * INFLIGHT));
                subscribers.add(subscriber);
                connect(subscriber);
                time.run(SECOND);
                subscriber.subscribe("t", QoS.of(1 + time.random.nextInt(2)));
            }
            reader = clean("reader");
            reader.subscribe("#", QoS.AT_MOST_ONCE);
            greedy = clean("greedy");
            publishers.add(clean("pub-0"));
            publishers.add(clean("pub-1"));
            time.run(SECOND);
        }

        private SimulatedClient clean(String id) {
            SimulatedClient client = new SimulatedClient(time, id);
            client.connect(node(), true, 0);
            time.run(SECOND);
            return client;
        }

        SimulatedNode node() {
            return cluster.nodes.getFirst();
        }

        BrokerCounters counters() {
            return node().broker().counters();
        }

        void connect(SimulatedClient subscriber) {
            Properties properties =
                    Properties.builder()
                            .number(Property.SESSION_EXPIRY_INTERVAL, FOREVER)
                            .number(Property.RECEIVE_MAXIMUM, receiveMaximum.get(subscriber))
                            .build();
            subscriber.packets.clear();
            subscriber.connect(
                    node(),
                    new Connect(
                            ProtocolVersion.MQTT_5,
                            subscriber.id,
                            false,
                            0,
                            properties,
                            null,
                            null,
                            null));
        }

        void act() {
            SimulatedClient someone = subscribers.get(time.random.nextInt(subscribers.size()));
            switch (time.random.nextInt(30)) {
                case 0 -> someone.cut();
                case 1, 2 -> {
                    if (!someone.isConnected()) {
                        connect(someone);
                    }
                }
                case 3 -> someone.taking = false;
                case 4, 5 -> someone.takeAgain();
                case 6 -> reader.taking = false;
                case 7 -> reader.takeAgain();
                case 8 -> someone.acknowledging = false;
                case 9, 10 -> someone.acknowledgeAgain();
                case 11 -> subscribeToOneMore();
                case 12 -> unsubscribe();
                default -> publish();
            }
            time.run(time.delay(SECOND / 50));
            subscribers.forEach(this::hasNoMoreThanItMay);
        }

        private void subscribeToOneMore() {
            String filter = "greedy/" + time.random.nextInt(2 * SUBSCRIPTIONS);
            boolean fits = held.contains(filter) || held.size() < SUBSCRIPTIONS;
            greedy.subscribe(filter, QoS.AT_LEAST_ONCE);
            granted.add(fits ? ReasonCode.granted(QoS.AT_LEAST_ONCE) : ReasonCode.QUOTA_EXCEEDED);
            if (fits) {
                held.add(filter);
            }
        }

        private void unsubscribe() {
            String filter = "greedy/" + time.random.nextInt(2 * SUBSCRIPTIONS);
            greedy.unsubscribe(filter);
            held.remove(filter);
        }

        private void publish() {
            SimulatedClient publisher = publishers.get(time.random.nextInt(publishers.size()));
            QoS qos = QoS.of(time.random.nextInt(3));
            String text = publisher.id + ":" + qosOf.size();
            qosOf.put(text, qos);
            publisher.publish(qos == QoS.AT_MOST_ONCE ? "only/reader" : "t", text, qos);
        }

        void settle() {
            for (SimulatedClient client : subscribers) {
                client.takeAgain();
                client.acknowledgeAgain();
            }
            reader.takeAgain();
            time.run(5 * SECOND);
            subscribers.stream().filter(c -> !c.isConnected()).forEach(this::connect);
            time.run(60 * SECOND);
        }

        /** Of what came on this connection, in the client's sight: [MQTT-3.3.4-9]. */
        void hasNoMoreThanItMay(SimulatedClient subscriber) {
            assertThat(subscriber.unanswered())
                    .as("unanswered at %s", subscriber.id)
                    .isLessThanOrEqualTo(Math.min(INFLIGHT, receiveMaximum.get(subscriber)));
        }

        /** What was published and not refused. */
        Set<String> accepted() {
            Set<String> accepted = new HashSet<>();
            qosOf.forEach((text, qos) -> {
                if (qos == QoS.AT_MOST_ONCE) {
                    accepted.add(text);
                }
            });
            publishers.forEach(publisher -> accepted.addAll(publisher.acknowledged));
            return accepted;
        }

        long refused() {
            return publishers.stream()
                    .flatMap(publisher -> publisher.answers.stream())
                    .filter(answer -> answer == ReasonCode.QUOTA_EXCEEDED)
                    .count();
        }

        /** How many of what was due a client has not got; it has got nothing else. */
        long missing(SimulatedClient client, Set<String> due) {
            Set<String> got = new HashSet<>(client.texts());
            assertThat(due).as("due to %s", client.id).isNotEmpty().containsAll(got);
            return (long) due.size() - got.size();
        }

        void whatIsMissingWasCounted() {
            Set<String> due = accepted();
            assertThat(counters().droppedSlowConsumer.sum()).isEqualTo(missing(reader, due));
            due.removeIf(text -> qosOf.get(text) == QoS.AT_MOST_ONCE);
            assertThat(counters().droppedQueueFull.sum())
                    .isEqualTo(subscribers.stream().mapToLong(s -> missing(s, due)).sum());
        }

        void whatWasRefusedWasCounted() {
            assertThat(publishers).allMatch(SimulatedClient::isIdle);
            assertThat(counters().refusedBacklogFull.sum()).isEqualTo(refused());
            greedy.subAcks.sort(Comparator.comparingInt(SubAck::packetId));
            assertThat(greedy.subAcks)
                    .flatExtracting(SubAck::reasons)
                    .containsExactlyElementsOf(granted);
        }

        /** Of each publisher and quality, whatever came again. */
        void orderWasKept() {
            for (SimulatedClient subscriber : subscribers) {
                Map<String, Integer> last = new HashMap<>();
                for (String text : new LinkedHashSet<>(subscriber.texts())) {
                    String[] parts = text.split(":", -1);
                    int number = Integer.parseInt(parts[1]);
                    assertThat(last.put(parts[0] + qosOf.get(text), number))
                            .as("before %s at %s", text, subscriber.id)
                            .satisfiesAnyOf(
                                    before -> assertThat(before).isNull(),
                                    before -> assertThat(before).isLessThan(number));
                }
            }
        }

        void nothingIsLeft() {
            assertThat(node().broker().queuedMessages()).isZero();
            assertThat(node().broker().queuedBytes()).isZero();
        }
    }

    private static Crowd disturbed(long seed, int nodeQueued) {
        Crowd crowd = new Crowd(seed, nodeQueued);
        for (int step = 0; step < 400; step++) {
            crowd.act();
        }
        crowd.settle();
        crowd.whatIsMissingWasCounted();
        crowd.whatWasRefusedWasCounted();
        crowd.orderWasKept();
        crowd.nothingIsLeft();
        return crowd;
    }

    @Test
    void p11_what_a_full_queue_drops_is_counted_and_nothing_else_is_missing() {
        Seeds.each(
                LimitsSimulationTest.class,
                seed -> {
                    Crowd crowd = disturbed(seed, Integer.MAX_VALUE);
                    assertThat(crowd.refused()).isZero();
                    assertThat(crowd.counters().droppedQueueFull.sum()).isPositive();
                });
    }

    @Test
    void p11_what_a_full_node_refuses_reaches_nobody_and_is_counted() {
        Seeds.each(
                LimitsSimulationTest.class,
                seed -> assertThat(disturbed(seed, 15).refused()).isPositive());
    }
}
