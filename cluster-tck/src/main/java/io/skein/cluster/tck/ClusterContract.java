package io.skein.cluster.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.Cluster;
import io.skein.cluster.Promise;
import io.skein.cluster.Refusal;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every architecture is held to: real broker cores over the architecture, clients on all of
 * them, the promises as tests. An architecture binds it by saying how its nodes are opened; a test
 * of a promise that the architecture does not declare is skipped and says so.
 *
 * <p>Where there is one node only, "another node" is that same node.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ClusterContract {
    @TempDir static Path directory;

    private final List<ContractNode> nodes = new ArrayList<>();
    private int tests;

    /** How many nodes a cluster under test has, 1 to 5. */
    protected abstract int nodeCount();

    /**
     * Opens one node of a cluster, not started. Called once for every node, and again after all
     * were closed to start the cluster anew.
     *
     * @param index 0 to {@link #nodeCount()} - 1
     * @param data an existing directory, the same for the same index
     */
    protected abstract Cluster open(int index, Path data) throws Exception;

    /** Starts the cluster for the first test, and anew after one that has lost a node. */
    @BeforeEach
    void prepare() throws Exception {
        if (nodes.size() != nodeCount()) {
            stopAll();
            startAll();
        }
        tests++;
        nodes.forEach(node -> node.namespace = "test-" + tests + "/");
    }

    private void startAll() throws Exception {
        for (int i = 0; i < nodeCount(); i++) {
            Path data = directory.resolve("node-" + i);
            if (!data.toFile().isDirectory() && !data.toFile().mkdirs()) {
                throw new AssertionError("cannot make " + data);
            }
            nodes.add(new ContractNode("n" + i, open(i, data)));
        }
        List<CompletableFuture<Void>> starting =
                nodes.stream().map(n -> CompletableFuture.runAsync(n::start)).toList();
        starting.forEach(s -> ContractClient.get(s, "a node starts"));
        await().atMost(ContractClient.PATIENCE)
                .untilAsserted(() ->
                        assertThat(nodes)
                                .allSatisfy(
                                        n -> assertThat(n.cluster().nodes()).hasSize(nodeCount())));
    }

    @AfterAll
    void stopAll() {
        nodes.forEach(ContractNode::close);
        nodes.clear();
    }

    private ContractNode node(int index) {
        return nodes.get(index % nodes.size());
    }

    private void requires(Promise promise) {
        Assumptions.assumeTrue(
                node(0).cluster().promises().contains(promise),
                () -> "not promised: " + promise + " (" + promise.number() + ")");
    }

    private static String[] numbers(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
    }

    // P1

    @ParameterizedTest
    @EnumSource
    void p1_what_is_published_after_a_suback_arrives_from_any_node(QoS qos) {
        requires(Promise.SUBSCRIBED_MEANS_DELIVERED);
        ContractClient subscriber = ContractClient.connect(node(0), "subscriber");
        List<ContractClient> publishers = publishersEverywhere();
        List<String> expected = new ArrayList<>();
        for (int round = 0; round < 30; round++) {
            subscriber.subscribe("round/" + round + "/+", qos);
            for (ContractClient publisher : publishers) {
                expected.add("m" + expected.size());
                publisher.publish("round/" + round + "/x", expected.getLast(), qos);
            }
        }
        await().atMost(ContractClient.PATIENCE)
                .untilAsserted(() ->
                        assertThat(subscriber.texts())
                                .containsExactlyInAnyOrderElementsOf(expected));
    }

    @Test
    void p1_an_unsubscribed_filter_gets_nothing_from_any_node() {
        requires(Promise.SUBSCRIBED_MEANS_DELIVERED);
        ContractClient subscriber = ContractClient.connect(node(0), "subscriber");
        subscriber.subscribe("t", QoS.AT_LEAST_ONCE);
        assertThat(subscriber.unsubscribe("t")).isEqualTo(ReasonCode.SUCCESS);
        subscriber.subscribe("end", QoS.AT_LEAST_ONCE);
        for (ContractClient publisher : publishersEverywhere()) {
            publisher.publish("t", "unwanted", QoS.AT_LEAST_ONCE);
            publisher.publish("end", "end", QoS.AT_LEAST_ONCE);
        }
        subscriber.awaitCount(nodeCount());
        assertThat(subscriber.texts()).containsOnly("end");
    }

    private List<ContractClient> publishersEverywhere() {
        return IntStream.range(0, nodeCount())
                .mapToObj(i -> ContractClient.connect(node(i), "publisher-" + i))
                .toList();
    }

    // P2

    @ParameterizedTest
    @EnumSource(names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void p2_what_was_acknowledged_waits_for_a_client_that_is_away(QoS qos) {
        requires(Promise.ACKED_MEANS_QUEUED);
        ContractClient subscriber = ContractClient.persistent(node(0), "away");
        subscriber.subscribe("t/#", qos);
        subscriber.breakOff();
        ContractClient publisher = ContractClient.connect(node(1), "publisher");
        for (String text : numbers("m", 50)) {
            assertThat(publisher.publish("t/x", text, qos)).isEqualTo(ReasonCode.SUCCESS);
        }
        ContractClient back = ContractClient.persistent(node(0), "away");
        assertThat(back.sessionPresent()).isTrue();
        back.awaitTexts(numbers("m", 50));
    }

    @Test
    void p2_what_was_acknowledged_survives_the_restart_of_every_node() throws Exception {
        requires(Promise.ACKED_SURVIVES_RESTART);
        ContractClient subscriber = ContractClient.persistent(node(0), "away");
        subscriber.subscribe("t", QoS.EXACTLY_ONCE);
        subscriber.breakOff();
        ContractClient publisher = ContractClient.connect(node(1), "publisher");
        publisher.retain("kept", "retained", QoS.AT_LEAST_ONCE);
        for (String text : numbers("m", 20)) {
            publisher.publish("t", text, QoS.AT_LEAST_ONCE);
        }
        String namespace = node(0).namespace;
        stopAll();
        startAll();
        nodes.forEach(node -> node.namespace = namespace);
        ContractClient back = ContractClient.persistent(node(0), "away");
        assertThat(back.sessionPresent()).isTrue();
        back.awaitTexts(numbers("m", 20));
        back.subscribe("kept", QoS.AT_LEAST_ONCE);
        back.awaitCount(21);
        assertThat(back.texts()).last().isEqualTo("retained");
    }

    @Test
    void p2_what_was_acknowledged_survives_the_departure_of_the_node_that_held_the_session() {
        requires(Promise.ACKED_SURVIVES_NODE_LOSS);
        ContractClient subscriber = ContractClient.persistent(node(1), "away");
        subscriber.subscribe("t", QoS.AT_LEAST_ONCE);
        subscriber.breakOff();
        ContractClient publisher = ContractClient.connect(node(0), "publisher");
        for (String text : numbers("before", 20)) {
            publisher.publish("t", text, QoS.AT_LEAST_ONCE);
        }
        nodes.remove(1).close();
        for (String text : numbers("after", 20)) {
            assertThat(publisher.publish("t", text, QoS.AT_LEAST_ONCE))
                    .isEqualTo(ReasonCode.SUCCESS);
        }
        ContractClient back = ContractClient.persistent(node(1), "away");
        assertThat(back.sessionPresent()).isTrue();
        back.awaitCount(40);
        assertThat(back.texts()).contains(numbers("before", 20)).contains(numbers("after", 20));
    }

    // P3

    @ParameterizedTest
    @EnumSource
    void p3_messages_of_one_publisher_arrive_in_order_on_every_node(QoS qos) {
        requires(Promise.ORDERED_PER_PUBLISHER);
        List<ContractClient> subscribers = new ArrayList<>();
        for (int i = 0; i < nodeCount(); i++) {
            subscribers.add(ContractClient.connect(node(i), "clean-" + i));
            subscribers.add(ContractClient.persistent(node(i), "kept-" + i));
        }
        subscribers.forEach(subscriber -> subscriber.subscribe("t", qos));
        ContractClient publisher = ContractClient.connect(node(0), "publisher");
        List<CompletableFuture<ReasonCode>> answers = new ArrayList<>();
        for (String text : numbers("m", 500)) {
            answers.add(publisher.send("t", text, qos, false));
        }
        answers.forEach(answer -> ContractClient.get(answer, "acknowledgement"));
        subscribers.forEach(subscriber -> subscriber.awaitTexts(numbers("m", 500)));
    }

    @ParameterizedTest
    @EnumSource(names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void p3_messages_of_one_publisher_arrive_in_order_while_the_session_moves(QoS qos) {
        requires(Promise.ORDERED_PER_PUBLISHER);
        requires(Promise.SESSION_FOLLOWS_CLIENT);
        for (int i = 0; i < 4; i++) { // of both shards, so that topics and sessions meet there
            ContractClient everywhere = ContractClient.connect(node(i), "everywhere-" + i);
            everywhere.subscribe("t/#", qos);
        }
        ContractClient mover = ContractClient.persistent(node(0), "mover");
        mover.subscribe("t/+", qos);
        List<StreamOfMessages> streams = new ArrayList<>();
        for (int i = 0; i < 2 * nodeCount(); i++) {
            ContractClient publisher = ContractClient.connect(node(i), "publisher-" + i);
            streams.add(StreamOfMessages.start(publisher, "t/" + i, qos));
        }
        List<String> arrived = new ArrayList<>();
        for (int move = 1; move <= 30; move++) {
            if (qos == QoS.EXACTLY_ONCE) {
                mover.breakOff(); // its packet ids go with it
            }
            ContractClient next = mover.again(node(move));
            if (qos == QoS.AT_LEAST_ONCE) {
                await().atMost(ContractClient.PATIENCE).until(mover::isClosed);
            }
            arrived.addAll(mover.texts());
            mover = next;
        }
        Set<String> sent = new LinkedHashSet<>();
        streams.forEach(stream -> sent.addAll(stream.end()));
        ContractClient last = mover;
        await().atMost(ContractClient.PATIENCE)
                .untilAsserted(() -> {
                    Set<String> missing = new LinkedHashSet<>(sent);
                    arrived.forEach(missing::remove);
                    last.texts().forEach(missing::remove);
                    assertThat(missing).isEmpty();
                });
        arrived.addAll(last.texts());
        Set<String> first = new LinkedHashSet<>(arrived); // re-deliveries apart
        for (int i = 0; i < streams.size(); i++) {
            String prefix = "t/" + i + ' ';
            assertThat(first.stream().filter(text -> text.startsWith(prefix)))
                    .containsExactlyElementsOf(
                            sent.stream().filter(text -> text.startsWith(prefix)).toList());
        }
    }

    // P4

    @Test
    void p4_qos_2_arrives_once_though_the_connection_breaks_again_and_again() {
        requires(Promise.EXACTLY_ONCE);
        ContractClient subscriber = ContractClient.persistent(node(0), "once");
        subscriber.subscribe("t", QoS.EXACTLY_ONCE);
        ContractClient publisher = ContractClient.connect(node(1), "publisher");
        List<String> arrived = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            List<CompletableFuture<ReasonCode>> answers = new ArrayList<>();
            for (String text : numbers("round-" + round + "-", 20)) {
                answers.add(publisher.send("t", text, QoS.EXACTLY_ONCE, false));
            }
            answers.forEach(answer -> ContractClient.get(answer, "PUBCOMP"));
            subscriber.breakOff();
            ContractClient back = subscriber.again(node(0));
            arrived.addAll(subscriber.texts());
            subscriber = back;
        }
        ContractClient last = subscriber;
        await().atMost(ContractClient.PATIENCE)
                .until(() -> arrived.size() + last.texts().size() >= 200);
        arrived.addAll(last.texts());
        assertThat(arrived).hasSize(200).doesNotHaveDuplicates();
    }

    // P5

    @Test
    void p5_a_newer_connection_elsewhere_ends_the_older_one() {
        requires(Promise.ONE_OWNER_PER_CLIENT);
        ContractClient older = ContractClient.persistent(node(0), "same");
        ContractClient newer = ContractClient.persistent(node(1), "same");
        assertThat(older.closeReason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(newer.sessionPresent()).isTrue();
        newer.subscribe("t", QoS.AT_LEAST_ONCE);
        ContractClient.connect(node(2), "publisher").publish("t", "m", QoS.AT_LEAST_ONCE);
        newer.awaitTexts("m");
        assertThat(older.texts()).isEmpty();
    }

    @Test
    void p5_of_many_connections_at_once_one_is_left() {
        requires(Promise.ONE_OWNER_PER_CLIENT);
        List<ContractClient> rivals = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            rivals.add(ContractClient.begin(node(i), "same", i % 2 == 0, i % 3, null));
        }
        await().atMost(ContractClient.PATIENCE)
                .until(() -> rivals.stream().filter(r -> !r.isClosed()).count() == 1);
        ContractClient winner =
                rivals.stream().filter(r -> !r.isClosed()).findFirst().orElseThrow();
        winner.subscribe("t", QoS.AT_LEAST_ONCE);
        ContractClient.connect(node(0), "publisher").publish("t", "m", QoS.AT_LEAST_ONCE);
        winner.awaitTexts("m");
    }

    // P6

    @Test
    void p6_a_session_follows_its_client_with_subscriptions_and_queue() {
        requires(Promise.SESSION_FOLLOWS_CLIENT);
        ContractClient here = ContractClient.persistent(node(0), "mover");
        here.subscribe("kept/#", QoS.AT_LEAST_ONCE);
        here.subscribe("ended", QoS.AT_LEAST_ONCE);
        here.unsubscribe("ended");
        here.breakOff();
        ContractClient publisher = ContractClient.connect(node(2), "publisher");
        publisher.publish("kept/1", "while away", QoS.AT_LEAST_ONCE);
        for (int round = 1; round <= 6; round++) {
            ContractClient there = ContractClient.persistent(node(round), "mover");
            assertThat(there.sessionPresent()).isTrue();
            publisher.publish("ended", "unwanted", QoS.AT_LEAST_ONCE);
            publisher.publish("kept/2", "live", QoS.AT_LEAST_ONCE);
            there.awaitTexts("while away", "live");
            there.breakOff();
            publisher.publish("kept/1", "while away", QoS.AT_LEAST_ONCE);
        }
    }

    @Test
    void p6_a_clean_start_elsewhere_leaves_nothing_of_the_session() {
        requires(Promise.SESSION_FOLLOWS_CLIENT);
        ContractClient here = ContractClient.persistent(node(0), "fresh");
        here.subscribe("t", QoS.AT_LEAST_ONCE);
        here.breakOff();
        ContractClient publisher = ContractClient.connect(node(2), "publisher");
        publisher.publish("t", "old", QoS.AT_LEAST_ONCE);
        ContractClient there = ContractClient.connect(node(1), "fresh");
        assertThat(there.sessionPresent()).isFalse();
        publisher.publish("t", "old", QoS.AT_LEAST_ONCE);
        there.subscribe("t", QoS.AT_LEAST_ONCE);
        publisher.publish("t", "fresh", QoS.AT_LEAST_ONCE);
        there.awaitTexts("fresh");
    }

    // P7

    @Test
    void p7_an_acknowledged_retained_message_is_there_on_every_node() {
        requires(Promise.RETAINED_EVERYWHERE);
        ContractClient publisher = ContractClient.connect(node(0), "publisher");
        for (int round = 0; round < 10; round++) {
            String text = "value-" + round;
            publisher.retain("state/" + round % 2, text, QoS.AT_LEAST_ONCE);
            for (int i = 0; i < nodeCount(); i++) {
                ContractClient reader = ContractClient.connect(node(i), "reader-" + i);
                reader.subscribe("state/" + round % 2, QoS.AT_LEAST_ONCE);
                reader.awaitTexts(text);
                reader.disconnect();
            }
        }
        publisher.retain("state/0", "", QoS.AT_LEAST_ONCE);
        for (int i = 0; i < nodeCount(); i++) {
            ContractClient reader = ContractClient.connect(node(i), "reader-" + i);
            reader.subscribe("state/+", QoS.AT_LEAST_ONCE);
            reader.awaitTexts("value-9");
        }
    }

    // P8

    private Will will(String text, int delaySeconds) {
        Properties properties =
                delaySeconds == 0
                        ? Properties.EMPTY
                        : Properties.builder()
                                .number(Property.WILL_DELAY_INTERVAL, delaySeconds)
                                .build();
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return new Will(
                TopicName.of(node(0).namespace + "will"),
                payload,
                QoS.AT_LEAST_ONCE,
                false,
                properties);
    }

    @Test
    void p8_a_will_fires_once_when_the_connection_breaks_and_not_after_disconnect() {
        requires(Promise.WILL_FIRES_ONCE);
        ContractClient watcher = ContractClient.connect(node(0), "watcher");
        watcher.subscribe("will", QoS.AT_LEAST_ONCE);
        for (int i = 0; i < nodeCount(); i++) {
            ContractClient orderly =
                    ContractClient.connect(node(i), "orderly", true, 0, will("unwanted", 0));
            orderly.disconnect();
            ContractClient lost =
                    ContractClient.connect(node(i), "lost", true, 0, will("lost-" + i, 0));
            lost.breakOff();
            watcher.awaitCount(i + 1);
        }
        watcher.awaitTexts(numbers("lost-", nodeCount()));
    }

    @Test
    void p8_a_delayed_will_is_dropped_when_the_client_is_back_in_time_on_another_node() {
        requires(Promise.WILL_FIRES_ONCE);
        ContractClient watcher = ContractClient.connect(node(2), "watcher");
        watcher.subscribe("will", QoS.AT_LEAST_ONCE);
        ContractClient client =
                ContractClient.connect(node(0), "delayed", false, 600, will("unwanted", 1));
        client.breakOff();
        ContractClient.connect(node(1), "delayed", false, 600, will("second", 1)).breakOff();
        watcher.awaitCount(1);
        await().during(Duration.ofMillis(500)).until(() -> true);
        assertThat(watcher.texts()).containsExactly("second");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void p8_a_delayed_will_fires_when_its_session_ends_by_a_clean_start_on_another_node(
            boolean connected) { // [MQTT-3.1.2-8] [MQTT-3.1.3-9]
        requires(Promise.WILL_FIRES_ONCE);
        ContractClient watcher = ContractClient.connect(node(2), "watcher");
        watcher.subscribe("will", QoS.AT_LEAST_ONCE);
        ContractClient client =
                ContractClient.connect(node(0), "delayed", false, 600, will("due", 500));
        if (!connected) {
            client.breakOff();
        }
        ContractClient.connect(node(1), "delayed", true, 600, will("unwanted", 500)).disconnect();
        watcher.awaitCount(1);
        await().during(Duration.ofMillis(500)).until(() -> true);
        assertThat(watcher.texts()).containsExactly("due");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 600})
    void p8_a_will_fires_once_when_the_client_connects_elsewhere_under_load(long expirySeconds) {
        requires(Promise.WILL_FIRES_ONCE);
        ContractClient watcher = ContractClient.connect(node(2), "watcher");
        watcher.subscribe("will", QoS.AT_LEAST_ONCE);
        watcher.subscribe("load", QoS.AT_MOST_ONCE);
        List<ContractClient> publishers = publishersEverywhere();
        int rounds = 20;
        for (int i = 0; i < rounds; i++) {
            ContractClient.connect(node(i), "moving", false, expirySeconds, will("will-" + i, 0));
            for (int m = 0; m < 200; m++) {
                publishers.get(i % publishers.size()).send("load", "m", QoS.AT_LEAST_ONCE, false);
            }
        }
        ContractClient.connect(node(rounds), "moving", false, 0, null).disconnect();
        await().atMost(ContractClient.PATIENCE)
                .untilAsserted(() ->
                        assertThat(watcher.texts().stream().filter(text -> !text.equals("m")))
                                .containsExactlyInAnyOrder(numbers("will-", rounds)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 600})
    void p8_a_will_that_waits_for_the_store_fires_when_the_client_connects_elsewhere(
            long expirySeconds) {
        requires(Promise.WILL_FIRES_ONCE);
        Assumptions.assumeTrue(nodeCount() > 1, "there is no other node");
        ContractClient watcher = ContractClient.connect(node(2), "watcher");
        watcher.subscribe("will", QoS.AT_LEAST_ONCE);
        ContractClient client =
                ContractClient.connect(node(0), "moving", false, expirySeconds, will("due", 0));
        node(0).broker().storing(Refusal.unavailable("the store is slow"));
        client.breakOff();
        ContractClient.connect(node(1), "moving", false, expirySeconds, null);
        node(0).broker().storing(null);
        watcher.awaitCount(1);
        await().during(Duration.ofMillis(1_500)).until(() -> true);
        assertThat(watcher.texts()).containsExactly("due");
    }

    // P9

    @Test
    void p9_a_message_to_a_shared_subscription_goes_to_one_member_in_the_cluster() {
        requires(Promise.SHARED_GOES_TO_ONE);
        List<ContractClient> members = new ArrayList<>();
        for (int i = 0; i < 2 * nodeCount(); i++) {
            ContractClient member = ContractClient.connect(node(i), "member-" + i);
            member.subscribe("$share/group/work/#", QoS.AT_LEAST_ONCE);
            members.add(member);
        }
        ContractClient everybody = ContractClient.connect(node(1), "everybody");
        everybody.subscribe("work/#", QoS.AT_LEAST_ONCE);
        List<String> all = new ArrayList<>();
        for (ContractClient publisher : publishersEverywhere()) {
            for (int i = 0; i < 20; i++) {
                all.add("job-" + all.size());
                publisher.publish("work/x", all.getLast(), QoS.AT_LEAST_ONCE);
            }
        }
        await().atMost(ContractClient.PATIENCE)
                .until(() -> members.stream().mapToInt(m -> m.texts().size()).sum() >= all.size());
        everybody.awaitCount(all.size());
        List<String> done = members.stream().flatMap(m -> m.texts().stream()).toList();
        assertThat(done).containsExactlyInAnyOrderElementsOf(all);
        assertThat(everybody.texts()).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void p9_what_a_vanished_member_had_not_acknowledged_goes_to_another() {
        requires(Promise.SHARED_GOES_TO_ONE);
        ContractClient vanishes = ContractClient.connect(node(0), "vanishes");
        vanishes.withholdAcknowledgements();
        vanishes.subscribe("$share/group/t", QoS.AT_LEAST_ONCE);
        ContractClient publisher = ContractClient.connect(node(0), "publisher");
        for (String text : numbers("m", 10)) {
            publisher.publish("t", text, QoS.AT_LEAST_ONCE);
        }
        vanishes.awaitCount(10);
        ContractClient stays = ContractClient.connect(node(1), "stays");
        stays.subscribe("$share/group/t", QoS.AT_LEAST_ONCE);
        vanishes.breakOff();
        await().atMost(ContractClient.PATIENCE)
                .untilAsserted(() ->
                        assertThat(stays.texts()).containsExactlyInAnyOrder(numbers("m", 10)));
    }

    @Test
    void p9_the_queue_of_an_expired_session_goes_to_another_member() {
        requires(Promise.SHARED_GOES_TO_ONE);
        ContractClient away = ContractClient.connect(node(0), "away", true, 1, null);
        away.subscribe("$share/group/t", QoS.EXACTLY_ONCE);
        away.breakOff();
        ContractClient publisher = ContractClient.connect(node(0), "publisher");
        for (String text : numbers("m", 10)) {
            publisher.publish("t", text, QoS.EXACTLY_ONCE);
        }
        ContractClient stays = ContractClient.connect(node(2), "stays");
        stays.subscribe("$share/group/t", QoS.EXACTLY_ONCE);
        await().atMost(ContractClient.PATIENCE)
                .untilAsserted(() ->
                        assertThat(stays.texts()).containsExactlyInAnyOrder(numbers("m", 10)));
    }

    @Test
    void p9_the_queue_of_a_session_that_ends_by_a_clean_start_elsewhere_goes_to_another_member() {
        requires(Promise.SHARED_GOES_TO_ONE);
        ContractClient away = ContractClient.connect(node(0), "away", true, 600, null);
        away.subscribe("$share/group/t", QoS.EXACTLY_ONCE);
        away.breakOff();
        ContractClient publisher = ContractClient.connect(node(0), "publisher");
        for (String text : numbers("m", 10)) {
            publisher.publish("t", text, QoS.EXACTLY_ONCE);
        }
        ContractClient stays = ContractClient.connect(node(2), "stays");
        stays.subscribe("$share/group/t", QoS.EXACTLY_ONCE);
        ContractClient again = ContractClient.connect(node(1), "away", true, 600, null);
        await().atMost(ContractClient.PATIENCE)
                .untilAsserted(() ->
                        assertThat(stays.texts()).containsExactlyInAnyOrder(numbers("m", 10)));
        assertThat(again.texts()).isEmpty();
    }

    @Test
    void p9_a_group_on_another_node_is_served_though_nobody_is_there_at_home() {
        requires(Promise.SHARED_GOES_TO_ONE);
        ContractClient member = ContractClient.connect(node(2), "member");
        member.subscribe("$share/group/t", QoS.AT_LEAST_ONCE);
        ContractClient.connect(node(0), "publisher").publish("t", "m", QoS.AT_LEAST_ONCE);
        member.awaitTexts("m");
    }
}
