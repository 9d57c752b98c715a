package io.skein.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.LinkView;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis freezes, dies and comes back; nodes are killed. */
class OutageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, String> IMPATIENT =
            Map.of(RedisSettings.DEAD_AFTER, "2", RedisSettings.TIMEOUT, "1");

    @TempDir Path directory;

    @Test
    void p10_whileRedisIsFrozenMessagesAreRefusedAndAfterwardsAllIsWell() throws Exception {
        try (RedisServer redis = RedisServer.start(directory);
                TestBroker one = TestBroker.start("one", redis.address(), IMPATIENT);
                TestBroker other = TestBroker.start("other", redis.address(), IMPATIENT)) {
            other.own("session", "t");
            assertThat(TestBroker.get(one.publish("t", "before"))).isEmpty();

            redis.freeze();
            Optional<Refusal> refused = TestBroker.get(one.publish("t", "meanwhile"));
            assertThat(refused).map(Refusal::reason).contains(ReasonCode.SERVER_UNAVAILABLE);
            await().atMost(PATIENCE).until(() -> one.notStoring != null && one.notServing != null);
            assertThat(one.notServing.explanation()).contains("Redis at 127.0.0.1");

            redis.thaw();
            await().atMost(PATIENCE).until(() -> one.notStoring == null && one.notServing == null);
            await().atMost(PATIENCE).until(() -> other.notServing == null);
            assertThat(TestBroker.get(one.publish("t", "after"))).isEmpty();
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(other.arrived("session"))
                                    .containsSubsequence("before", "after")
                                    .doesNotHaveDuplicates());
            assertThat(other.forfeited).isEmpty();
            assertThat(one.cluster.nodes()).hasSize(2);
        }
    }

    @Test
    void p2_whatWasAcknowledgedIsThereWhenRedisWasKilledAndStartedAgain() throws Exception {
        try (RedisServer redis = RedisServer.start(directory, "--appendfsync", "always");
                TestBroker one = TestBroker.start("one", redis.address(), Map.of());
                TestBroker other = TestBroker.start("other", redis.address(), Map.of())) {
            other.own("session", "t");
            List<String> acknowledged = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                assertThat(TestBroker.get(one.publish("t", "before-" + i))).isEmpty();
                acknowledged.add("before-" + i);
            }
            List<CompletableFuture<Optional<Refusal>>> underWay = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                underWay.add(one.publish("t", "under-way-" + i));
            }
            redis.kill();
            redis.startAgain();
            for (int i = 0; i < underWay.size(); i++) {
                if (TestBroker.get(underWay.get(i)).isEmpty()) {
                    acknowledged.add("under-way-" + i);
                }
            }
            assertThat(TestBroker.get(one.publish("t", "after"))).isEmpty();
            acknowledged.add("after");
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(other.arrived("session"))
                                    .containsSubsequence(acknowledged)
                                    .doesNotHaveDuplicates());
        }
    }

    @Test
    void whileRedisIsGoneThereIsAnAlarmThatSaysHowMuchWaitsAndEndsByItself() throws Exception {
        Map<String, String> options = new HashMap<>(IMPATIENT);
        options.put(RedisSettings.ALARM_SECONDS, "2");
        try (RedisServer redis = RedisServer.start(directory);
                TestBroker one = TestBroker.start("one", redis.address(), options)) {
            one.own("session", "t");
            assertThat(TestBroker.get(one.publish("t", "before"))).isEmpty();
            await().atMost(PATIENCE).until(() -> link(one).received() == 1);
            assertThat(link(one))
                    .returns(RedisLink.NAME, LinkView::name)
                    .returns("127.0.0.1:" + redis.port(), LinkView::address)
                    .returns(LinkView.State.CONNECTED, LinkView::state)
                    .returns(false, LinkView::alarm)
                    .returns(1L, LinkView::sent);

            long goneAt = System.currentTimeMillis();
            redis.kill();
            assertThat(TestBroker.get(one.publish("t", "meanwhile"))).isPresent();
            await().atMost(PATIENCE).until(() -> link(one).alarm());
            assertThat(link(one))
                    .returns(LinkView.State.WAITING, LinkView::state)
                    .returns("no answer", LinkView::detail)
                    .returns(1L, LinkView::refused);
            assertThat(link(one).queued()).isPositive();
            assertThat(link(one).sinceMillis())
                    .isBetween(goneAt - 1_000, System.currentTimeMillis() - 2_000);

            redis.startAgain();
            await().atMost(PATIENCE).until(() -> !link(one).alarm() && link(one).queued() == 0);
            assertThat(link(one))
                    .returns(LinkView.State.CONNECTED, LinkView::state)
                    .returns(2L, LinkView::connects);
        }
    }

    private static LinkView link(TestBroker broker) {
        return broker.cluster.links().getFirst();
    }

    @Test
    void p2_whatWaitsForASessionWhoseNodeWasKilledIsItsAdopters() throws Exception {
        try (RedisServer redis = RedisServer.start(directory);
                TestBroker one = TestBroker.start("one", redis.address(), IMPATIENT)) {
            TestBroker other = TestBroker.start("other", redis.address(), IMPATIENT);
            other.own("session", "t");
            assertThat(TestBroker.get(one.publish("t", "before"))).isEmpty();
            await().atMost(PATIENCE).until(() -> other.arrived("session").contains("before"));

            other.cluster.release();
            assertThat(TestBroker.get(one.publish("t", "after"))).isEmpty();
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(one.arrived("session")).containsExactly("before", "after"));
            assertThat(one.cluster.nodes()).hasSize(1);
        }
    }

    @Test
    void p5_anOwnerThatDoesNotKnowThatItIsNoneAnyMoreWritesNothing() throws Exception {
        try (RedisServer redis = RedisServer.start(directory);
                TestBroker one = TestBroker.start("one", redis.address(), IMPATIENT);
                TestBroker other = TestBroker.start("other", redis.address(), IMPATIENT)) {
            other.own("session", "t");
            long epoch = other.owned.get("session");
            one.own("session", "t");

            assertThat(one.owned.get("session")).isGreaterThan(epoch);
            Optional<Refusal> refused = other.write(new SessionChange.Ended("session", epoch));
            assertThat(refused).map(Refusal::reason).contains(ReasonCode.SESSION_TAKEN_OVER);
            assertThat(TestBroker.get(other.publish("t", "still there"))).isEmpty();
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(one.arrived("session")).containsExactly("still there"));
        }
    }

    @Test
    void p3_whatWasOnTheWayToANodeThatWasTakenToBeDeadDoesNotComeWhenItIsBack() {
        Names names = new Names("skein");
        try (RedisServer redis = RedisServer.start(directory);
                TestBroker one = TestBroker.start("one", redis.address(), IMPATIENT);
                TestBroker other = TestBroker.start("other", redis.address(), IMPATIENT);
                RedisLoop thread = new RedisLoop();
                Redis asked = connected(redis, thread)) {
            TestBroker.get(one.cluster.add(TopicFilter.of("t")));
            assertThat(TestBroker.get(other.publish("t", "before"))).isEmpty();
            byte[] node = member(asked, names, "one");
            byte[] record = Args.bytes(names.record(Names.node(Args.text(node))));
            // Two more were put into its inbox, of which it does not hear.
            TestBroker.get(asked.commands().hset(record, Args.bytes("n"), Args.bytes("3")));
            asked.commands().hdel(Args.bytes(names.joins()), node);
            asked.commands().hdel(Args.bytes(names.nodes()), node);
            await().atMost(PATIENCE).until(() -> one.notServing != null);
            await().atMost(PATIENCE).until(() -> one.notServing == null);

            for (int number = 2; number <= 3; number++) {
                byte[] channel = Args.bytes(names.wakes() + Args.text(node));
                asked.commands().publish(channel, late(number, Names.node(Args.text(node))));
            }
            assertThat(TestBroker.get(other.publish("t", "after"))).isEmpty();
            await().atMost(PATIENCE).until(() -> one.arrived(TestBroker.ALL).contains("after"));
            assertThat(one.arrived(TestBroker.ALL)).containsExactly("before", "after");
            assertThat(TestBroker.get(asked.commands().ttl(record))).isEqualTo(-1);
        }
    }

    @Test
    void p9_aNodeThatDoesNotKnowYetThatItWasTakenToBeDeadLeavesWhatItHasWhereItIs() {
        Names names = new Names("skein");
        Map<String, String> beatsEveryTenSeconds = Map.of(RedisSettings.DEAD_AFTER, "60");
        try (RedisServer redis = RedisServer.start(directory);
                TestBroker one = TestBroker.start("one", redis.address(), beatsEveryTenSeconds);
                RedisLoop thread = new RedisLoop();
                Redis asked = connected(redis, thread)) {
            byte[] node = member(asked, names, "one");
            byte[] record = Args.bytes(names.record(Names.node(Args.text(node))));
            TestBroker.get(one.cluster.add(TopicFilter.of("t")));
            TestBroker.get(asked.commands().hdel(Args.bytes(names.joins()), node));
            TestBroker.get(asked.commands().hdel(Args.bytes(names.nodes()), node));

            await().during(Duration.ofSeconds(3)) // it looks every second for what others left
                    .atMost(Duration.ofSeconds(9))
                    .untilAsserted(() -> {
                        assertThat(
                                        TestBroker.get(
                                                asked.commands().hexists(record, Args.bytes("k"))))
                                .isTrue();
                        assertThat(one.cluster.interest(TopicName.of("t")).isEmpty()).isFalse();
                    });
        }
    }

    private static Redis connected(RedisServer redis, RedisLoop thread) {
        RedisAddress address = RedisAddress.of(redis.address(), "", "");
        return Redis.connect(address, null, 0, Duration.ofSeconds(1), thread);
    }

    private static byte[] member(Redis asked, Names names, String node) {
        return TestBroker.get(asked.commands().hkeys(Args.bytes(names.nodes()))).stream()
                .filter(name -> Members.nameOf(Args.text(name)).equals(node))
                .findFirst()
                .orElseThrow();
    }

    /** As it is told on the channel of the node. */
    private static byte[] late(int number, String label) {
        Message message =
                new Message(
                        TopicName.of("t"),
                        Args.bytes("late"),
                        QoS.AT_LEAST_ONCE,
                        false,
                        Properties.EMPTY,
                        "publisher",
                        Message.NEVER_EXPIRES);
        byte[] frame = Parcel.mail(message);
        byte[] head =
                Args.bytes("%d:%d:%d:%s".formatted(number, label.length(), frame.length, label));
        return ByteBuffer.allocate(head.length + frame.length).put(head).put(frame).array();
    }

    @Test
    void aNameThatALivingNodeHasIsRefused() {
        try (RedisServer redis = RedisServer.start(directory);
                TestBroker one = TestBroker.start("one", redis.address(), IMPATIENT);
                TestBroker same = TestBroker.open("one", redis.address(), IMPATIENT)) {
            assertThat(same.cluster.start(same))
                    .failsWithin(PATIENCE)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("names are unique");
            assertThat(one.cluster.nodes()).hasSize(1);
        }
    }

    @Test
    void whereRedisIsNotTheStartSaysSo() {
        TestBroker alone = TestBroker.open("one", "redis://127.0.0.1:1", IMPATIENT);
        assertThat(alone.cluster.start(alone))
                .failsWithin(PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("Redis at 127.0.0.1:1 cannot be used (cluster.redis)");
        alone.close();
    }
}
