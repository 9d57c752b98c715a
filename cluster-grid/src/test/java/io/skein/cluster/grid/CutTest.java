package io.skein.cluster.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicName;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a node that others have gone on without does with what it had. */
class CutTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void aSessionThatIsStillItsOwnGoesOnWithWhatIsKept() {
        try (Nodes nodes = Nodes.start(2)) {
            Nodes.Node node = nodes.get(1);
            long epoch = node.claim("own").epoch();
            node.write(SessionsTest.queued("own", epoch, 1, "kept"));

            sessions(node).cutOff(true);
            assertThat(node.write(SessionsTest.queued("own", epoch, 2, "refused"))).isPresent();
            assertThat(node.write(new SessionChange.Dequeued("own", epoch, 1))).isPresent();
            back(node);

            assertThat(node.broker().forfeited).containsExactly("own");
            assertThat(node.broker().adopted)
                    .singleElement()
                    .satisfies(session ->
                            assertThat(SessionsTest.texts(session)).containsExactly("kept"));
            assertThat(node.write(SessionsTest.queued("own", epoch, 2, "again"))).isEmpty();
            Ownership next = nodes.get(2).claim("own");
            assertThat(SessionsTest.texts(SessionsTest.stored(next)))
                    .containsExactly("kept", "again");
        }
    }

    @Test
    void theWillOfAClientThatWasSentAwayIsPublishedByWhoHasItsSession() {
        try (Nodes nodes = Nodes.start(2)) {
            Nodes.Node node = nodes.get(1);
            Will will =
                    new Will(
                            TopicName.of("will"),
                            new byte[1],
                            QoS.AT_LEAST_ONCE,
                            false,
                            Properties.EMPTY);
            SessionHead head = new SessionHead(true, 0, 0, will);
            long epoch = node.claim("own", true, head).epoch();

            sessions(node).cutOff(true);
            SessionHead without = new SessionHead(false, 0, 0, null);
            assertThat(node.write(new SessionChange.HeadSet("own", epoch, without))).isPresent();
            assertThat(node.write(new SessionChange.Ended("own", epoch))).isPresent();
            back(node);

            assertThat(node.broker().adopted)
                    .singleElement()
                    .satisfies(session -> assertThat(session.head().will()).isEqualTo(will));
        }
    }

    @Test
    void whoIsToldThatOthersHaveGoneOnTakesBackWhatTheyHaveNotAnswered() {
        try (Nodes nodes = Nodes.start(3)) {
            nodes.get(2).subscribe("later");
            long epoch = nodes.get(1).claim("own").epoch();
            nodes.get(1).write(SessionsTest.queued("own", epoch, 1, "kept"));
            nodes.get(2).broker().silent = true; // it takes messages and never answers
            CompletableFuture<Optional<Refusal>> unanswered = nodes.get(1).publish("later", "x");
            await().atMost(SOON).until(() -> nodes.get(2).broker().delivered.contains("x"));

            nodes.get(2).cluster().forget(nodes.get(1).cluster().peer());

            assertThat(unanswered.orTimeout(20, TimeUnit.SECONDS).join()).isPresent();
            nodes.get(2).broker().silent = false;
            await().atMost(SOON).until(() -> nodes.get(1).broker().isServing());
            assertThat(nodes.get(1).broker().serving).anyMatch(Objects::nonNull);
            assertThat(nodes.get(1).broker().adopted).hasSize(1);
            assertThat(nodes.get(1).publish("later", "y").orTimeout(20, TimeUnit.SECONDS).join())
                    .isEmpty();
        }
    }

    @Test
    void whoIsBackTakesNoMessageAndLetsNothingGoUntilItsSessionsAreThere() {
        try (Nodes nodes = Nodes.start(3)) {
            Nodes.Node node = nodes.get(1);
            node.subscribe("here");
            nodes.get(2).subscribe("there");
            node.claim("own");
            CompletableFuture<Void> mayAdopt = new CompletableFuture<>();
            node.broker().mayAdopt = mayAdopt;

            nodes.get(2).cluster().forget(node.cluster().peer());
            await().atMost(SOON).until(() -> node.broker().adopted.size() == 1);
            CompletableFuture<Ownership> claim =
                    CompletableFuture.supplyAsync(() -> nodes.get(3).claim("own"));

            assertThat(nodes.get(3).publish("here", "x").orTimeout(20, TimeUnit.SECONDS).join())
                    .isPresent();
            assertThat(node.publish("there", "y").orTimeout(20, TimeUnit.SECONDS).join())
                    .isPresent();
            assertThat(node.broker().relinquished).containsExactly("own"); // forfeited
            assertThat(claim).isNotDone();

            mayAdopt.complete(null);

            claim.join();
            await().atMost(SOON).until(() -> node.broker().isServing());
            assertThat(nodes.get(3).publish("here", "z").orTimeout(20, TimeUnit.SECONDS).join())
                    .isEmpty();
            assertThat(node.broker().delivered).containsExactly("z");
        }
    }

    @Test
    void whoIsNotAnsweredGoesOnNoLongerThoughTheGridHasNotMissedAnybody() {
        try (Nodes nodes = Nodes.start(3)) {
            Nodes.Node node = nodes.get(1);
            await().atMost(SOON).until(() -> node.broker().isServing());

            nodes.get(2).cluster().mute();
            nodes.get(3).cluster().mute();

            await().atMost(SOON).until(() -> !node.broker().isServing());
            assertThat(node.cluster().engine().available()).isTrue();
            nodes.get(2).cluster().engine().close();
            nodes.get(3).cluster().engine().close();
        }
    }

    private static GridSessions sessions(Nodes.Node node) {
        return (GridSessions) node.cluster().sessions();
    }

    private static void back(Nodes.Node node) {
        sessions(node).cutOff(false);
        sessions(node).verify().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
