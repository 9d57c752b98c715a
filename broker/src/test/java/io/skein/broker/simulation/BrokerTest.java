package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.skein.broker.BrokerLimits;
import io.skein.broker.simulation.SimulatedClient.Arrival;
import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.RetainHandling;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one broker does with each packet, in virtual time. */
class BrokerTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long FOREVER = 0xFFFF_FFFFL;

    private final VirtualTime time = new VirtualTime(1);
    private SimulatedCluster cluster = new SimulatedCluster(time, 1, 2);

    private SimulatedNode node() {
        return cluster.nodes.getFirst();
    }

    private SimulatedClient client(String id) {
        SimulatedClient client = new SimulatedClient(time, id);
        client.connect(node(), true, 0);
        time.run(SECOND);
        return client;
    }

    private SimulatedClient persistent(String id) {
        SimulatedClient client = new SimulatedClient(time, id);
        client.connect(node(), false, FOREVER);
        time.run(SECOND);
        return client;
    }

    private SimulatedClient subscriber(String id, String filter, QoS qos) {
        SimulatedClient client = client(id);
        client.subscribe(filter, qos);
        time.run(SECOND);
        return client;
    }

    private void subscribe(SimulatedClient client, Properties properties, Subscription... wanted) {
        client.send(new Subscribe(100, List.of(wanted), properties));
        time.run(SECOND);
    }

    private static Subscription to(String filter, QoS qos) {
        return new Subscription(TopicFilter.of(filter), qos);
    }

    private void publish(SimulatedClient client, String topic, String text, QoS qos) {
        client.publish(topic, text, qos);
        time.run(SECOND);
    }

    private static Connect connect3(String id, boolean clean, int keepAlive, @Nullable Will will) {
        return new Connect(
                ProtocolVersion.MQTT_3_1_1,
                id,
                clean,
                keepAlive,
                Properties.EMPTY,
                will,
                null,
                null);
    }

    private static Will will(String text, long delaySeconds) {
        Properties properties =
                Properties.builder().number(Property.WILL_DELAY_INTERVAL, delaySeconds).build();
        return new Will(
                TopicName.of("will"),
                text.getBytes(StandardCharsets.UTF_8),
                QoS.AT_LEAST_ONCE,
                false,
                properties);
    }

    // Delivery.

    @ParameterizedTest
    @CsvSource({"0,0,0", "0,2,0", "1,0,0", "1,1,1", "1,2,1", "2,1,1", "2,2,2", "2,0,0"})
    void a_subscriber_gets_the_lower_of_published_and_granted_quality(
            int published, int granted, int delivered) { // [MQTT-3.8.4-8]
        SimulatedClient subscriber = subscriber("s", "t", QoS.of(granted));
        publish(client("p"), "t", "m", QoS.of(published));
        assertThat(subscriber.arrivals)
                .extracting(Arrival::text, Arrival::qos)
                .containsExactly(tuple("m", QoS.of(delivered)));
    }

    @Test
    void overlapping_subscriptions_deliver_once_at_the_highest_quality_with_all_identifiers() {
        SimulatedClient subscriber = client("s"); // [MQTT-3.3.4-2] [MQTT-3.3.4-3] [MQTT-3.3.4-4]
        Properties one = Properties.builder().subscriptionIdentifier(1).build();
        Properties two = Properties.builder().subscriptionIdentifier(2).build();
        subscribe(subscriber, one, to("a/+", QoS.AT_MOST_ONCE));
        subscribe(subscriber, two, to("a/#", QoS.EXACTLY_ONCE));
        publish(client("p"), "a/b", "m", QoS.EXACTLY_ONCE);
        assertThat(subscriber.arrivals).hasSize(1);
        assertThat(subscriber.arrivals.getFirst().qos()).isEqualTo(QoS.EXACTLY_ONCE);
        assertThat(subscriber.arrivals.getFirst().properties().subscriptionIdentifiers())
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void no_local_keeps_a_clients_own_messages_from_it() { // [MQTT-3.8.3-3]
        SimulatedClient both = client("both");
        subscribe(
                both,
                Properties.EMPTY,
                new Subscription(
                        TopicFilter.of("t"), QoS.AT_LEAST_ONCE, true, false, RetainHandling.SEND));
        publish(both, "t", "own", QoS.AT_LEAST_ONCE);
        publish(client("other"), "t", "other", QoS.AT_LEAST_ONCE);
        assertThat(both.texts()).containsExactly("other");
    }

    @Test
    void a_publisher_is_told_when_nobody_is_subscribed() {
        SimulatedClient publisher = client("p");
        publish(publisher, "nobody/here", "m", QoS.AT_LEAST_ONCE);
        publish(publisher, "nobody/here", "m", QoS.EXACTLY_ONCE);
        assertThat(publisher.answers)
                .containsExactly(
                        ReasonCode.NO_MATCHING_SUBSCRIBERS, ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    @Test
    void properties_of_a_message_travel_unaltered() {
        // [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18]
        // [MQTT-3.3.2-20]
        SimulatedClient subscriber = subscriber("s", "t", QoS.AT_LEAST_ONCE);
        Properties properties =
                Properties.builder()
                        .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                        .string(Property.CONTENT_TYPE, "text/plain")
                        .string(Property.RESPONSE_TOPIC, "answers")
                        .binary(Property.CORRELATION_DATA, new byte[] {1, 2, 3})
                        .userProperty("b", "1")
                        .userProperty("a", "2")
                        .userProperty("b", "3")
                        .build();
        client("p")
                .send(
                        new Publish(
                                TopicName.of("t"),
                                new byte[] {7},
                                QoS.AT_MOST_ONCE,
                                false,
                                false,
                                0,
                                properties));
        time.run(SECOND);
        assertThat(subscriber.arrivals.getFirst().properties()).isEqualTo(properties);
    }

    @Test
    void the_broker_has_no_more_unacknowledged_than_the_client_allows() { // [MQTT-3.3.4-9]
        SimulatedClient slow = new SimulatedClient(time, "slow");
        Properties properties = Properties.builder().number(Property.RECEIVE_MAXIMUM, 3).build();
        slow.connect(
                node(),
                new Connect(ProtocolVersion.MQTT_5, "slow", true, 0, properties, null, null, null));
        time.run(SECOND);
        slow.acknowledging = false;
        slow.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        SimulatedClient publisher = client("p");
        for (int i = 0; i < 10; i++) {
            publish(publisher, "t", "m" + i, QoS.AT_LEAST_ONCE);
        }
        assertThat(slow.texts()).containsExactly("m0", "m1", "m2");
        assertThat(publisher.acknowledged).hasSize(10);
    }

    @Test
    void a_client_that_exceeds_the_receive_maximum_is_disconnected() { // [MQTT-3.3.4-7]
        BrokerLimits limits = new BrokerLimits(0, FOREVER, 5, 10, 100, 1 << 20, 100, 0, 1 << 20);
        cluster = new SimulatedCluster(time, 1, 1, limits);
        SimulatedClient greedy = client("greedy");
        for (int i = 0; i < 6; i++) { // QoS 2, never released
            greedy.send(
                    new Publish(
                            TopicName.of("t"),
                            new byte[0],
                            QoS.EXACTLY_ONCE,
                            false,
                            false,
                            1000 + i,
                            Properties.EMPTY));
        }
        time.run(SECOND);
        assertThat(greedy.disconnectReasons).containsExactly(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }

    @Test
    void a_message_expires_while_it_waits_and_tells_how_long_it_has_left() { // [MQTT-3.3.2-5]
        SimulatedClient subscriber = persistent("s");
        subscriber.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        subscriber.cut();
        SimulatedClient publisher = client("p");
        for (int seconds : new int[] {5, 100}) {
            Properties expiry =
                    Properties.builder().number(Property.MESSAGE_EXPIRY_INTERVAL, seconds).build();
            publisher.send(
                    new Publish(
                            TopicName.of("t"),
                            String.valueOf(seconds).getBytes(StandardCharsets.UTF_8),
                            QoS.AT_LEAST_ONCE,
                            false,
                            false,
                            seconds,
                            expiry));
        }
        time.run(30 * SECOND);
        subscriber.connect(node(), false, FOREVER);
        time.run(SECOND);
        assertThat(subscriber.texts()).containsExactly("100");
        assertThat(
                        subscriber
                                .arrivals
                                .getFirst()
                                .properties()
                                .number(Property.MESSAGE_EXPIRY_INTERVAL, -1)) // [MQTT-3.3.2-6]
                .isBetween(68L, 71L);
    }

    @Test
    void a_message_does_not_expire_any_more_when_it_was_sent() { // [MQTT-4.3.3-7]
        SimulatedClient subscriber = persistent("s");
        subscriber.subscribe("t", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        subscriber.acknowledging = false;
        publishExpiring(client("p"), 9, 5);
        time.run(SECOND);
        assertThat(subscriber.texts()).containsExactly("expiring");
        subscriber.cut();
        time.run(30 * SECOND);
        subscriber.acknowledging = true;
        subscriber.connect(node(), false, FOREVER);
        time.run(SECOND);
        assertThat(subscriber.packets)
                .filteredOn(packet -> packet instanceof Publish)
                .extracting(packet -> ((Publish) packet).duplicate())
                .containsExactly(false, true);
    }

    @Test
    void an_exchange_is_finished_though_its_message_has_expired() { // [MQTT-4.3.3-13]
        SimulatedClient publisher = client("p");
        publisher.acknowledging = false;
        publishExpiring(publisher, 9, 5);
        time.run(30 * SECOND);
        publishExpiring(publisher, 9, 5);
        publisher.send(new PubRel(9));
        time.run(SECOND);
        assertThat(publisher.packets)
                .endsWith(
                        new PubRec(9, ReasonCode.NO_MATCHING_SUBSCRIBERS, Properties.EMPTY),
                        new PubRec(9),
                        new PubComp(9));
    }

    private static void publishExpiring(SimulatedClient client, int packetId, int seconds) {
        client.send(
                new Publish(
                        TopicName.of("t"),
                        "expiring".getBytes(StandardCharsets.UTF_8),
                        QoS.EXACTLY_ONCE,
                        false,
                        false,
                        packetId,
                        Properties.builder()
                                .number(Property.MESSAGE_EXPIRY_INTERVAL, seconds)
                                .build()));
    }

    @Test
    void a_full_queue_drops_further_messages_for_that_session_alone() {
        BrokerLimits limits = new BrokerLimits(0, FOREVER, 100, 10, 20, 1 << 20, 100, 0, 1 << 20);
        cluster = new SimulatedCluster(time, 1, 1, limits);
        SimulatedClient away = persistent("away");
        away.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        away.cut();
        SimulatedClient here = subscriber("here", "t", QoS.AT_LEAST_ONCE);
        SimulatedClient publisher = client("p");
        for (int i = 0; i < 50; i++) {
            publish(publisher, "t", "m" + i, QoS.AT_LEAST_ONCE);
        }
        assertThat(here.texts()).hasSize(50);
        assertThat(node().broker().counters().droppedQueueFull.sum()).isEqualTo(30);
        away.connect(node(), false, FOREVER);
        time.run(SECOND);
        assertThat(away.texts()).hasSize(20).contains("m0", "m19");
    }

    // Retained messages.

    @Test
    void a_retained_message_is_sent_on_subscribing_as_the_options_say() {
        SimulatedClient publisher = client("p");
        publisher.publish("t", "kept", QoS.AT_LEAST_ONCE, true);
        time.run(SECOND);
        SimulatedClient subscriber = client("s");
        for (RetainHandling handling : RetainHandling.values()) { // [MQTT-3.3.1-9] [MQTT-3.3.1-11]
            Subscription wanted =
                    new Subscription(
                            TopicFilter.of("t"), QoS.AT_LEAST_ONCE, false, false, handling);
            subscribe(subscriber, Properties.EMPTY, wanted);
        }
        assertThat(subscriber.arrivals).hasSize(1);
        assertThat(subscriber.arrivals.getFirst().retain()).isTrue();
        publisher.publish("t", "", QoS.AT_LEAST_ONCE, true); // [MQTT-3.3.1-6]
        time.run(SECOND);
        assertThat(subscriber("later", "t", QoS.AT_LEAST_ONCE).arrivals).isEmpty();
    }

    @Test
    void retained_messages_come_no_more_when_the_subscription_has_ended() { // [MQTT-3.10.4-2]
        SimulatedClient publisher = client("p");
        for (int i = 1; i <= 3; i++) {
            publisher.publish("r/" + i, "retained " + i, QoS.AT_LEAST_ONCE, true);
        }
        time.run(SECOND);
        SimulatedClient subscriber = new SimulatedClient(time, "s");
        Properties oneAtATime = Properties.builder().number(Property.RECEIVE_MAXIMUM, 1).build();
        subscriber.connect(
                node(),
                new Connect(ProtocolVersion.MQTT_5, "s", true, 0, oneAtATime, null, null, null));
        subscriber.acknowledging = false;
        time.run(SECOND);
        subscriber.subscribe("r/#", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        assertThat(subscriber.texts()).hasSize(1);

        subscriber.unsubscribe("r/#");
        time.run(SECOND);
        subscriber.acknowledgeAgain();
        time.run(10 * SECOND);
        assertThat(subscriber.unsubAcks).hasSize(1);
        assertThat(subscriber.texts()).hasSize(1);
    }

    @Test
    void a_live_message_carries_retain_only_for_retain_as_published() {
        // [MQTT-3.3.1-12] [MQTT-3.3.1-13]
        SimulatedClient plain = subscriber("plain", "t", QoS.AT_LEAST_ONCE);
        SimulatedClient asPublished = client("as-published");
        subscribe(
                asPublished,
                Properties.EMPTY,
                new Subscription(
                        TopicFilter.of("t"), QoS.AT_LEAST_ONCE, false, true, RetainHandling.SEND));
        client("p").publish("t", "m", QoS.AT_LEAST_ONCE, true);
        time.run(SECOND);
        assertThat(plain.arrivals.getFirst().retain()).isFalse();
        assertThat(asPublished.arrivals.getFirst().retain()).isTrue();
    }

    // Sessions.

    @Test
    void a_version_3_session_is_resumed_unless_it_was_clean() {
        // [MQTT-3.1.2-4] [MQTT-3.1.2-6] of 3.1.1
        SimulatedClient old = new SimulatedClient(time, "old");
        old.connect(node(), connect3("old", false, 0, null));
        time.run(SECOND);
        old.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        old.cut();
        publish(client("p"), "t", "m", QoS.AT_LEAST_ONCE);
        old.connect(node(), connect3("old", false, 0, null));
        time.run(SECOND);
        assertThat(old.connAck).isNotNull().matches(ack -> ack.sessionPresent());
        assertThat(old.texts()).containsExactly("m");
        old.connect(node(), connect3("old", true, 0, null));
        time.run(SECOND);
        assertThat(old.connAck).isNotNull().matches(ack -> !ack.sessionPresent());
        publish(client("p"), "t", "gone", QoS.AT_LEAST_ONCE);
        assertThat(old.texts()).containsExactly("m");
    }

    @Test
    void a_session_ends_when_its_expiry_is_over() { // [MQTT-3.1.2-23] [MQTT-4.1.0-2]
        SimulatedClient client = new SimulatedClient(time, "c");
        client.connect(node(), false, 10);
        time.run(SECOND);
        client.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        client.cut();
        time.run(8 * SECOND);
        client.connect(node(), false, 10);
        time.run(SECOND);
        assertThat(client.connAck).isNotNull().matches(ack -> ack.sessionPresent());
        client.cut();
        time.run(12 * SECOND);
        assertThat(node().broker().counters().sessions.sum()).isZero();
        assertThat(node().broker().subscriptionFilters()).isZero();
        client.connect(node(), false, 10);
        time.run(SECOND);
        assertThat(client.connAck).isNotNull().matches(ack -> !ack.sessionPresent());
    }

    @Test
    void disconnect_may_shorten_the_session_but_not_make_one_that_was_not() {
        SimulatedClient client = persistent("c");
        client.send(
                new Disconnect(
                        ReasonCode.SUCCESS,
                        Properties.builder().number(Property.SESSION_EXPIRY_INTERVAL, 0).build()));
        time.run(SECOND);
        assertThat(node().broker().counters().sessions.sum()).isZero();
        SimulatedClient clean = client("clean");
        clean.send(
                new Disconnect(
                        ReasonCode.SUCCESS,
                        Properties.builder().number(Property.SESSION_EXPIRY_INTERVAL, 9).build()));
        time.run(SECOND);
        assertThat(clean.disconnectReasons).containsExactly(ReasonCode.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void nothing_that_comes_overtakes_what_has_to_be_sent_again(int qos) { // [MQTT-4.6.0-1]
        SimulatedClient subscriber = persistent("s");
        subscriber.subscribe("t", QoS.of(qos));
        time.run(SECOND);
        subscriber.acknowledging = false;
        SimulatedClient publisher = client("p");
        publish(publisher, "t", "first", QoS.of(qos));
        publish(publisher, "t", "second", QoS.of(qos));
        subscriber.cut();
        subscriber.arrivals.clear();
        subscriber.forgetReceived();
        subscriber.taking = false;
        subscriber.connect(node(), false, FOREVER);
        time.run(SECOND);
        subscriber.taking = true; // the shard has not been told yet
        publish(publisher, "t", "third", QoS.of(qos));
        subscriber.takeAgain();
        time.run(SECOND);
        assertThat(subscriber.texts()).containsExactly("first", "second", "third");
    }

    @Test
    void what_was_not_acknowledged_is_sent_again_with_dup_and_its_packet_id() { // [MQTT-4.4.0-1]
        SimulatedClient subscriber = persistent("s");
        subscriber.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        subscriber.acknowledging = false;
        SimulatedClient publisher = client("p");
        publish(publisher, "t", "m0", QoS.AT_LEAST_ONCE);
        publish(publisher, "t", "m1", QoS.AT_LEAST_ONCE);
        subscriber.cut();
        publish(publisher, "t", "m2", QoS.AT_LEAST_ONCE);
        subscriber.acknowledging = true;
        subscriber.connect(node(), false, FOREVER);
        time.run(SECOND);
        assertThat(subscriber.arrivals)
                .extracting(Arrival::text)
                .containsExactly("m0", "m1", "m0", "m1", "m2");
        assertThat(subscriber.arrivals)
                .extracting(Arrival::duplicate)
                .containsExactly(false, false, true, true, false);
    }

    @Test
    void a_newer_connection_of_the_same_client_ends_the_older() { // [MQTT-3.1.4-3]
        SimulatedClient first = persistent("same");
        SimulatedClient second = persistent("same");
        assertThat(first.disconnectReasons).containsExactly(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(second.connAck).isNotNull().matches(ack -> ack.sessionPresent());
    }

    @Test
    void a_client_without_an_id_is_given_one() { // [MQTT-3.1.3-6] [MQTT-3.2.2-16]
        SimulatedClient nameless = client("");
        assertThat(nameless.connAck).isNotNull();
        assertThat(nameless.connAck.properties().string(Property.ASSIGNED_CLIENT_IDENTIFIER))
                .startsWith("assigned-");
        SimulatedClient old = new SimulatedClient(time, "");
        old.connect(node(), connect3("", false, 0, null));
        time.run(SECOND);
        assertThat(old.isConnected()).isFalse(); // [MQTT-3.1.3-8] of 3.1.1
    }

    @Test
    void messages_leave_in_order_though_the_store_answers_a_later_write_first() {
        SimulatedClient subscriber = persistent("s");
        subscriber.subscribe("t", QoS.EXACTLY_ONCE);
        SimulatedClient publisher = client("p");

        node().nextWriteLateNanos = SECOND / 2;
        publisher.publish("t", "1", QoS.EXACTLY_ONCE);
        time.run(SECOND / 10);
        publisher.publish("t", "2", QoS.EXACTLY_ONCE);
        time.run(SECOND);

        assertThat(subscriber.texts()).containsExactly("1", "2");
    }

    // Sessions that arrive from another node.

    @ParameterizedTest
    @CsvSource({"p1", "p2", "p3", "p4"}) // on the shard of the session, and on the other
    void what_is_published_for_a_session_that_arrives_comes_after_what_was_published_before(
            String publisherId) {
        SimulatedClient publisher = client(publisherId);
        SimulatedClient mover = persistent("mover");
        mover.subscribe("t", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        mover.disconnect();
        time.run(SECOND);

        node().caughtUp = new CompletableFuture<>();
        node().fence("mover");
        SimulatedCluster.Entry entry = cluster.sessions.get("mover");
        node().broker().adopt(SimulatedCluster.copyOf(entry.stored), entry.epoch);
        mover.connect(node(), false, FOREVER);
        time.run(SECOND);
        publisher.publish("t", "3", QoS.EXACTLY_ONCE);
        publisher.publish("t", "4", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        time.run(20 * SECOND); // a node that goes may take its time
        for (String text : List.of("1", "2")) {
            Message before =
                    new Message(
                            TopicName.of("t"),
                            text.getBytes(StandardCharsets.UTF_8),
                            QoS.EXACTLY_ONCE,
                            false,
                            Properties.EMPTY,
                            publisherId,
                            Message.NEVER_EXPIRES);
            node().broker()
                    .deliver(
                            before,
                            false,
                            List.of(),
                            List.of("mover"),
                            List.of(),
                            Completion.IGNORED);
        }
        node().caughtUp.complete(null);
        time.run(SECOND);

        assertThat(mover.texts()).containsExactly("1", "2", "3", "4");
        assertThat(publisher.isIdle()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"p1", "p2", "p3", "p4"})
    void mail_for_a_session_comes_before_what_all_get_later(String publisherId) {
        SimulatedClient subscriber = subscriber("s", "t", QoS.AT_LEAST_ONCE);
        for (int i = 0; i < 10; i++) {
            Message message =
                    new Message(
                            TopicName.of("t"),
                            Integer.toString(i).getBytes(StandardCharsets.UTF_8),
                            QoS.AT_LEAST_ONCE,
                            false,
                            Properties.EMPTY,
                            publisherId,
                            Message.NEVER_EXPIRES);
            boolean mail = i % 2 == 0;
            node().broker()
                    .deliver(
                            message,
                            !mail,
                            List.of(),
                            mail ? List.of("s") : List.of(),
                            List.of(),
                            Completion.IGNORED);
        }
        time.run(SECOND);

        assertThat(subscriber.texts())
                .containsExactlyElementsOf(
                        IntStream.range(0, 10).mapToObj(Integer::toString).toList());
    }

    @Test
    void an_id_of_the_nodes_own_clients_is_refused() {
        assertThat(client("a").isConnected()).isTrue();
        assertThat(client("$skein/link/cloud").isConnected()).isFalse();
    }

    // Wills.

    @Test
    void the_will_of_a_session_that_was_taken_over_is_the_other_nodes_to_publish() {
        SimulatedClient watcher = subscriber("w", "will", QoS.AT_LEAST_ONCE);
        SimulatedClient cutOff = new SimulatedClient(time, "cut off");
        cutOff.connect(node(), true, 0, 0, will("unwanted", 0));
        time.run(SECOND);

        node().broker().forfeit("cut off", Long.MAX_VALUE);
        time.run(SECOND);

        assertThat(cutOff.isConnected()).isFalse();
        assertThat(watcher.texts()).isEmpty();
    }

    @Test
    void a_will_fires_when_the_connection_breaks_not_when_it_ends_in_order() { // [MQTT-3.1.2-8]
        SimulatedClient watcher = subscriber("w", "will", QoS.AT_LEAST_ONCE);
        SimulatedClient broken = new SimulatedClient(time, "broken");
        broken.connect(node(), true, 0, 0, will("broken", 0));
        SimulatedClient orderly = new SimulatedClient(time, "orderly");
        orderly.connect(node(), true, 0, 0, will("orderly", 0));
        time.run(SECOND);
        broken.cut();
        orderly.disconnect();
        time.run(SECOND);
        assertThat(watcher.texts()).containsExactly("broken"); // [MQTT-3.14.4-3]
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "1000, 0", "1000, 1"})
    void the_will_of_who_comes_again_is_published_once(long expirySeconds, int to) {
        for (boolean apart : List.of(false, true)) {
            for (int step = 0; step < 100; step++) {
                cluster = new SimulatedCluster(time, 2, 1);
                cluster.keepsApart = apart;
                SimulatedClient watcher = new SimulatedClient(time, "w");
                watcher.connect(node(), false, 1_000);
                time.run(SECOND);
                watcher.subscribe("will", QoS.EXACTLY_ONCE);
                SimulatedClient moves = new SimulatedClient(time, "moves");
                moves.connect(node(), expirySeconds == 0, expirySeconds, 0, will("gone", 0));
                time.run(SECOND);
                if (step > 0) { // the old connection ends a little before the new one comes, or
                    // after
                    SimulatedClient before = moves;
                    time.at(time.nowNanos() + step * 200_000L, before::cut);
                }
                SimulatedClient again = new SimulatedClient(time, "moves");
                SimulatedNode other = cluster.nodes.get(to);
                time.at(
                        time.nowNanos() + 10_000_000L,
                        () -> again.connect(other, expirySeconds == 0, expirySeconds));
                time.run(5 * SECOND);

                assertThat(again.isConnected()).isTrue();
                assertThat(watcher.texts()).as("step %d", step).containsExactly("gone");
            }
        }
    }

    @Test
    void a_delayed_will_waits_for_its_delay_or_the_end_of_the_session() { // [MQTT-3.1.3-9]
        SimulatedClient watcher = subscriber("w", "will", QoS.AT_LEAST_ONCE);
        SimulatedClient late = new SimulatedClient(time, "late");
        late.connect(node(), false, 100, 0, will("after its delay", 10));
        SimulatedClient early = new SimulatedClient(time, "early");
        early.connect(node(), false, 5, 0, will("at the end of the session", 1000));
        SimulatedClient back = new SimulatedClient(time, "back");
        back.connect(node(), false, 100, 0, will("unwanted", 10));
        time.run(SECOND);
        List.of(late, early, back).forEach(SimulatedClient::cut);
        time.run(3 * SECOND);
        assertThat(watcher.texts()).isEmpty();
        back.connect(node(), false, 100);
        time.run(4 * SECOND);
        assertThat(watcher.texts()).containsExactly("at the end of the session");
        time.run(60 * SECOND);
        assertThat(watcher.texts()).containsExactly("at the end of the session", "after its delay");
    }

    @Test
    void a_silent_client_is_disconnected_after_one_and_a_half_keep_alives() { // [MQTT-3.1.2-22]
        SimulatedClient watcher = subscriber("w", "will", QoS.AT_LEAST_ONCE);
        SimulatedClient silent = new SimulatedClient(time, "silent");
        silent.connect(node(), true, 0, 10, will("silent", 0));
        SimulatedClient alive = new SimulatedClient(time, "alive");
        alive.connect(node(), true, 0, 10, will("unwanted", 0));
        for (int i = 0; i < 8; i++) {
            time.run(4 * SECOND);
            alive.send(PingReq.INSTANCE);
            assertThat(silent.isConnected() || i >= 3).isTrue(); // not before 15 s
        }
        assertThat(silent.disconnectReasons).containsExactly(ReasonCode.KEEP_ALIVE_TIMEOUT);
        assertThat(watcher.texts()).containsExactly("silent");
    }

    // Shared subscriptions.

    @Test
    void a_shared_subscription_spreads_messages_over_its_members() {
        SimulatedClient first = subscriber("first", "$share/g/t", QoS.AT_LEAST_ONCE);
        SimulatedClient second = subscriber("second", "$share/g/t", QoS.AT_LEAST_ONCE);
        SimulatedClient away = persistent("away");
        away.subscribe("$share/g/t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        away.cut();
        SimulatedClient publisher = client("p");
        for (int i = 0; i < 20; i++) {
            publish(publisher, "t", "m" + i, QoS.AT_LEAST_ONCE);
        }
        assertThat(first.texts().size() + second.texts().size()).isEqualTo(20);
        assertThat(first.texts()).hasSizeGreaterThan(4).doesNotContainAnyElementsOf(second.texts());
        assertThat(second.texts()).hasSizeGreaterThan(4);
    }

    // Mistakes of clients.

    @Test
    void unknown_packet_ids_are_answered_as_the_specification_says() {
        SimulatedClient client = client("c");
        client.send(new PubRel(77));
        time.run(SECOND);
        assertThat(client.isConnected()).isTrue();
        client.send(
                new Connect(
                        ProtocolVersion.MQTT_5, "c", true, 0, Properties.EMPTY, null, null, null));
        time.run(SECOND);
        assertThat(client.disconnectReasons).containsExactly(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void subscriptions_beyond_the_limit_are_refused_one_by_one() {
        BrokerLimits limits = new BrokerLimits(0, FOREVER, 5, 10, 100, 1 << 20, 2, 0, 1 << 20);
        cluster = new SimulatedCluster(time, 1, 1, limits);
        SimulatedClient client = client("c");
        subscribe(
                client,
                Properties.EMPTY,
                to("a", QoS.AT_LEAST_ONCE),
                to("b", QoS.AT_LEAST_ONCE),
                to("c", QoS.AT_LEAST_ONCE));
        assertThat(client.subAcks.getFirst().reasons())
                .containsExactly(
                        ReasonCode.GRANTED_QOS_1,
                        ReasonCode.GRANTED_QOS_1,
                        ReasonCode.QUOTA_EXCEEDED);
    }

    /** A crash between the two would lose the message or double it. */
    @Test
    void a_packet_id_of_qos_2_is_kept_with_the_message_for_another_shard() { // [MQTT-4.3.3-10]
        SimulatedClient publisher = persistent("publisher");
        SimulatedClient subscriber = persistent(onAnotherShardThan("publisher"));
        subscriber.subscribe("t", QoS.EXACTLY_ONCE);
        time.run(SECOND);
        subscriber.disconnect();
        time.run(SECOND);
        StoredSession from = cluster.sessions.get("publisher").stored;
        StoredSession to = cluster.sessions.get(subscriber.id).stored;

        publisher.publish("t", "m", QoS.EXACTLY_ONCE);
        for (int step = 0; publisher.acknowledged.isEmpty(); step++) {
            time.run(1_000);
            assertThat(from.received().isEmpty()).isEqualTo(to.queue().isEmpty());
            assertThat(step).isLessThan(1_000_000);
        }
        assertThat(to.queue()).hasSize(1);
    }

    private String onAnotherShardThan(String id) {
        int other = 1 - node().broker().shardIndexFor(id);
        return IntStream.range(0, 100)
                .mapToObj(i -> "subscriber-" + i)
                .filter(candidate -> node().broker().shardIndexFor(candidate) == other)
                .findFirst()
                .orElseThrow();
    }
}
