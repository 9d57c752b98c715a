package io.skein.cluster.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sends again, wherever its session is by then, comes to everybody once (P4, P9). */
class AgainTest {
    private static final int PACKET_ID = 7;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Will WILL =
            new Will(TopicName.of("again"), new byte[1], QoS.EXACTLY_ONCE, false, Properties.EMPTY);

    @Test
    @DisplayName("[MQTT-4.3.3-10] what a dead node had sent comes once, though it is sent again")
    void whatADeadNodeHadSentComesOnce() throws Exception {
        QueueingBroker second = new QueueingBroker();
        QueueingBroker third = new QueueingBroker();
        try (Nodes nodes = Nodes.start(3, number -> broker(number, second, third))) {
            second.attach("stays").join();
            second.subscribe("stays", "again/#").join();
            third.attach("moves").join();
            third.subscribe("moves", "#").join();
            Message message = begin(nodes.get(1));
            publish(nodes.get(1), message);
            second.attach("moves").join();

            nodes.crash(1);
            publishAgain(nodes.get(3), message, third.attach("publisher").join());

            assertThat(queue(second, "stays")).containsExactly("once");
            assertThat(queue(second, "moves")).containsExactly("once");
        }
    }

    @Test
    @DisplayName("[MQTT-4.3.3-10] what a client sends again to the same node comes once")
    void whatIsSentAgainByTheSameNodeComesOnceToASessionThatHasMoved() {
        QueueingBroker second = new QueueingBroker();
        QueueingBroker third = new QueueingBroker();
        try (Nodes nodes = Nodes.start(3, number -> broker(number, second, third))) {
            third.attach("moves").join();
            third.subscribe("moves", "#").join();
            Message message = begin(nodes.get(1));
            publish(nodes.get(1), message);
            second.attach("moves").join();

            publishAgain(nodes.get(1), message);

            assertThat(queue(second, "moves")).containsExactly("once");
        }
    }

    @Test
    @DisplayName("[MQTT-4.3.3-10] what is sent again to a session that has just come comes once")
    void whatIsSentAgainComesOnceToASessionOfWhichNoRouteIsKnownYet() {
        try (Nodes nodes = Nodes.start(3)) {
            long epoch = nodes.get(3).claim("moves").epoch();
            nodes.get(3).write(SessionsTest.subscribed("moves", epoch, "again"));
            nodes.get(3).subscribe("again");
            Message message = begin(nodes.get(1));
            QueuedMessage queued = new QueuedMessage(message, QoS.EXACTLY_ONCE, false, List.of());
            nodes.get(3).write(new SessionChange.Queued("moves", epoch, 1, queued));
            nodes.get(2).claim("moves");

            publishAgain(nodes.get(1), message);

            assertThat(nodes.get(2).broker().mail).isEmpty();
        }
    }

    @Test
    @DisplayName("[MQTT-4.3.3-10] what a dead node had not sent comes when it is sent again")
    void whatADeadNodeHadNotSentComes() throws Exception {
        QueueingBroker second = new QueueingBroker();
        QueueingBroker third = new QueueingBroker();
        try (Nodes nodes = Nodes.start(3, number -> broker(number, second, third))) {
            second.attach("one").join();
            second.subscribe("one", "again/#").join();
            third.attach("other").join();
            third.subscribe("other", "#").join();
            Message message = begin(nodes.get(1));

            nodes.crash(1);
            publishAgain(nodes.get(3), message, third.attach("publisher").join());

            assertThat(queue(second, "one")).containsExactly("once");
            assertThat(queue(third, "other")).containsExactly("once");
        }
    }

    @Test
    void aGroupThatADeadNodeHadServedIsNotServedAgain() throws Exception {
        QueueingBroker second = new QueueingBroker();
        QueueingBroker third = new QueueingBroker();
        try (Nodes nodes = Nodes.start(3, number -> broker(number, second, third))) {
            second.attach("one").join();
            second.subscribe("one", "$share/group/again").join();
            third.attach("other").join();
            third.subscribe("other", "$share/group/again").join();
            Message message = begin(nodes.get(1));
            publish(nodes.get(1), message);

            nodes.crash(1);
            publishAgain(nodes.get(3), message, third.attach("publisher").join());

            List<String> both = new ArrayList<>(queue(second, "one"));
            both.addAll(queue(third, "other"));
            assertThat(both).containsExactly("once");
        }
    }

    @Test
    void aGroupThatWasServedByANodeThatIsCutOffIsServedAgain() throws Exception {
        QueueingBroker second = new QueueingBroker();
        QueueingBroker third = new QueueingBroker();
        try (Nodes nodes = Nodes.start(3, number -> queueing(number, second, third))) {
            third.attach("member").join();
            third.subscribe("member", "$share/group/again").join();
            Message message = begin(nodes.get(3));
            publish(nodes.get(3), message, new Served(TopicFilter.of("$share/group/again")));

            nodes.get(3).isolate();
            await().atMost(SOON).until(() -> !third.isServing());
            StoredSession publisher = second.attach("publisher").join();
            nodes.get(3).reconnect();
            nodes.awaitMembers(3);
            await().atMost(SOON).until(third::isServing);
            List<TopicFilter> group = List.of(TopicFilter.of("$share/group/again"));
            assertThat(publishAgainLater(nodes.get(2), message, publisher, group).join()).isEmpty();

            assertThat(queue(second, "member")).containsExactly("once");
        }
    }

    /** A broker has given the message to a member that never kept it. */
    record Served(TopicFilter group) implements ServedHere {
        @Override
        public boolean serves(TopicFilter share) {
            return share.equals(group);
        }

        @Override
        public List<TopicFilter> groups() {
            return List.of(group);
        }

        @Override
        public boolean reaches(String clientId) {
            return false;
        }
    }

    @Test
    void whatTheOwnerBeforeSendsStillComesOnceThoughItIsSentAgainElsewhere() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            nodes.get(2).subscribe("again");
            Message message = begin(nodes.get(1));
            StoredSession moved = nodes.get(3).claim("publisher").session();

            publishAgain(nodes.get(3), message, moved);
            publish(nodes.get(1), message);

            assertThat(nodes.get(2).broker().delivered).containsExactly("once");
        }
    }

    @Test
    void aMessageThatEverybodyHasIsNotKnownAsUnderWay() {
        try (Nodes nodes = Nodes.start(2)) {
            long epoch = nodes.get(1).claim("publisher").epoch();
            Origin origin = nodes.get(1).cluster().nextOrigin();
            nodes.get(1)
                    .write(
                            new SessionChange.Received("publisher", epoch, PACKET_ID, origin),
                            new SessionChange.Received("publisher", epoch, PACKET_ID));

            StoredSession moved = nodes.get(2).claim("publisher").session();

            assertThat(moved.underWay()).isEmpty();
            assertThat(moved.received()).containsExactly(PACKET_ID);
            assertThat(nodes.get(1).cluster().nextOrigin().answered()).isEqualTo(origin.ordinal());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3_600})
    void whoAdoptsASessionKnowsAsWhichMessageItsWillWasSent(long expirySeconds) throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            Nodes.Node first = nodes.get(1);
            SessionHead head = new SessionHead(true, expirySeconds, 0, WILL);
            long epoch = first.claim("mortal", true, head).epoch();
            Origin origin = first.cluster().nextOrigin();
            SessionHead sent = head.disconnected(1).publishing(origin);
            assertThat(first.write(new SessionChange.HeadSet("mortal", epoch, sent))).isEmpty();

            nodes.crash(1);

            List<StoredSession> adopted = new ArrayList<>();
            await().atMost(SOON)
                    .until(() -> {
                        adopted.addAll(nodes.get(2).broker().adopted);
                        adopted.addAll(nodes.get(3).broker().adopted);
                        return !adopted.isEmpty();
                    });
            assertThat(adopted)
                    .singleElement()
                    .satisfies(session -> assertThat(session.head()).isEqualTo(sent));
        }
    }

    @Test
    void whoClaimsASessionPublishesItsWillAsTheMessageThatItsFormerNodeWasTold() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            nodes.get(3).claim("mortal", true, new SessionHead(true, 0, 0, WILL));
            RecordingBroker former = nodes.get(3).broker();
            former.mayRelinquish = new CompletableFuture<>();
            nodes.get(1).cluster().sessions().claim("mortal", true, Nodes.TRANSIENT);
            await().atMost(SOON).until(() -> former.relinquished.contains("mortal"));

            nodes.crash(3);

            RecordingBroker heir = nodes.get(1).broker();
            await().atMost(SOON).until(() -> !heir.adopted.isEmpty());
            assertThat(heir.adopted)
                    .singleElement()
                    .satisfies(session -> {
                        assertThat(session.head().will()).isEqualTo(WILL);
                        assertThat(session.head().willOrigin())
                                .isNotNull()
                                .isEqualTo(former.wills.get("mortal"));
                    });
        }
    }

    @Test
    void theNumberOfAWillIsOverWhenItsFormerNodeHasLetGo() {
        try (Nodes nodes = Nodes.start(2)) {
            nodes.get(1).claim("mortal", true, new SessionHead(true, 0, 0, WILL));
            nodes.get(2).claim("mortal", true, Nodes.TRANSIENT);

            Origin number = nodes.get(1).broker().wills.get("mortal");
            await().atMost(SOON) // who claims is answered first
                    .until(() ->
                            nodes.get(2).cluster().nextOrigin().answered() == number.ordinal());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, false", "0, true", "3600, false", "3600, true"})
    void theNumberOfAWillMayComeAgainUntilItIsKeptThatEverybodyHasIt(
            long expirySeconds, boolean ends) {
        try (Nodes nodes = Nodes.start(2)) {
            Nodes.Node node = nodes.get(1);
            SessionHead head = new SessionHead(true, expirySeconds, 0, WILL);
            long epoch = node.claim("mortal", true, head).epoch();
            Origin origin = node.cluster().nextOrigin();
            SessionHead sent = head.disconnected(1).publishing(origin);
            node.write(new SessionChange.HeadSet("mortal", epoch, sent));
            publish(node, Nodes.exactlyOnce("again", "once").from(origin));
            assertThat(node.cluster().nextOrigin().answered()).isLessThan(origin.ordinal());

            node.write(
                    ends
                            ? new SessionChange.Ended("mortal", epoch)
                            : new SessionChange.HeadSet("mortal", epoch, sent.withoutWill()));

            assertThat(node.cluster().nextOrigin().answered()).isEqualTo(origin.ordinal());
        }
    }

    private static LocalBroker broker(int number, QueueingBroker second, QueueingBroker third) {
        return number == 1 ? new RecordingBroker() : number == 2 ? second : third;
    }

    private static QueueingBroker queueing(
            int number, QueueingBroker second, QueueingBroker third) {
        return number == 1 ? new QueueingBroker() : number == 2 ? second : third;
    }

    /** A client publishes: its packet id is kept, and nobody has the message yet. */
    static Message begin(Nodes.Node node) {
        long epoch = node.claim("publisher").epoch();
        Origin origin = node.cluster().nextOrigin();
        assertThat(node.write(new SessionChange.Received("publisher", epoch, PACKET_ID, origin)))
                .isEmpty();
        return Nodes.exactlyOnce("again", "once").from(origin);
    }

    private static void publish(Nodes.Node node, Message message) {
        publish(node, message, ServedHere.NOBODY);
    }

    private static void publish(Nodes.Node node, Message message, ServedHere servedHere) {
        assertThat(publishLater(node, message, servedHere).join()).isEmpty();
    }

    static CompletableFuture<Optional<Refusal>> publishLater(
            Nodes.Node node, Message message, ServedHere servedHere) {
        CompletableFuture<Optional<Refusal>> outcome = new CompletableFuture<>();
        node.cluster()
                .publish(
                        message,
                        node.cluster().routes().interest(message.topic()),
                        servedHere,
                        refusal -> outcome.complete(Optional.ofNullable(refusal)));
        return outcome.orTimeout(20, TimeUnit.SECONDS);
    }

    static void publishAgain(Nodes.Node node, Message message, StoredSession session) {
        assertThat(publishAgainLater(node, message, session, List.of()).join()).isEmpty();
    }

    static CompletableFuture<Optional<Refusal>> publishAgainLater(
            Nodes.Node node, Message message, StoredSession session, List<TopicFilter> groupsHere) {
        assertThat(session.underWay().get(PACKET_ID)).isEqualTo(message.origin());
        return publishAgainLater(node, message, groupsHere);
    }

    private static void publishAgain(Nodes.Node node, Message message) {
        assertThat(publishAgainLater(node, message, List.of()).join()).isEmpty();
    }

    private static CompletableFuture<Optional<Refusal>> publishAgainLater(
            Nodes.Node node, Message message, List<TopicFilter> groupsHere) {
        CompletableFuture<Optional<Refusal>> outcome = new CompletableFuture<>();
        node.cluster()
                .publishAgain(
                        Nodes.exactlyOnce("again", "once").from(message.origin()),
                        groupsHere,
                        refusal -> outcome.complete(Optional.ofNullable(refusal)));
        return outcome.orTimeout(20, TimeUnit.SECONDS);
    }

    static List<String> queue(QueueingBroker broker, String clientId) {
        return SessionsTest.texts(broker.attach(clientId).join());
    }
}
