package io.skein.cluster.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.cluster.Ownership;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.RetainHandling;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sessions on three nodes that live through all tests; each test has its own clients. */
class SessionsTest {
    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.start(3);
    }

    @AfterAll
    static void close() {
        nodes.close();
    }

    @Test
    void aSessionFollowsItsClientWithAllItHolds() {
        Ownership first = nodes.get(1).claim("follows");
        assertThat(first.session()).isNull();
        long epoch = first.epoch();
        assertThat(
                        nodes.get(1)
                                .write(
                                        subscribed("follows", epoch, "a/+"),
                                        queued("follows", epoch, 1, "one"),
                                        queued("follows", epoch, 2, "two"),
                                        new SessionChange.Sent("follows", epoch, 1, 7),
                                        new SessionChange.Received("follows", epoch, 9)))
                .isEmpty();
        assertThat(
                        nodes.get(1)
                                .write(
                                        new SessionChange.Dequeued("follows", epoch, 1),
                                        queued("follows", epoch, 3, "three")))
                .isEmpty();

        Ownership second = nodes.get(2).claim("follows");

        assertThat(second.epoch()).isGreaterThan(epoch);
        StoredSession session = stored(second);
        assertThat(session.subscriptions()).hasSize(1);
        assertThat(texts(session)).containsExactly("two", "three");
        assertThat(session.received()).containsExactly(9);
        assertThat(nodes.get(1).broker().relinquished).contains("follows");

        nodes.get(2).write(new SessionChange.Dequeued("follows", second.epoch(), 2));
        assertThat(texts(stored(nodes.get(3).claim("follows")))).containsExactly("three");
    }

    @Test
    void aFormerOwnerCanWriteNothing() {
        long former = nodes.get(1).claim("fenced").epoch();
        nodes.get(2).claim("fenced");

        assertThat(nodes.get(1).write(queued("fenced", former, 1, "late")))
                .hasValueSatisfying(refusal ->
                        assertThat(refusal.reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER));
        assertThat(texts(stored(nodes.get(3).claim("fenced")))).isEmpty();
    }

    @Test
    void whatTheFormerOwnerWritesWhileItLetsGoArrives() {
        long former = nodes.get(1).claim("parting").epoch();
        nodes.get(1).write(queued("parting", former, 1, "one"));
        nodes.get(1).broker().onRelinquish =
                clientId -> {
                    if (clientId.equals("parting")) {
                        nodes.get(1).writeLater(queued("parting", former, 2, "two"));
                    }
                };

        assertThat(texts(stored(nodes.get(2).claim("parting")))).containsExactly("one", "two");
    }

    @Test
    void oneOfSeveralClaimantsOwnsInTheEnd() {
        for (int round = 0; round < 10; round++) {
            String client = "contested" + round;
            List<CompletableFuture<Ownership>> claims = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                claims.add(
                        nodes.get(i)
                                .cluster()
                                .sessions()
                                .claim(client, false, Nodes.PERSISTENT)
                                .toCompletableFuture());
            }
            List<Optional<Refusal>> outcomes = new ArrayList<>();
            List<Long> epochs = claims.stream().map(claim -> claim.join().epoch()).toList();
            for (int i = 1; i <= 3; i++) {
                outcomes.add(nodes.get(i).write(queued(client, epochs.get(i - 1), 1, "x")));
            }
            assertThat(epochs).doesNotHaveDuplicates();
            assertThat(outcomes).filteredOn(Optional::isEmpty).hasSize(1);
        }
    }

    @Test
    void aCleanStartDiscardsWhatWasStored() {
        long epoch = nodes.get(1).claim("clean").epoch();
        nodes.get(1).write(queued("clean", epoch, 1, "one"));

        assertThat(nodes.get(2).claim("clean", true, Nodes.PERSISTENT).session()).isNull();
        assertThat(texts(stored(nodes.get(3).claim("clean")))).isEmpty();
    }

    @Test
    void aSessionThatEndedIsForgotten() {
        long epoch = nodes.get(1).claim("ended").epoch();
        nodes.get(1).write(queued("ended", epoch, 1, "one"));
        assertThat(nodes.get(1).write(new SessionChange.Ended("ended", epoch))).isEmpty();

        Ownership next = nodes.get(2).claim("ended");

        assertThat(next.session()).isNull();
        assertThat(next.epoch()).isGreaterThan(epoch);
    }

    @Test
    void whatIsPublishedWhileASessionMovesReachesItOnceAndInOrder() {
        // What a broker would do with the session, in brief: "queue" is what it received.
        String client = "mover";
        long epoch = nodes.get(1).claim(client).epoch();
        nodes.get(1).write(subscribed(client, epoch, "moving"));
        nodes.get(1).subscribe("moving");
        int count = 3000;
        List<CompletableFuture<Optional<Refusal>>> outcomes = new ArrayList<>();
        int owner = 1;
        for (int i = 0; i < count; i++) {
            outcomes.add(nodes.get(3).publish("moving", "moving " + i));
            if (i % 1000 == 500) {
                int next = 3 - owner;
                nodes.get(next).claim(client);
                nodes.get(owner).cluster().routes().remove(TopicFilter.of("moving"));
                nodes.get(next).subscribe("moving");
                owner = next;
            }
        }
        assertThat(outcomes).allMatch(outcome -> outcome.join().isEmpty());

        List<String> received = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            received.addAll(
                    nodes.get(i).broker().delivered.stream()
                            .filter(text -> text.startsWith("moving "))
                            .toList());
            received.addAll(
                    nodes.get(i).broker().mail.stream()
                            .filter(text -> text.startsWith(client + ' '))
                            .map(text -> text.substring(client.length() + 1))
                            .toList());
        }
        assertThat(received)
                .contains(
                        Nodes.numbers(count).stream()
                                .map(number -> "moving " + number)
                                .toArray(String[]::new));
    }

    @Test
    void aTransientSessionIsOwnedByOneNodeToo() {
        SessionHead head = Nodes.TRANSIENT;
        long epoch = nodes.get(1).claim("transient", true, head).epoch();

        Ownership next = nodes.get(2).claim("transient", true, head);

        assertThat(next.epoch()).isGreaterThan(epoch);
        assertThat(nodes.get(1).broker().relinquished).contains("transient");
    }

    static StoredSession stored(Ownership ownership) {
        return Objects.requireNonNull(ownership.session());
    }

    static List<String> texts(StoredSession session) {
        return session.queue().stream()
                .map(slot -> new String(slot.queued().message().payload(), StandardCharsets.UTF_8))
                .toList();
    }

    static SessionChange queued(String clientId, long epoch, long sequence, String text) {
        return new SessionChange.Queued(
                clientId,
                epoch,
                sequence,
                new QueuedMessage(Nodes.message("a/b", text), QoS.AT_LEAST_ONCE, false, List.of()));
    }

    static SessionChange subscribed(String clientId, long epoch, String filter) {
        return new SessionChange.Subscribed(
                clientId,
                epoch,
                new Subscription(
                        TopicFilter.of(filter),
                        QoS.AT_LEAST_ONCE,
                        false,
                        false,
                        RetainHandling.SEND),
                0);
    }
}
