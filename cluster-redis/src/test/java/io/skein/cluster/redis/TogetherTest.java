package io.skein.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens at once: a message and its packet id, the move of a message for a group. */
class TogetherTest {
    @RegisterExtension static final OneRedis REDIS = new OneRedis();

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SHARE = "$share/g/t";

    private final String cluster = "test-" + System.nanoTime();

    private TestBroker node(String name) {
        return TestBroker.start(
                name,
                REDIS.server().address(),
                Map.of(RedisSettings.DEAD_AFTER, "2", RedisSettings.NAME, cluster));
    }

    @Test
    void p4_aMessageOfWhichThePacketIdIsKeptIsWithEverybody() {
        try (TestBroker one = node("one");
                TestBroker other = node("other")) {
            other.own("subscriber", "t");
            one.claim("publisher");
            long epoch = one.owned.getOrDefault("publisher", 0L);
            assertThat(TestBroker.get(one.publish("t", "m", epoch, 7))).isEmpty();

            StoredSession moved = other.claim("publisher");
            assertThat(moved).isNotNull();
            assertThat(moved.received()).containsExactly(7);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(other.arrived("subscriber")).containsExactly("m"));
        }
    }

    @Test
    void p4_aMessageOfAClientWhoseSessionIsElsewhereByNowGoesNowhere() {
        try (TestBroker one = node("one");
                TestBroker other = node("other")) {
            other.own("subscriber", "t");
            one.claim("publisher");
            long epoch = one.owned.getOrDefault("publisher", 0L);
            other.claim("publisher");

            Optional<Refusal> refused = TestBroker.get(one.publish("t", "late", epoch, 7));
            assertThat(refused).map(Refusal::reason).contains(ReasonCode.SESSION_TAKEN_OVER);
            long current = other.owned.getOrDefault("publisher", 0L);
            assertThat(TestBroker.get(other.publish("t", "again", current, 7))).isEmpty();
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(other.arrived("subscriber")).containsExactly("again"));
        }
    }

    @Test
    void p9_whatAKilledNodeHadNotTakenForAGroupComesToAnotherMember() {
        try (TestBroker publisher = node("publisher");
                TestBroker third = node("third")) {
            TestBroker killed = node("killed");
            third.join("one", SHARE);
            killed.join("other", SHARE);
            killed.isSlow = true;
            for (int i = 0; i < 4; i++) {
                assertThat(TestBroker.get(publisher.publish("t", "m" + i))).isEmpty();
            }
            killed.cluster.release();
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(third.arrived("one"))
                                    .containsExactlyInAnyOrder("m0", "m1", "m2", "m3"));
        }
    }

    @Test
    void p9_whatAKilledNodeHadQueuedForAGroupStaysWithItsSession() {
        try (TestBroker publisher = node("publisher");
                TestBroker third = node("third")) {
            TestBroker killed = node("killed");
            killed.join("other", SHARE);
            assertThat(TestBroker.get(publisher.publish("t", "m"))).isEmpty();
            await().atMost(PATIENCE).until(() -> killed.arrived("other").contains("m"));
            third.join("one", SHARE);
            killed.cluster.release();
            await().atMost(PATIENCE)
                    .until(() ->
                            publisher.arrived("other").size() + third.arrived("other").size() > 0);
            assertThat(TestBroker.get(publisher.publish("t", "after"))).isEmpty();
            await().atMost(PATIENCE).until(() -> third.arrived("one").contains("after"));
            assertThat(third.arrived("one")).containsExactly("after");
        }
    }

    @Test
    void p9_aMessageForAGroupWhoseOnlyMemberIsMovingWaitsForIt() {
        try (TestBroker publisher = node("publisher");
                TestBroker other = node("other")) {
            other.own("moving", SHARE); // and no node says that it has a member
            var answer = publisher.publish("t", "m");
            other.join("moving", SHARE);
            assertThat(TestBroker.get(answer)).isEmpty();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(other.arrived("moving")).containsExactly("m"));
        }
    }

    @Test
    void p9_aQos2MessageForAGroupWhoseOnlyMemberIsMovingOutlivesItsNode() {
        try (TestBroker other = node("other")) {
            TestBroker killed = node("killed");
            other.own("moving", SHARE); // and no node says that it has a member
            killed.claim("publisher");
            long epoch = killed.owned.getOrDefault("publisher", 0L);
            assertThat(TestBroker.get(killed.publish("t", "m", epoch, 7))).isEmpty();
            killed.cluster.release();
            other.join("moving", SHARE);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(other.arrived("moving")).containsExactly("m"));
        }
    }

    @Test
    void p8_whatWasPublishedBeforeANodeStopsIsWithEverybody() {
        try (TestBroker other = node("other")) {
            TestBroker stopped = node("stopped");
            other.own("subscriber", "t");
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) { // ten times as many as go together
                stopped.publish("t", "m" + i);
                expected.add("m" + i);
            }
            stopped.close();
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(other.arrived("subscriber")).isEqualTo(expected));
        }
    }

    @Test
    void p8_aSessionThatIsBeingAdoptedIsNotClaimedInBetween() {
        try (TestBroker other = node("other")) {
            TestBroker killed = node("killed");
            killed.claim("session");
            other.adopting = new CompletableFuture<>();
            killed.cluster.release();
            await().atMost(PATIENCE).until(() -> other.owned.containsKey("session"));
            CompletableFuture<Ownership> claimed = claim(other);
            other.adopting.complete(null);
            assertIsLookedForAgain(claimed);
        }
    }

    @Test
    void p8_aClaimThatWaitedForADeadNodeLeavesToTheBrokerWhatWasAdoptedMeanwhile() {
        try (TestBroker other = node("other")) {
            TestBroker killed = node("killed");
            killed.claim("session");
            killed.cluster.release();
            assertIsLookedForAgain(claim(other));
            assertThat(other.owned).containsKey("session");
        }
    }

    private static CompletableFuture<Ownership> claim(TestBroker node) {
        SessionHead head = new SessionHead(true, SessionHead.NEVER_EXPIRES, 0, null);
        return node.cluster.claim("session", false, head).toCompletableFuture();
    }

    private static void assertIsLookedForAgain(CompletableFuture<Ownership> claimed) {
        assertThat(claimed)
                .failsWithin(PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(RefusedException.class)
                .withMessageContaining("session");
    }

    @Test
    void p9_aNodeWithoutAMemberPassesOnWhatHasCome() {
        try (TestBroker publisher = node("publisher");
                TestBroker left = node("left");
                TestBroker other = node("other")) {
            left.join("gone", SHARE);
            left.member = null;
            other.join("one", SHARE);
            assertThat(TestBroker.get(publisher.publish("t", "m0"))).isEmpty();
            assertThat(TestBroker.get(publisher.publish("t", "m1"))).isEmpty();
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(other.arrived("one")).containsExactlyInAnyOrder("m0", "m1"));
            assertThat(left.arrived("gone")).isEmpty();
        }
    }
}
