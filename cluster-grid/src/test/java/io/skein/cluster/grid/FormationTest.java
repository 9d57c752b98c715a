package io.skein.cluster.grid;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.link.Peer;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.infinispan.AdvancedCache;
import org.infinispan.factories.ComponentRegistry;
import org.infinispan.partitionhandling.AvailabilityMode;
import org.infinispan.partitionhandling.impl.PartitionHandlingManager;
import org.junit.jupiter.api.Test;

/** How nodes that start become one cluster: never several that are merged later. */
class FormationTest {
    @Test
    void aNodeAloneDoesNotBeginWhatAMajorityIsNeededFor() {
        try (Nodes nodes = Nodes.places(3)) {
            CompletableFuture<Void> first = nodes.launch(0, "n1", new RecordingBroker());
            await().during(Duration.ofMillis(2500))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !first.isDone());
            assertThat(nodes.get(1).broker().isServing()).isFalse();

            CompletableFuture<Void> second = nodes.launch(1, "n2", new RecordingBroker());

            CompletableFuture.allOf(first, second).orTimeout(20, SECONDS).join();
            nodes.awaitMembers(2);
            await().until(() -> nodes.get(1).broker().isServing());
        }
    }

    @Test
    void whatANodeWasToldBeforeTheLastCameIsKnownToAll() {
        for (int round = 0; round < 3; round++) {
            try (Nodes nodes = Nodes.start(3)) {
                for (int i = 1; i <= 3; i++) {
                    nodes.get(i).subscribe("from/" + i);
                }
                for (int i = 1; i <= 3; i++) {
                    int node = i;
                    assertThat(
                                    nodes.get(i % 3 + 1)
                                            .cluster()
                                            .routes()
                                            .interest(TopicName.of("from/" + node))
                                            .isEmpty())
                            .isFalse();
                    assertThat(nodes.get(i).cluster().life().engine().view().members()).hasSize(3);
                }
            }
        }
    }

    @Test
    void aNodeThatIsKilledBeforeTheLastHasComeIsReplacedByItsNextLife() throws Exception {
        try (Nodes nodes = Nodes.places(3)) {
            CompletableFuture.allOf(
                            nodes.launch(0, "n1", new RecordingBroker()),
                            nodes.launch(1, "n2", new RecordingBroker()))
                    .orTimeout(20, SECONDS)
                    .join();
            nodes.awaitMembers(2);
            await().until(() -> nodes.get(1).cluster().life().engine().isAtRest());
            long epoch = nodes.get(1).claim("client").epoch();
            nodes.get(1).write(SessionsTest.queued("client", epoch, 1, "kept"));

            nodes.crash(2);
            await().atMost(Duration.ofSeconds(20)).until(() -> !nodes.get(1).broker().isServing());
            CompletableFuture<Void> next = nodes.launch(1, "n2", new RecordingBroker());

            next.orTimeout(30, SECONDS).join();
            await().atMost(Duration.ofSeconds(20)).until(() -> nodes.get(1).broker().isServing());
            assertThat(SessionsTest.texts(nodes.get(2).claim("client").session()))
                    .containsExactly("kept");
        }
    }

    @Test
    void aNodeThatStartsAndWasToldOfACutThatIsOverTakesPart() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            GridEngine engine = nodes.get(2).cluster().life().engine();
            await().until(engine::isAtRest);
            ComponentRegistry.componentOf(engine.owners(), PartitionHandlingManager.class)
                    .setAvailabilityMode(AvailabilityMode.DEGRADED_MODE);
            assertThat(engine.available()).isFalse();

            engine.awaitAvailable();

            await().atMost(Duration.ofSeconds(20)).until(() -> nodes.get(2).broker().isServing());
            assertThat(nodes.get(2).claim("client").session()).isNull();
        }
    }

    /** What it publishes goes the way of the sessions that move, from the first message on. */
    @Test
    void aNodeThatHasStartedKnowsWhatMoves() {
        try (Nodes nodes = Nodes.places(3)) {
            CompletableFuture<Void> first = nodes.launch(0, "n1", new RecordingBroker());
            nodes.launch(1, "n2", new RecordingBroker()).orTimeout(20, SECONDS).join();
            first.orTimeout(20, SECONDS).join();
            nodes.awaitMembers(2);
            long epoch = nodes.get(1).claim("moves").epoch();
            nodes.get(1).write(SessionsTest.subscribed("moves", epoch, "t"));
            nodes.get(1).broker().mayRelinquish = new CompletableFuture<>();
            nodes.get(2).cluster().sessions().claim("moves", false, Nodes.PERSISTENT);
            await().until(() -> nodes.get(1).broker().relinquished.contains("moves"));

            nodes.launch(2, "n3", new RecordingBroker()).orTimeout(20, SECONDS).join();

            GridInterest interest =
                    (GridInterest) nodes.get(3).cluster().routes().interest(TopicName.of("t"));
            assertThat(interest.diversions())
                    .extracting(Destination.Diversion::clientId)
                    .containsExactly("moves");
        }
    }

    /** On a node that starts, routes may come before who has them. */
    @Test
    void aNodeOfWhichOnlyRoutesAreKnownIsNotTakenForDead() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            AdvancedCache<String, byte[]> shared = nodes.get(1).cluster().life().engine().shared();
            Peer unknown = new Peer("unknown", 1);
            shared.put(SharedState.routeKey(unknown, TopicFilter.of("t")), new byte[] {1});
            Peer dead = nodes.get(3).cluster().life().peer();

            nodes.crash(3);

            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> shared.containsKey(SharedState.burialKey(dead)));
            assertThat(shared.containsKey(SharedState.burialKey(unknown))).isFalse();
        }
    }

    @Test
    void aNodeThatLooksForOthersCanBeClosed() {
        try (Nodes nodes = Nodes.places(3)) {
            CompletableFuture<Void> first = nodes.launch(0, "n1", new RecordingBroker());

            nodes.get(1).cluster().close();

            assertThatThrownBy(first::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("closed while starting");
        }
    }
}
