package io.skein.cluster.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.Completion;
import io.skein.cluster.Interest;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One member of a group gets a message, whoever moves or dies while it is looked for (P9). */
class GroupServedOnceTest {
    private static final TopicFilter GROUP = TopicFilter.of("$share/group/again");
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void whatADeadNodeHadHandedOnIsNotServedAgain() throws Exception {
        QueueingBroker second = new QueueingBroker();
        QueueingBroker third = new QueueingBroker();
        try (Nodes nodes = Nodes.start(3, number -> broker(number, second, third))) {
            join(second, "one");
            join(third, "other");
            Message message = AgainTest.begin(nodes.get(1));
            assertThat(handOn(nodes.get(1), message).join()).isEmpty();

            nodes.crash(1);
            StoredSession publisher = third.attach("publisher").join();
            AgainTest.publishAgain(nodes.get(3), message, publisher);

            List<String> both = new ArrayList<>(AgainTest.queue(second, "one"));
            both.addAll(AgainTest.queue(third, "other"));
            assertThat(both).containsExactly("once");
        }
    }

    @Test
    void whatIsHandedOnToANodeThatDiesIsServedElsewhere() throws Exception {
        RecordingBroker second = new RecordingBroker();
        QueueingBroker third = new QueueingBroker();
        try (Nodes nodes = Nodes.start(3, number -> broker(number, second, third))) {
            second.silent = true;
            nodes.get(2).subscribe(GROUP.text());
            Message message = AgainTest.begin(nodes.get(1));
            var published =
                    AgainTest.publishLater(nodes.get(1), message, new AgainTest.Served(GROUP));
            assertThat(published.join()).isEmpty();
            CompletableFuture<Optional<Refusal>> handedOn = handOn(nodes.get(1), message);
            await().atMost(SOON).until(() -> second.sharesServed.size() == 1);
            join(third, "member");

            nodes.crash(2);

            assertThat(handedOn.join()).isEmpty();
            assertThat(AgainTest.queue(third, "member")).containsExactly("once");
        }
    }

    @Test
    void aMessageWhosePublisherHasMovedIsServedByItsNextNodeAlone() {
        RecordingBroker second = new RecordingBroker();
        QueueingBroker third = new QueueingBroker();
        try (Nodes nodes = Nodes.start(3, number -> broker(number, second, third))) {
            second.silent = true;
            nodes.get(1).subscribe("beacon");
            nodes.get(2).subscribe(GROUP.text());
            Message message = AgainTest.begin(nodes.get(1));
            var published = AgainTest.publishLater(nodes.get(1), message, ServedHere.NOBODY);
            await().atMost(SOON).until(() -> second.sharesServed.size() == 1);
            nodes.get(2).cluster().routes().remove(GROUP);
            await().atMost(SOON).until(() -> interest(nodes.get(1), message).isEmpty());
            join(third, "member");
            StoredSession publisher = third.attach("publisher").join();
            var again =
                    AgainTest.publishAgainLater(nodes.get(3), message, publisher, List.of(GROUP));
            nodes.get(3).publish("beacon", "the first node was asked before").join();

            second.answer(new Refusal(ReasonCode.NO_MATCHING_SUBSCRIBERS, "its member has gone"));

            assertThat(again.join()).isEmpty();
            published.join();
            assertThat(AgainTest.queue(third, "member")).containsExactly("once");
        }
    }

    @Test
    void membersAreAskedAnewWhenOneDiesThatMayHaveLeftThemTheMessage() throws Exception {
        RecordingBroker second = new RecordingBroker();
        QueueingBroker third = new QueueingBroker();
        try (Nodes nodes = Nodes.start(3, number -> broker(number, second, third))) {
            long epoch = nodes.get(2).claim("member").epoch();
            nodes.get(2).subscribe(GROUP.text());
            nodes.get(2).subscribe("beacon");
            nodes.get(1).subscribe("held");
            Message message = AgainTest.begin(nodes.get(1));
            StoredSession publisher = third.attach("publisher").join();
            nodes.get(1).broker().silent = true; // so that it does not answer questions either
            nodes.get(3).publish("held", "held");
            await().atMost(SOON).until(() -> nodes.get(1).broker().delivered.size() == 1);
            var again = AgainTest.publishAgainLater(nodes.get(3), message, publisher, List.of());
            nodes.get(3).publish("beacon", "the second node has answered before").join();

            Origin origin = Objects.requireNonNull(message.origin()).forGroup(GROUP);
            QueuedMessage queued =
                    new QueuedMessage(message.from(origin), QoS.EXACTLY_ONCE, false, List.of());
            nodes.get(2).write(new SessionChange.Queued("member", epoch, 1, queued));
            nodes.crash(1);

            assertThat(again.join()).isEmpty();
            assertThat(second.sharesServed).isEmpty();
        }
    }

    private static LocalBroker broker(int number, LocalBroker second, LocalBroker third) {
        return number == 1 ? new RecordingBroker() : number == 2 ? second : third;
    }

    private static Interest interest(Nodes.Node node, Message message) {
        return node.cluster().routes().interest(message.topic());
    }

    private static void join(QueueingBroker broker, String member) {
        broker.attach(member).join();
        broker.subscribe(member, GROUP.text()).join();
    }

    /** The member that a broker had chosen has gone before it got the message. */
    private static CompletableFuture<Optional<Refusal>> handOn(Nodes.Node node, Message message) {
        CompletableFuture<Optional<Refusal>> outcome = new CompletableFuture<>();
        Completion done = refusal -> outcome.complete(Optional.ofNullable(refusal));
        Origin origin = Objects.requireNonNull(message.origin());
        node.cluster().handOn(message.from(origin.forGroup(GROUP)), GROUP, done);
        return outcome.orTimeout(20, TimeUnit.SECONDS);
    }
}
