package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.broker.AccessRules;
import io.skein.broker.AccessSettings;
import io.skein.broker.BrokerLimits;
import io.skein.broker.Shard;
import io.skein.broker.Verdict;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is told of a request that is refused, and what follows, in virtual time. */
class RefusalTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Refusal FULL = new Refusal(ReasonCode.QUOTA_EXCEEDED, "no room");

    private static final Will WILL =
            new Will(
                    TopicName.of("will"),
                    "gone".getBytes(StandardCharsets.UTF_8),
                    QoS.EXACTLY_ONCE,
                    false,
                    Properties.EMPTY);

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
    private final SimulatedCluster cluster = cluster();
    private final SimulatedNode node = cluster.nodes.getFirst();

    private SimulatedCluster cluster() {
        Verdict verdict = new Verdict.Allowed(null, RULES);
        AccessSettings access =
                new AccessSettings(_ -> _ -> CompletableFuture.completedFuture(verdict), 10, false);
        return new SimulatedCluster(time, 1, 2, BrokerLimits.DEFAULTS, access);
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

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_id_is_free_in_the_store_before_a_message_refused_in_part_is_answered(boolean oneShard) {
        SimulatedClient away = persistent("away"); // [MQTT-4.3.3-9]
        away.subscribe("t", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        away.disconnect();
        time.run(SECOND);
        SimulatedClient publisher = persistent(client(oneShard, away.id));
        node.fence(away.id);
        publisher.publish("t", "m", QoS.EXACTLY_ONCE);
        for (int i = 0; i < 100_000 && node.stored(publisher.id).received().isEmpty(); i++) {
            time.run(1_000);
        }
        assertThat(node.stored(publisher.id).received()).hasSize(1);

        full(); // before the store has heard that the id is free
        time.run(10 * SECOND);
        assertThat(publisher.isConnected()).isTrue();

        room();
        time.run(2 * SECOND);
        assertThat(publisher.disconnectReasons).containsExactly(ReasonCode.SERVER_BUSY);
        assertThat(publisher.answers).isEmpty();
        assertThat(node.stored(publisher.id).received()).isEmpty();
    }

    @Test
    void a_refused_subscription_does_not_hold() { // [MQTT-3.8.4-1]
        SimulatedClient client = persistent("c");
        node.refusesWrites = FULL; // of which the broker learns from the refusal alone
        client.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        node.refusesWrites = null;
        assertThat(client.subAcks.getFirst().reasons()).containsExactly(ReasonCode.QUOTA_EXCEEDED);

        client("p", Properties.EMPTY).publish("t", "m", QoS.AT_MOST_ONCE);
        time.run(SECOND);
        assertThat(client.texts()).isEmpty();
        assertThat(node.broker().counters().subscriptions.sum()).isZero();
    }

    @Test
    void a_refused_change_of_a_subscription_leaves_it_as_it_was() { // [MQTT-3.8.4-3]
        SimulatedClient client = persistent("c");
        client.subscribe("t", QoS.AT_MOST_ONCE);
        time.run(SECOND);
        node.refusesWrites = FULL;
        node.refusals = 2;
        client.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(100_000);
        client.subscribe("t", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        assertThat(client.subAcks).hasSize(3);

        client("p", Properties.EMPTY).publish("t", "m", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        assertThat(client.arrivals)
                .extracting(SimulatedClient.Arrival::qos)
                .containsExactly(QoS.AT_MOST_ONCE);
        assertThat(node.broker().counters().subscriptions.sum()).isOne();
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void who_publishes_is_disconnected_when_a_message_cannot_be_kept_for_the_moment(
            ProtocolVersion version) { // [MQTT-4.8.0-2]
        SimulatedClient away = new SimulatedClient(time, "away");
        away.connect(node, false, 1_000);
        time.run(SECOND);
        away.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        away.cut();
        SimulatedClient publisher = new SimulatedClient(time, "p");
        Connect connect = new Connect(version, "p", true, 0, Properties.EMPTY, null, null, null);
        publisher.connect(node, connect);
        time.run(SECOND);
        publisher.publish("t", "1", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        node.refusesWrites = Refusal.unavailable("no room");
        publisher.publish("t", "2", QoS.AT_LEAST_ONCE);
        publisher.publish("t", "3", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        assertThat(publisher.isConnected()).isFalse();
        assertThat(publisher.disconnectReasons)
                .isEqualTo(
                        version == ProtocolVersion.MQTT_5
                                ? List.of(ReasonCode.USE_ANOTHER_SERVER)
                                : List.of());
        assertThat(publisher.answers).containsExactly(ReasonCode.SUCCESS);

        node.refusesWrites = null;
        publisher.connect(node, connect);
        time.run(SECOND);
        away.connect(node, false, 1_000);
        time.run(SECOND);

        assertThat(publisher.acknowledged).containsExactly("1", "2", "3");
        assertThat(away.texts()).containsExactly("1", "2", "3");
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void what_follows_a_message_for_which_the_connection_ends_is_not_taken(
            ProtocolVersion version) { // [MQTT-4.6.0-6]
        SimulatedClient away = persistent("away");
        away.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        away.cut();
        SimulatedClient publisher = new SimulatedClient(time, "p");
        Connect connect = new Connect(version, "p", true, 0, Properties.EMPTY, null, null, null);
        publisher.connect(node, connect);
        time.run(SECOND);
        node.nextWriteLateNanos = 2 * SECOND;
        publisher.publish("t", "1", QoS.AT_LEAST_ONCE);
        time.run(SECOND / 2);
        node.broker().storing(Refusal.unavailable("slow"));
        publisher.publish("t", "2", QoS.AT_LEAST_ONCE);
        time.run(SECOND / 2);
        node.broker().storing(null);
        publisher.publish("t", "3", QoS.AT_LEAST_ONCE);
        time.run(3 * SECOND);
        assertThat(publisher.isConnected()).isFalse();
        assertThat(publisher.acknowledged).containsExactly("1");

        publisher.connect(node, connect);
        time.run(SECOND);
        away.connect(node, false, 1_000);
        time.run(SECOND);
        assertThat(publisher.acknowledged).containsExactly("1", "2", "3");
        assertThat(away.texts()).containsExactly("1", "2", "3");
    }

    @Test
    void what_some_could_not_take_for_the_moment_comes_once_to_all() { // [MQTT-4.3.3-10]
        cluster.keepsApart = true;
        List<SimulatedClient> subscribers = List.of(persistent("takes"), persistent("moves"));
        subscribers.forEach(subscriber -> subscriber.subscribe("t", QoS.EXACTLY_ONCE));
        time.run(SECOND);
        subscribers.getLast().disconnect();
        SimulatedClient publisher = persistent("p");
        node.fence("moves");
        publisher.publish("t", "m", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        assertThat(publisher.disconnectReasons).containsExactly(ReasonCode.SERVER_BUSY);
        assertThat(publisher.answers).isEmpty();
        assertThat(subscribers.getFirst().texts()).containsExactly("m");

        cluster.sessions.get("moves").epoch--;
        publisher.connect(node, false, 1_000);
        subscribers.getLast().connect(node, false, 1_000);
        time.run(SECOND);

        assertThat(publisher.acknowledged).containsExactly("m");
        assertThat(subscribers)
                .allSatisfy(subscriber -> assertThat(subscriber.texts()).containsExactly("m"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void who_publishes_in_a_session_that_is_another_nodes_is_told_so(boolean apart) {
        cluster.keepsApart = apart;
        SimulatedClient publisher = persistent("p");
        persistent("s").subscribe("t", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        node.fence("p");
        publisher.publish("t", "m", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        assertThat(publisher.disconnectReasons).containsExactly(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(publisher.answers).isEmpty();
    }

    @Test
    void a_full_store_is_said_to_publishers_and_ends_no_connection() {
        SimulatedClient away = persistent("away");
        away.subscribe("t", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        away.disconnect();
        SimulatedClient live = client("live", Properties.EMPTY);
        live.subscribe("t", QoS.AT_LEAST_ONCE);
        SimulatedClient publisher = persistent("p");

        node.refusesWrites = FULL; // and the broker is not told before the first write
        publisher.publish("t", "1", QoS.AT_LEAST_ONCE);
        publisher.publish("t", "2", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        node.broker().storing(FULL);
        publisher.publish("t", "3", QoS.AT_LEAST_ONCE);
        publisher.publish("t", "4", QoS.EXACTLY_ONCE);
        publisher.publish("t", "5", QoS.AT_MOST_ONCE);
        time.run(SECOND);

        assertThat(publisher.answers).hasSize(4).containsOnly(ReasonCode.QUOTA_EXCEEDED);
        assertThat(live.texts()).endsWith("5").doesNotContain("3", "4");
        SimulatedClient late = client("late", Properties.EMPTY);
        assertThat(late.packets)
                .extracting(packet -> ((ConnAck) packet).reason())
                .containsExactly(ReasonCode.QUOTA_EXCEEDED);
        assertThat(node.broker().notServing()).isEqualTo(FULL);

        node.refusesWrites = null;
        node.broker().storing(null);
        publisher.publish("t", "6", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        assertThat(publisher.isConnected()).isTrue();
        assertThat(publisher.acknowledged).containsExactly("6");
    }

    @Test
    void a_pubrel_whose_id_cannot_be_freed_waits_for_the_store() { // [MQTT-4.3.3-11]
        SimulatedClient publisher = persistent("p");
        publisher.acknowledging = false;
        assertThat(answer(publisher, publish("t", QoS.EXACTLY_ONCE))).isInstanceOf(PubRec.class);

        full();
        publisher.packets.clear();
        publisher.send(new PubRel(9));
        time.run(10 * SECOND);
        assertThat(publisher.packets).isEmpty();
        assertThat(publisher.isConnected()).isTrue();

        room();
        time.run(2 * SECOND);
        assertThat(publisher.packets).containsExactly(new PubComp(9));
        assertThat(node.stored("p").received()).isEmpty();
    }

    @Test
    void messages_of_qos_2_wait_for_the_store_and_keep_their_order() { // [MQTT-4.6.0-1]
        SimulatedClient subscriber = persistent("s");
        subscriber.subscribe("t", QoS.EXACTLY_ONCE);
        SimulatedClient publisher = client("p", Properties.EMPTY);
        subscriber.acknowledging = false;
        publisher.publish("t", "1", QoS.EXACTLY_ONCE);
        publisher.publish("t", "2", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        assertThat(subscriber.texts()).containsExactly("1", "2");

        full();
        subscriber.acknowledgeAgain();
        time.run(10 * SECOND);
        assertThat(subscriber.packets).noneMatch(PubRel.class::isInstance);
        room();
        time.run(2 * SECOND);
        assertThat(subscriber.packets)
                .filteredOn(PubRel.class::isInstance)
                .extracting(packet -> ((PubRel) packet).packetId())
                .isSorted()
                .hasSize(2);
        assertThat(node.stored("s").queue()).isEmpty();
        assertThat(subscriber.isConnected()).isTrue();
    }

    @Test
    void what_waits_in_a_queue_is_not_sent_at_qos_2_before_its_id_is_kept() {
        SimulatedClient subscriber = receivingOneAtATime();
        subscriber.subscribe("t", QoS.EXACTLY_ONCE);
        SimulatedClient publisher = client("p", Properties.EMPTY);
        subscriber.acknowledging = false;
        for (int i = 1; i <= 3; i++) {
            publisher.publish("t", Integer.toString(i), QoS.EXACTLY_ONCE);
        }
        time.run(SECOND);

        full();
        ReasonCode unwanted = ReasonCode.UNSPECIFIED_ERROR;
        subscriber.send(new PubRec(1, unwanted, Properties.EMPTY)); // makes room for the next
        time.run(10 * SECOND);
        assertThat(subscriber.texts()).containsExactly("1");
        room();
        subscriber.acknowledgeAgain();
        time.run(5 * SECOND);
        assertThat(subscriber.texts()).containsExactly("1", "2", "3");
        assertThat(subscriber.isConnected()).isTrue();
    }

    @Test
    void an_end_of_a_subscription_is_acknowledged_when_it_is_kept() { // [MQTT-3.10.4-4]
        SimulatedClient client = persistent("c");
        client.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        full();
        client.unsubscribe("t");
        time.run(10 * SECOND);
        assertThat(client.unsubAcks).isEmpty();
        room();
        time.run(2 * SECOND);
        assertThat(client.unsubAcks).hasSize(1);
        assertThat(node.stored("c").subscriptions()).isEmpty();
    }

    @Test
    void a_subscription_that_has_ended_before_all_know_of_it_is_not_kept() { // [MQTT-3.10.4-1]
        SimulatedClient client = persistent("c");
        client.subscribe("t", QoS.AT_LEAST_ONCE);
        client.unsubscribe("t");
        time.run(SECOND);
        assertThat(client.unsubAcks).hasSize(1);
        assertThat(node.stored("c").subscriptions()).isEmpty();
    }

    @Test
    void of_two_subscriptions_to_a_filter_the_later_is_kept() { // [MQTT-3.8.4-3]
        SimulatedClient client = persistent("c");
        client.subscribe("t", QoS.AT_LEAST_ONCE);
        client.subscribe("t", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        assertThat(client.subAcks).hasSize(2);
        assertThat(node.stored("c").subscriptions())
                .extracting(entry -> entry.subscription().maximumQos())
                .containsExactly(QoS.EXACTLY_ONCE);
    }

    @Test
    void a_refused_message_is_not_in_the_queue() {
        SimulatedClient away = persistent("away");
        away.subscribe("t", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        away.disconnect();
        List<SimulatedClient> publishers = List.of(persistent("p1"), persistent("p2"));
        node.refusesWrites = FULL; // of which the broker learns from the refusals alone
        for (SimulatedClient publisher : publishers) {
            publisher.publish("t", "refused " + publisher.id, QoS.AT_LEAST_ONCE);
            publisher.publish("t", "refused " + publisher.id, QoS.EXACTLY_ONCE);
        }
        time.run(SECOND);
        node.refusesWrites = null;
        for (SimulatedClient publisher : publishers) {
            assertThat(publisher.answers).containsOnly(ReasonCode.QUOTA_EXCEEDED).hasSize(2);
            publisher.publish("t", "taken " + publisher.id, QoS.EXACTLY_ONCE);
        }
        time.run(SECOND);
        away.connect(node, false, 1_000);
        time.run(SECOND);
        assertThat(away.texts()).containsExactlyInAnyOrder("taken p1", "taken p2");
    }

    @Test
    void what_waits_behind_a_refused_message_is_sent() {
        SimulatedClient subscriber = receivingOneAtATime();
        subscriber.subscribe("t", QoS.EXACTLY_ONCE);
        SimulatedClient publisher = persistent(onTheShardOf(subscriber.id));
        for (int round = 0; round < 20; round++) {
            node.refusesWrites = FULL;
            node.refusals = 1;
            for (int i = 0; i < 4; i++) {
                publisher.publish("t", round + " " + i, QoS.EXACTLY_ONCE);
                time.run(100_000);
            }
            time.run(10 * SECOND);
        }
        assertThat(publisher.answers).contains(ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED);
        assertThat(subscriber.texts()).containsExactlyElementsOf(publisher.acknowledged);
    }

    private String onTheShardOf(String id) {
        return client(true, id);
    }

    private String client(boolean onTheShard, String ofId) {
        int shard = node.broker().shardIndexFor(ofId);
        return IntStream.range(0, 100)
                .mapToObj(i -> "p" + i)
                .filter(other -> onTheShard == (node.broker().shardIndexFor(other) == shard))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1000, false", "0, true", "1000, true"})
    void a_will_waits_until_it_can_be_kept(long expirySeconds, boolean apart) { // [MQTT-3.1.2-8]
        cluster.keepsApart = apart;
        SimulatedClient heir = persistent("heir");
        heir.subscribe("will", QoS.EXACTLY_ONCE);
        SimulatedClient mortal = mortal(expirySeconds);

        full();
        mortal.cut();
        time.run(10 * SECOND);
        assertThat(heir.texts()).isEmpty();
        assertThat(node.stored("mortal").head().will()).isEqualTo(WILL);
        room();
        mortal.connect(node, false, expirySeconds, 0, null);
        time.run(10 * SECOND);
        assertThat(heir.texts()).containsExactly("gone");
        assertThat(mortal.connAck.sessionPresent()).isEqualTo(expirySeconds > 0);
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1000, false", "0, true", "1000, true"})
    void a_will_waits_while_others_may_have_gone_on_without_this_node(
            long expirySeconds, boolean apart) {
        cluster.keepsApart = apart;
        SimulatedClient heir = persistent("heir");
        heir.subscribe("will", QoS.EXACTLY_ONCE);
        SimulatedClient mortal = mortal(expirySeconds);
        node.current = false;
        mortal.cut();
        time.run(10 * SECOND);
        assertThat(heir.texts()).isEmpty();
        node.current = true;
        time.run(2 * SECOND);
        assertThat(heir.texts()).containsExactly("gone");
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1000, false", "0, true", "1000, true"})
    void the_will_of_who_is_sent_away_without_a_store_waits_for_it(
            long expirySeconds, boolean apart) {
        cluster.keepsApart = apart;
        SimulatedClient heir = persistent("heir");
        heir.subscribe("will", QoS.EXACTLY_ONCE);
        mortal(expirySeconds);
        sendAwayWithoutAStore();
        time.run(10 * SECOND);
        assertThat(node.stored("mortal").head().will()).isNotNull();
        serveAgain();
        heir.connect(node, false, 1_000);
        time.run(10 * SECOND);
        assertThat(heir.texts()).containsExactly("gone");
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1000, false", "0, true", "1000, true"})
    void the_will_of_who_is_sent_away_without_a_store_is_not_published_by_two(
            long expirySeconds, boolean apart) {
        cluster.keepsApart = apart;
        SimulatedClient heir = persistent("heir");
        heir.subscribe("will", QoS.EXACTLY_ONCE);
        mortal(expirySeconds);
        sendAwayWithoutAStore();
        time.run(SECOND);
        node.broker().forfeit("mortal", Long.MAX_VALUE);
        serveAgain();
        heir.connect(node, false, 1_000);
        time.run(10 * SECOND);
        assertThat(heir.texts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1000, false", "0, true", "1000, true"})
    void the_will_of_who_is_taken_over_while_the_store_is_slow_goes_out_first(
            long expirySeconds, boolean apart) {
        cluster.keepsApart = apart;
        SimulatedClient heir = persistent("heir");
        heir.subscribe("will", QoS.EXACTLY_ONCE);
        mortal(expirySeconds);
        node.broker().storing(FULL);
        node.broker().relinquish("mortal", Long.MAX_VALUE);
        time.run(SECOND);
        node.broker().storing(null);
        time.run(10 * SECOND);
        assertThat(heir.texts()).containsExactly("gone");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000})
    void a_will_that_somebody_cannot_take_for_the_moment_comes_once_to_all(long expirySeconds) {
        cluster.keepsApart = true;
        List<SimulatedClient> heirs = List.of(persistent("takes"), persistent("moves"));
        heirs.forEach(heir -> heir.subscribe("will", QoS.EXACTLY_ONCE));
        time.run(SECOND);
        heirs.getLast().disconnect();
        SimulatedClient mortal = mortal(expirySeconds);
        node.fence("moves");
        mortal.cut();
        time.run(2 * SECOND);
        assertThat(heirs.getFirst().texts()).containsExactly("gone");

        cluster.sessions.get("moves").epoch--;
        mortal.connect(node, false, expirySeconds, 0, null);
        heirs.getLast().connect(node, false, 1_000);
        time.run(2 * SECOND);

        assertThat(heirs).allSatisfy(heir -> assertThat(heir.texts()).containsExactly("gone"));
        assertThat(mortal.isConnected()).isTrue();
        assertThat(node.stored("mortal").head().will()).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000})
    void a_will_whose_number_cannot_be_kept_for_long_is_published_when_it_can(long expirySeconds) {
        cluster.keepsApart = true;
        SimulatedClient heir = persistent("heir");
        heir.subscribe("will", QoS.EXACTLY_ONCE);
        SimulatedClient mortal = mortal(expirySeconds);
        node.refusesWrites = FULL; // and the broker is not told
        mortal.cut();
        time.run(30 * SECOND);
        assertThat(heir.texts()).isEmpty();
        assertThat(node.stored("mortal").head().will()).isEqualTo(WILL);

        node.refusesWrites = null;
        time.run(10 * SECOND);
        assertThat(heir.texts()).containsExactly("gone");
    }

    @Test
    void the_will_of_who_has_gone_elsewhere_goes_out_as_the_next_owner_says() {
        cluster.keepsApart = true;
        SimulatedClient heir = persistent("heir");
        heir.subscribe("will", QoS.EXACTLY_ONCE);
        mortal(0);
        node.fence("mortal");
        Origin number = new Origin("next owner", 1, 1, 0);
        node.broker().numberWill("mortal", Long.MAX_VALUE, number);
        node.broker().relinquish("mortal", Long.MAX_VALUE);
        time.run(SECOND);
        assertThat(heir.texts()).containsExactly("gone");
        assertThat(cluster.sessions.get("heir").had).containsExactly(number);
    }

    @Test
    void who_connects_while_the_node_stops_is_not_let_in_any_more() {
        for (int step = 0; step < 50; step++) {
            SimulatedNode stopping = cluster().nodes.getFirst();
            SimulatedClient client = new SimulatedClient(time, "late");
            client.connect(stopping, false, 1_000, 0, WILL);
            time.run(step * 200_000L);
            for (int i = 0; i < 2; i++) {
                Shard shard = stopping.broker().shard(i);
                stopping.loop(i)
                        .execute(now -> shard.closeAll(ReasonCode.SERVER_SHUTTING_DOWN, now));
            }
            time.run(SECOND);
            assertThat(client.isConnected()).as("after step %d", step).isFalse();
        }
    }

    private SimulatedClient mortal(long expirySeconds) {
        SimulatedClient mortal = new SimulatedClient(time, "mortal");
        mortal.connect(node, false, expirySeconds, 0, WILL);
        time.run(SECOND);
        return mortal;
    }

    private void sendAwayWithoutAStore() {
        node.broker().storing(FULL);
        node.broker().serving(FULL);
    }

    private void serveAgain() {
        node.broker().serving(null);
        node.broker().storing(null);
    }

    private void full() {
        node.refusesWrites = FULL;
        node.broker().storing(FULL);
    }

    private void room() {
        node.refusesWrites = null;
        node.broker().storing(null);
    }

    private SimulatedClient persistent(String id) {
        SimulatedClient client = new SimulatedClient(time, id);
        client.connect(node, false, 1_000);
        time.run(SECOND);
        return client;
    }

    private SimulatedClient receivingOneAtATime() {
        SimulatedClient client = new SimulatedClient(time, "s");
        Properties properties =
                Properties.builder()
                        .number(Property.SESSION_EXPIRY_INTERVAL, 1_000)
                        .number(Property.RECEIVE_MAXIMUM, 1)
                        .build();
        client.connect(
                node,
                new Connect(ProtocolVersion.MQTT_5, "s", false, 0, properties, null, null, null));
        time.run(SECOND);
        return client;
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
