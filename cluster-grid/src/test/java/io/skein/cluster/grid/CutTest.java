package io.skein.cluster.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionHead;
import io.skein.cluster.link.Peer;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a node keeps, and confirms, that is cut off from the others. */
class CutTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    /** P2. */
    @Test
    void aChangeWhoseCopyIsLostIsNotKeptBeforeAnotherCopyIsMade() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            Nodes.Node first = nodes.get(1);
            Peer second = nodes.get(2).cluster().life().peer();
            String client = null;
            long epoch = 0;
            for (int i = 0; client == null; i++) {
                epoch = first.claim("c" + i).epoch();
                byte[] entry = first.cluster().life().engine().owners().get("c" + i);
                client = OwnerEntry.decoded(entry).backups().contains(second) ? "c" + i : null;
            }
            nodes.get(2).cluster().life().mute();
            CompletableFuture<Optional<Refusal>> change =
                    first.writeLater(SessionsTest.queued(client, epoch, 1, "x"));

            first.isolate();

            assertThat(change.orTimeout(30, TimeUnit.SECONDS).join()).isPresent();
            nodes.get(2).cluster().life().engine().close();
        }
    }

    /** P6. */
    @Test
    void aClaimWhoseCopyIsLostIsCompleteWithAnother() {
        try (Nodes nodes = Nodes.start(3)) {
            nodes.get(2).cluster().life().mute();
            List<CompletableFuture<Ownership>> claims = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String client = "c" + i;
                claims.add(CompletableFuture.supplyAsync(() -> nodes.get(1).claim(client)));
            }
            await().atMost(SOON).until(() -> claims.stream().anyMatch(CompletableFuture::isDone));
            assertThat(claims).anyMatch(claim -> !claim.isDone());

            nodes.get(2).cluster().life().engine().close();

            claims.forEach(CompletableFuture::join);
        }
    }

    /** P2, P8. */
    @Test
    void aNodeThatIsCutOffAsSoonAsItServesIsDenied() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            nodes.leave(3);
            nodes.awaitMembers(2);
            nodes.join(3);
            Nodes.Node third = nodes.get(3);
            await().atMost(SOON).until(() -> third.broker().isServing());
            assertThat(third.cluster().life().engine().countsOnThis()).isTrue();

            third.isolate();

            await().atMost(SOON).until(() -> !third.broker().isServing());
            assertThat(third.cluster().life().engine().available()).isFalse();
            assertThat(third.broker().adopted).isEmpty();
        }
    }

    @Test
    void whereNobodyGoesOnSessionsGoOnWithWhatIsKept() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            Nodes.Node first = nodes.get(1);
            long epoch = first.claim("own").epoch();
            first.write(SessionsTest.queued("own", epoch, 1, "kept"));
            Will will =
                    new Will(
                            TopicName.of("will"),
                            new byte[1],
                            QoS.AT_LEAST_ONCE,
                            false,
                            Properties.EMPTY);
            first.claim("willing", true, new SessionHead(true, 0, 0, will));
            for (int node = 1; node <= 3; node++) {
                nodes.get(node).isolate();
            }
            for (int node = 1; node <= 3; node++) {
                RecordingBroker broker = nodes.get(node).broker();
                await().atMost(SOON).until(() -> !broker.isServing());
            }
            assertThat(first.write(SessionsTest.queued("own", epoch, 2, "refused"))).isPresent();

            GridLife former = first.cluster().life();
            for (int node = 1; node <= 3; node++) {
                nodes.get(node).reconnect();
            }

            nodes.awaitMembers(3);
            await().atMost(SOON).until(() -> first.broker().isServing());
            assertThat(first.cluster().life()).isSameAs(former);
            assertThat(first.broker().forfeited).containsExactlyInAnyOrder("own", "willing");
            assertThat(first.broker().adopted)
                    .filteredOn(session -> session.clientId().equals("own"))
                    .singleElement()
                    .satisfies(session ->
                            assertThat(SessionsTest.texts(session)).containsExactly("kept"));
            assertThat(first.broker().adopted)
                    .filteredOn(session -> session.clientId().equals("willing"))
                    .singleElement()
                    .satisfies(session -> assertThat(session.head().will()).isEqualTo(will));
            assertThat(first.write(SessionsTest.queued("own", epoch, 2, "again"))).isEmpty();
            Ownership next = nodes.get(2).claim("own");
            assertThat(SessionsTest.texts(SessionsTest.stored(next)))
                    .containsExactly("kept", "again");
        }
    }

    /** P1. */
    @Test
    void whoIsNotAnsweredConfirmsNothingThoughTheGridHasNotMissedAnybody() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            GridCluster first = nodes.get(1).cluster();
            await().atMost(SOON).until(first::isCurrent);

            nodes.get(2).cluster().life().mute();
            nodes.get(3).cluster().life().mute();

            await().atMost(SOON).until(() -> !first.isCurrent());
            assertThat(first.life().engine().available()).isTrue();
            CompletableFuture<Optional<Refusal>> confirmed = new CompletableFuture<>();
            first.whenCurrent(refusal -> confirmed.complete(Optional.ofNullable(refusal)));
            assertThat(confirmed).isNotDone();
            nodes.get(2).cluster().life().engine().close();
            nodes.get(3).cluster().life().engine().close();
        }
    }
}
