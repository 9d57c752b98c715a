package io.skein.cluster.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Ownership;
import io.skein.cluster.Refusal;
import io.skein.cluster.Routes;
import io.skein.cluster.SessionHead;
import io.skein.cluster.SessionStore;
import io.skein.cluster.StoredSession;
import io.skein.cluster.link.Peer;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.infinispan.AdvancedCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of sessions and messages when a node dies or is cut off. */
class NodeLossTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void sessionsOfADeadNodeAreAdoptedOnceAndGetWhatWasPublishedMeanwhile() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            for (int i = 0; i < 50; i++) {
                long epoch = nodes.get(3).claim("c" + i).epoch();
                nodes.get(3)
                        .write(
                                SessionsTest.subscribed("c" + i, epoch, "lost/" + i),
                                SessionsTest.queued("c" + i, epoch, 1, "queued"));
                nodes.get(3).subscribe("lost/" + i);
            }
            nodes.get(3).broker().silent = true; // it takes messages and never answers
            List<CompletableFuture<Optional<Refusal>>> outcomes = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                outcomes.add(nodes.get(1).publish("lost/" + i, "before"));
            }
            nodes.crash(3);
            for (CompletableFuture<Optional<Refusal>> outcome : outcomes) {
                assertThat(outcome.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
            }

            List<StoredSession> adopted = new ArrayList<>(nodes.get(1).broker().adopted);
            adopted.addAll(nodes.get(2).broker().adopted);
            assertThat(adopted)
                    .extracting(StoredSession::clientId)
                    .hasSize(50)
                    .doesNotHaveDuplicates();
            assertThat(adopted)
                    .allSatisfy(session ->
                            assertThat(SessionsTest.texts(session)).containsExactly("queued"));
            List<String> mail = new ArrayList<>(nodes.get(1).broker().mail);
            mail.addAll(nodes.get(2).broker().mail);
            for (int i = 0; i < 50; i++) {
                assertThat(mail).containsOnlyOnce("c" + i + " before");
            }
        }
    }

    @Test
    void aNodeThatComesWhileSessionsAreAdoptedTakesPartInTheRest() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            long epoch = nodes.get(3).claim("c").epoch();
            nodes.get(3).write(SessionsTest.subscribed("c", epoch, "lost"));
            nodes.get(3).subscribe("lost");
            CompletableFuture<Void> mayAdopt = new CompletableFuture<>();
            nodes.get(1).broker().mayAdopt = mayAdopt;
            nodes.get(2).broker().mayAdopt = mayAdopt;
            nodes.crash(3);
            await().atMost(SOON)
                    .until(() ->
                            nodes.get(1).broker().adopted.size()
                                            + nodes.get(2).broker().adopted.size()
                                    == 1);

            nodes.join(3);
            nodes.awaitMembers(3);
            CompletableFuture<Optional<Refusal>> outcome = nodes.get(1).publish("lost", "late");
            assertThat(outcome).isNotDone();
            mayAdopt.complete(null);

            assertThat(outcome.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
        }
    }

    @Test
    void aSessionWhoseClaimantDiesBeforeItAsksForItIsKept() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            List<String> clients = Nodes.numbers(20).stream().map("asked"::concat).toList();
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            Peer claimant = nodes.get(2).cluster().life().peer();
            for (String client : clients) {
                long epoch = nodes.get(1).claim(client).epoch();
                nodes.get(1).write(SessionsTest.queued(client, epoch, 1, "kept"));
                OwnerEntry entry = OwnerEntry.decoded(owners.get(client));
                owners.put(
                        client,
                        new OwnerEntry(
                                        epoch + 1,
                                        claimant,
                                        epoch,
                                        entry.owner(),
                                        entry.head(),
                                        List.of(nodes.get(1).cluster().life().peer()))
                                .encoded());
            }

            nodes.crash(2);

            // Adopted, or the one that had it has written its entry again.
            await().atMost(SOON)
                    .until(() ->
                            clients.stream()
                                    .map(client -> OwnerEntry.decoded(owners.get(client)).owner())
                                    .noneMatch(claimant::equals));
            for (String client : clients) {
                await().atMost(SOON) // refused while it is adopted
                        .ignoreExceptions()
                        .until(() ->
                                SessionsTest.texts(nodes.get(3).claim(client).session())
                                        .equals(List.of("kept")));
            }
        }
    }

    @Test
    void whatIsPublishedWhenAnotherHasForgottenTheDeadNodeAlreadyIsForItsSessions()
            throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            long epoch = nodes.get(3).claim("c").epoch();
            nodes.get(3).write(SessionsTest.subscribed("c", epoch, "lost"));
            nodes.get(3).subscribe("lost");
            CompletableFuture<Void> mayAdopt = new CompletableFuture<>();
            nodes.get(1).broker().mayAdopt = mayAdopt;
            nodes.get(2).broker().mayAdopt = mayAdopt;
            nodes.crash(3);
            await().atMost(SOON)
                    .until(() ->
                            nodes.get(1).broker().adopted.size()
                                            + nodes.get(2).broker().adopted.size()
                                    == 1);

            AdvancedCache<String, byte[]> shared = nodes.get(1).cluster().life().engine().shared();
            List<String> routes =
                    shared.keySet().stream().filter(key -> key.startsWith("rn3")).toList();
            assertThat(routes).isNotEmpty();
            routes.forEach(shared::remove);
            List<CompletableFuture<Optional<Refusal>>> outcomes =
                    List.of(
                            nodes.get(1).publish("lost", "from 1"),
                            nodes.get(2).publish("lost", "from 2"));
            mayAdopt.complete(null);
            for (CompletableFuture<Optional<Refusal>> outcome : outcomes) {
                assertThat(outcome.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
            }
            List<String> mail = new ArrayList<>(nodes.get(1).broker().mail);
            mail.addAll(nodes.get(2).broker().mail);
            assertThat(mail).containsExactlyInAnyOrder("c from 1", "c from 2");
        }
    }

    /** Who writes an entry while a node is missed may be told that it did not. */
    @ParameterizedTest
    @CsvSource({
        "with copy, false",
        "without copy, false",
        "without copy, true",
        "nobody, false",
        "nobody, true"
    })
    void aSessionWhoseEntryNamesOneThatNeverHadItIsAdoptedFromTheOneThatHad(
            String claimant, boolean isNamedWithCopy) throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            long epoch = nodes.get(3).claim("c").epoch();
            nodes.get(3).write(SessionsTest.subscribed("c", epoch, "lost"));
            nodes.get(3).subscribe("lost");
            OwnerEntry entry = OwnerEntry.decoded(owners.get("c"));
            Peer withCopy = entry.backups().getFirst();
            int holder = withCopy.equals(nodes.get(1).cluster().life().peer()) ? 1 : 2;
            int other = 3 - holder;
            Peer named = isNamedWithCopy ? withCopy : nodes.get(other).cluster().life().peer();
            OwnerEntry phantom =
                    new OwnerEntry(
                            epoch + 1, named, epoch, entry.owner(), entry.head(), entry.backups());
            owners.put("c", phantom.encoded());
            nodes.get(3).broker().silent = true;
            CompletableFuture<Optional<Refusal>> outcome =
                    nodes.get(other).publish("lost", "before");

            nodes.crash(3);
            if (!claimant.equals("nobody")) {
                nodes.get(claimant.equals("with copy") ? holder : other)
                        .cluster()
                        .sessions()
                        .claim("c", false, Nodes.PERSISTENT);
            }

            assertThat(outcome.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
            // Who claims it, or the one that is named when it is asked to look.
            assertThat(Stream.of(holder, other).map(node -> nodes.get(node).broker()))
                    .filteredOn(broker -> !broker.adopted.isEmpty())
                    .singleElement()
                    .satisfies(broker -> assertThat(broker.mail).containsExactly("c before"));
        }
    }

    @Test
    void whatIsPublishedWhereASessionComesWhoseNodeDiesMeanwhileComesOnce() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            long epoch = nodes.get(3).claim("c").epoch();
            nodes.get(3).write(SessionsTest.subscribed("c", epoch, "t"));
            nodes.get(3).subscribe("t");
            RecordingBroker former = nodes.get(3).broker();
            former.mayRelinquish = new CompletableFuture<>();
            nodes.get(1).cluster().sessions().claim("c", false, Nodes.PERSISTENT);
            await().atMost(SOON).until(() -> former.relinquished.contains("c"));
            Routes routes = nodes.get(1).cluster().routes();
            await().atMost(SOON)
                    .until(() ->
                            !((GridInterest) routes.interest(TopicName.of("t")))
                                    .diversions()
                                    .isEmpty());
            former.silent = true;
            CompletableFuture<Optional<Refusal>> outcome = nodes.get(1).publish("t", "once");

            nodes.crash(3);

            assertThat(outcome.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
            assertThat(nodes.get(1).broker().mail).containsExactly("c once");
        }
    }

    /** A node that does not know yet that it is buried claims, and the write lands later. */
    @Test
    void anEntryThatABuriedNodeHasGotIsOfNoEffect() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            Peer buried = nodes.get(3).cluster().life().peer();
            nodes.crash(3);
            nodes.awaitMembers(2);
            nodes.join(3);
            nodes.awaitMembers(3);
            AdvancedCache<String, byte[]> owners = nodes.get(2).cluster().life().engine().owners();
            long epoch = nodes.get(1).claim("c").epoch();
            nodes.get(1).write(SessionsTest.queued("c", epoch, 1, "kept"));
            OwnerEntry entry = OwnerEntry.decoded(owners.get("c"));
            byte[] vain =
                    new OwnerEntry(
                                    epoch + 1,
                                    buried,
                                    epoch,
                                    entry.owner(),
                                    entry.head(),
                                    List.of(buried))
                            .encoded();
            owners.put("c", vain);

            GridSessions sessions = (GridSessions) nodes.get(1).cluster().life().sessions();
            sessions.verify().orTimeout(20, TimeUnit.SECONDS).join();
            await().atMost(SOON)
                    .until(() -> OwnerEntry.decoded(owners.get("c")).owner().equals(entry.owner()));
            owners.put("c", vain);
            nodes.crash(1);

            await().atMost(SOON)
                    .until(() ->
                            Stream.of(2, 3)
                                    .flatMap(node -> nodes.get(node).broker().adopted.stream())
                                    .filter(session -> session.clientId().equals("c"))
                                    .anyMatch(session ->
                                            SessionsTest.texts(session).equals(List.of("kept"))));
        }
    }

    /** Nobody was served under it: its will is not due. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theWillInAnEntryThatABuriedNodeHasGotIsNotPublished(boolean isClaimed) throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            Peer buried = nodes.get(3).cluster().life().peer();
            nodes.crash(3);
            nodes.awaitMembers(2);
            nodes.join(3);
            nodes.awaitMembers(3);
            await().atMost(SOON).until(() -> nodes.get(3).broker().isServing());
            Will will =
                    new Will(
                            TopicName.of("will"),
                            new byte[1],
                            QoS.AT_LEAST_ONCE,
                            false,
                            Properties.EMPTY);
            SessionHead head = new SessionHead(true, 0, 0, will);
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            for (int i = 0; i < 20; i++) {
                owners.put(
                        "c" + i, new OwnerEntry(1 + i, buried, 0, null, head, List.of()).encoded());
            }

            if (isClaimed) {
                for (int i = 0; i < 20; i++) {
                    assertThat(nodes.get(1).claim("c" + i).session()).isNull();
                }
            } else {
                long epoch = nodes.get(3).claim("last").epoch();
                nodes.get(3).write(SessionsTest.queued("last", epoch, 1, "kept"));
                nodes.crash(3);
                await().atMost(SOON)
                        .until(() ->
                                Stream.of(1, 2)
                                        .flatMap(node -> nodes.get(node).broker().adopted.stream())
                                        .anyMatch(session -> session.clientId().equals("last")));
                nodes.awaitMembers(2);
            }

            assertThat(Stream.of(1, 2).flatMap(node -> nodes.get(node).broker().adopted.stream()))
                    .noneMatch(session -> session.clientId().startsWith("c"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "vain"})
    void whatABuriedNodeRetainsIsPassedOver(String vain) throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            Peer buried = nodes.get(3).cluster().life().peer();
            retain(nodes.get(3), "known", "before");
            nodes.crash(3);
            nodes.awaitMembers(2);
            nodes.join(3);
            nodes.awaitMembers(3);
            await().atMost(SOON).until(() -> nodes.get(3).broker().isServing());
            retain(nodes.get(1), "known", "last");

            AdvancedCache<String, byte[]> shared = nodes.get(1).cluster().life().engine().shared();
            for (String topic : List.of("known", "new")) {
                Message written =
                        Nodes.message(topic, vain)
                                .from(new Origin(buried.node(), buried.incarnation(), 0, 0));
                shared.put(
                        SharedState.retainedKey(written.topic()),
                        Frames.encoded(out -> out.message(written)));
            }

            nodes.crash(3);
            nodes.awaitMembers(2);
            nodes.join(3); // has what is in the grid
            nodes.awaitMembers(3);
            await().atMost(SOON).until(() -> nodes.get(3).broker().isServing());
            for (int node = 1; node <= 3; node++) {
                assertThat(retained(nodes.get(node), "known")).containsExactly("last");
                assertThat(retained(nodes.get(node), "new")).isEmpty();
            }
        }
    }

    @Test
    void whatWaitsWhereASessionComesIsForThoseWhoWereThere() {
        try (Nodes nodes = Nodes.start(3)) {
            long leaves = nodes.get(2).claim("leaves").epoch();
            nodes.get(2).write(SessionsTest.subscribed("leaves", leaves, "t"));
            nodes.get(2).subscribe("t");
            long comes = nodes.get(3).claim("comes").epoch();
            nodes.get(3).write(SessionsTest.subscribed("comes", comes, "t"));
            CompletableFuture<Void> mayLeave = new CompletableFuture<>();
            nodes.get(2).broker().mayRelinquish = mayLeave;
            nodes.get(1).cluster().sessions().claim("leaves", false, Nodes.PERSISTENT);
            await().atMost(SOON).until(() -> nodes.get(2).broker().relinquished.contains("leaves"));
            CompletableFuture<Void> mayCome = new CompletableFuture<>();
            nodes.get(3).broker().mayRelinquish = mayCome;
            CompletableFuture<Optional<Refusal>> before = nodes.get(1).publish("t", "before");
            CompletionStage<Ownership> claimed =
                    nodes.get(2).cluster().sessions().claim("comes", false, Nodes.PERSISTENT);
            await().atMost(SOON).until(() -> nodes.get(3).broker().relinquished.contains("comes"));
            CompletableFuture<Optional<Refusal>> diverted = nodes.get(1).publish("t", "diverted");

            mayCome.complete(null);
            claimed.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
            mayLeave.complete(null);

            assertThat(before.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
            assertThat(diverted.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
            RecordingBroker second = nodes.get(2).broker();
            assertThat(second.delivered).containsExactly("before", "diverted");
            assertThat(second.passedOver).contains("comes before");
            assertThat(second.mail).containsExactly("comes diverted");
        }
    }

    /** The word of the owner before, that it has sent everything, is no later than all that. */
    @Test
    void whatIsPassedOnToASessionComesBeforeWhatIsDivertedThoughItsTopicWaits() {
        try (Nodes nodes = Nodes.start(3)) {
            long leaves = nodes.get(2).claim("leaves").epoch();
            nodes.get(2).write(SessionsTest.subscribed("leaves", leaves, "t"));
            nodes.get(2).subscribe("t");
            long comes = nodes.get(3).claim("comes").epoch();
            nodes.get(3).write(SessionsTest.subscribed("comes", comes, "t"));
            nodes.get(2).broker().mayRelinquish = new CompletableFuture<>();
            nodes.get(1).cluster().sessions().claim("leaves", false, Nodes.PERSISTENT);
            await().atMost(SOON).until(() -> nodes.get(2).broker().relinquished.contains("leaves"));
            CompletableFuture<Void> mayCome = new CompletableFuture<>();
            nodes.get(3).broker().mayRelinquish = mayCome;
            CompletionStage<Ownership> claimed =
                    nodes.get(2).cluster().sessions().claim("comes", false, Nodes.PERSISTENT);
            await().atMost(SOON).until(() -> nodes.get(3).broker().relinquished.contains("comes"));
            CompletableFuture<Optional<Refusal>> passedOn = nodes.get(3).publish("t", "passed on");
            nodes.get(1).publish("t", "diverted");
            nodes.get(1).claim("behind"); // takes the same loops
            nodes.get(2).claim("behind");

            mayCome.complete(null);
            claimed.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();

            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(nodes.get(2).broker().mail)
                                    .containsExactly("comes passed on", "comes diverted"));
            assertThat(passedOn).isNotDone(); // for the session that has not left
        }
    }

    /** It would not find it there, and be lost. */
    @Test
    void mailForASessionIsKeptUntilTheBrokerHasIt() {
        try (Nodes nodes = Nodes.start(3)) {
            long epoch = nodes.get(1).claim("c").epoch();
            nodes.get(1).write(SessionsTest.subscribed("c", epoch, "t"));
            nodes.get(1).subscribe("t");
            nodes.get(2).claim("behind");
            Ownership owned =
                    nodes.get(2)
                            .cluster()
                            .sessions()
                            .claim("c", false, Nodes.PERSISTENT)
                            .toCompletableFuture()
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join();
            CompletableFuture<Optional<Refusal>> outcome = nodes.get(3).publish("t", "mail");
            nodes.get(3).claim("behind"); // takes the same way

            assertThat(nodes.get(2).broker().mail).isEmpty();
            nodes.get(2).cluster().sessions().caughtUp("c", owned.epoch());
            assertThat(outcome.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
            assertThat(nodes.get(2).broker().mail).containsExactly("c mail");
        }
    }

    /** What its clients have published without finding it there comes first. */
    @Test
    void aSessionIsNotLetGoOfBeforeTheBrokerHasIt() {
        try (Nodes nodes = Nodes.start(2)) {
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            long epoch = nodes.get(1).claim("c").epoch();
            nodes.get(1).write(SessionsTest.subscribed("c", epoch, "t"));
            nodes.get(2).claim("behind");
            Ownership owned =
                    nodes.get(2)
                            .cluster()
                            .sessions()
                            .claim("c", false, Nodes.PERSISTENT)
                            .toCompletableFuture()
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join();
            CompletionStage<Ownership> claimed =
                    nodes.get(1).cluster().sessions().claim("c", false, Nodes.PERSISTENT);
            Peer first = nodes.get(1).cluster().life().peer();
            await().atMost(SOON)
                    .until(() -> OwnerEntry.decoded(owners.get("c")).owner().equals(first));
            nodes.get(1).claim("behind"); // takes the same way

            assertThat(nodes.get(2).broker().relinquished).doesNotContain("c");
            nodes.get(2).cluster().sessions().caughtUp("c", owned.epoch());
            assertThat(claimed.toCompletableFuture()).succeedsWithin(SOON);
            assertThat(nodes.get(2).broker().relinquished).contains("c");
        }
    }

    /** Its claimant dies before it has it, and so does what the claimant has not answered. */
    @Test
    void whatAnOwnerHasPublishedForASessionComesOnceToWhoAdoptsItFromThere() throws Exception {
        QueueingBroker first = new QueueingBroker();
        QueueingBroker second = new QueueingBroker();
        try (Nodes nodes =
                Nodes.start(
                        3,
                        number ->
                                number == 1
                                        ? first
                                        : number == 2 ? second : new RecordingBroker())) {
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            Peer heir = nodes.get(2).cluster().life().peer();
            nodes.get(3).subscribe("t");
            List<String> clients = new ArrayList<>();
            for (int i = 0; clients.size() < 3; i++) { // that the second has copies of
                first.attach("c" + i).join();
                if (OwnerEntry.decoded(owners.get("c" + i)).backups().contains(heir)) {
                    clients.add("c" + i);
                }
            }
            for (String client : clients) {
                first.subscribe(client, "t").join();
                OwnerEntry entry = OwnerEntry.decoded(owners.get(client));
                OwnerEntry claimed =
                        new OwnerEntry(
                                entry.epoch() + 1,
                                nodes.get(3).cluster().life().peer(),
                                entry.epoch(),
                                entry.owner(),
                                entry.head(),
                                List.of(heir));
                owners.put(client, claimed.encoded());
            }
            nodes.get(3).broker().silent = true;
            CompletableFuture<Optional<Refusal>> outcome =
                    first.publish(Nodes.exactlyOnce("t", "once"));
            await().atMost(SOON).until(() -> nodes.get(3).broker().delivered.contains("once"));

            nodes.crash(3);

            assertThat(outcome.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
            for (String client : clients) {
                await().atMost(SOON) // refused while it is adopted
                        .ignoreExceptions()
                        .untilAsserted(() ->
                                assertThat(SessionsTest.texts(second.attach(client).join()))
                                        .containsExactly("once"));
            }
        }
    }

    /** It is let go of, and whoever adopts it asks for it. */
    @Test
    void theEntryOfASessionThatLeavesIsNotTakenBackFromABuriedNode() {
        try (Nodes nodes = Nodes.start(3)) {
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            Peer first = nodes.get(1).cluster().life().peer();
            Peer dead = new Peer("dead", 1);
            nodes.get(1).claim("leaves");
            nodes.get(1).claim("stays");
            nodes.get(1).broker().mayRelinquish = new CompletableFuture<>();
            nodes.get(3).cluster().sessions().claim("leaves", false, Nodes.PERSISTENT);
            await().atMost(SOON).until(() -> nodes.get(1).broker().relinquished.contains("leaves"));
            for (String client : List.of("leaves", "stays")) {
                OwnerEntry entry = OwnerEntry.decoded(owners.get(client));
                long epoch = entry.owner().equals(first) ? entry.epoch() : entry.formerEpoch();
                OwnerEntry claimed =
                        new OwnerEntry(
                                entry.epoch() + 1, dead, epoch, first, entry.head(), List.of());
                owners.put(client, claimed.encoded());
            }
            nodes.get(1)
                    .cluster()
                    .life()
                    .engine()
                    .shared()
                    .put(SharedState.burialKey(dead), new byte[] {1});

            GridSessions sessions = (GridSessions) nodes.get(1).cluster().life().sessions();
            await().atMost(SOON)
                    .until(() -> {
                        sessions.verify().orTimeout(20, TimeUnit.SECONDS).join();
                        return OwnerEntry.decoded(owners.get("stays")).owner().equals(first);
                    });

            assertThat(OwnerEntry.decoded(owners.get("leaves")).owner()).isNotEqualTo(first);
        }
    }

    /** A node that does not know yet that it is buried goes on to write what it wants. */
    @Test
    void aRouteThatABuriedNodeWritesIsOfNoEffectAndGoes() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            Peer buried = nodes.get(3).cluster().life().peer();
            nodes.get(3).subscribe("before");
            nodes.crash(3);
            TopicName before = TopicName.of("before");
            await().atMost(SOON)
                    .until(() ->
                            nodes.get(1).cluster().routes().interest(before).isEmpty()
                                    && nodes.get(2).cluster().routes().interest(before).isEmpty());

            AdvancedCache<String, byte[]> shared = nodes.get(2).cluster().life().engine().shared();
            String key = SharedState.routeKey(buried, TopicFilter.of("later"));
            shared.put(key, new byte[] {1});

            TopicName later = TopicName.of("later");
            assertThat(nodes.get(1).cluster().routes().interest(later).isEmpty()).isTrue();
            assertThat(nodes.get(2).cluster().routes().interest(later).isEmpty()).isTrue();
            await().atMost(SOON).until(() -> Tombstone.orNull(shared.get(key)) == null);
        }
    }

    /** It may let go no earlier than when all are adopted: both would wait for each other. */
    @Test
    void aSessionThatAMemberHasYetHoldsUpNoAdoption() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            long lost = nodes.get(3).claim("lost").epoch();
            nodes.get(3).write(SessionsTest.subscribed("lost", lost, "lost"));
            nodes.get(3).subscribe("lost");
            long epoch = nodes.get(1).claim("c").epoch();
            OwnerEntry entry = OwnerEntry.decoded(owners.get("c"));
            OwnerEntry claimed =
                    new OwnerEntry(
                            epoch + 1,
                            nodes.get(3).cluster().life().peer(),
                            epoch,
                            entry.owner(),
                            entry.head(),
                            entry.backups());
            owners.put("c", claimed.encoded());
            nodes.get(3).broker().silent = true;
            CompletableFuture<Void> mayRelinquish = new CompletableFuture<>();
            nodes.get(1).broker().mayRelinquish = mayRelinquish;
            CompletableFuture<Optional<Refusal>> outcome = nodes.get(2).publish("lost", "before");

            nodes.crash(3);

            assertThat(outcome.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
            mayRelinquish.complete(null);
            await().atMost(SOON) // refused while it is adopted
                    .ignoreExceptions()
                    .until(() -> nodes.get(2).claim("c").session() != null);
        }
    }

    /** It has what waited for it on the way first, though nothing else is adopted any more. */
    @Test
    void aSessionThatComesWhenAllIsAdoptedHasNotCaughtUpBefore() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            long lost = nodes.get(3).claim("lost").epoch();
            nodes.get(3).write(SessionsTest.subscribed("lost", lost, "lost"));
            nodes.get(3).subscribe("lost");
            long epoch = nodes.get(1).claim("c").epoch();
            OwnerEntry entry = OwnerEntry.decoded(owners.get("c"));
            OwnerEntry claimed =
                    new OwnerEntry(
                            epoch + 1,
                            nodes.get(3).cluster().life().peer(),
                            epoch,
                            entry.owner(),
                            entry.head(),
                            List.of(nodes.get(2).cluster().life().peer()));
            owners.put("c", claimed.encoded());
            nodes.get(3).broker().silent = true;
            CompletableFuture<Void> mayRelinquish = new CompletableFuture<>();
            nodes.get(1).broker().mayRelinquish = mayRelinquish;
            CompletableFuture<Optional<Refusal>> outcome = nodes.get(2).publish("lost", "before");
            nodes.crash(3);
            assertThat(outcome.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
            CompletableFuture<Void> mayAdopt = new CompletableFuture<>();
            Nodes.Node heir =
                    OwnerEntry.decoded(owners.get("c"))
                                    .owner()
                                    .equals(nodes.get(1).cluster().life().peer())
                            ? nodes.get(1)
                            : nodes.get(2);
            heir.broker().mayAdopt = mayAdopt;
            mayRelinquish.complete(null);
            await().atMost(SOON)
                    .until(() ->
                            heir.broker().adopted.stream()
                                    .anyMatch(session -> session.clientId().equals("c")));

            CompletionStage<Void> caughtUp =
                    heir.cluster()
                            .sessions()
                            .caughtUp("c", OwnerEntry.decoded(owners.get("c")).epoch());
            heir.claim("another"); // takes the same loop
            assertThat(caughtUp.toCompletableFuture()).isNotDone();
            mayAdopt.complete(null);
            assertThat(caughtUp.toCompletableFuture()).succeedsWithin(SOON);
        }
    }

    /** One node claims it, and another from that one, which dies before it has asked the owner. */
    @Test
    void aSessionThatIsClaimedByTwoInTurnIsItsOwnersUntilOneAsks() {
        try (Nodes nodes = Nodes.start(3)) {
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            long epoch = nodes.get(1).claim("c").epoch();
            OwnerEntry entry = OwnerEntry.decoded(owners.get("c"));
            Peer first = nodes.get(1).cluster().life().peer();
            Peer second = nodes.get(2).cluster().life().peer();
            OwnerEntry claimed =
                    new OwnerEntry(epoch + 1, second, epoch, first, entry.head(), List.of());

            OwnerEntry again =
                    ((GridSessions) nodes.get(3).cluster().life().sessions())
                            .entry("c", claimed, entry.head());
            owners.put("c", again.encoded());
            GridSessions sessions = (GridSessions) nodes.get(1).cluster().life().sessions();
            sessions.verify().orTimeout(20, TimeUnit.SECONDS).join();

            assertThat(OwnerEntry.decoded(again.encoded())).isEqualTo(again);
            assertThat(again.former()).isEqualTo(second);
            assertThat(nodes.get(1).broker().forfeited).isEmpty();
        }
    }

    @Test
    void aSessionThatIsClaimedIsNotTakenForOneThatWasAdopted() {
        try (Nodes nodes = Nodes.start(2)) {
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            GridSessions sessions = (GridSessions) nodes.get(1).cluster().life().sessions();
            for (String client : List.of("claimed", "adopted")) {
                long epoch = nodes.get(1).claim(client).epoch();
                OwnerEntry entry = OwnerEntry.decoded(owners.get(client));
                Peer asked = client.equals("claimed") ? entry.owner() : null;
                owners.put(
                        client,
                        new OwnerEntry(
                                        epoch + 1,
                                        nodes.get(2).cluster().life().peer(),
                                        epoch,
                                        asked,
                                        entry.head(),
                                        List.of())
                                .encoded());
            }

            sessions.verify().orTimeout(20, TimeUnit.SECONDS).join();

            assertThat(nodes.get(1).broker().forfeited).containsExactly("adopted");
        }
    }

    /** Who writes an entry while a node is missed may be told that it did not. */
    @Test
    void whoIsClaimedFromHasBecomeTheOwnerBefore() {
        try (Nodes nodes = Nodes.start(2)) {
            Peer first = nodes.get(1).cluster().life().peer();
            Peer second = nodes.get(2).cluster().life().peer();
            AdvancedCache<String, byte[]> cache = nodes.get(1).cluster().life().engine().owners();
            OwnerTable owners = ((GridSessions) nodes.get(1).cluster().life().sessions()).owners();
            byte[] before =
                    new OwnerEntry(1, second, 0, null, Nodes.TRANSIENT, List.of()).encoded();
            OwnerEntry mine = new OwnerEntry(2, first, 1, second, Nodes.TRANSIENT, List.of());
            cache.put(
                    "claimed from this one",
                    new OwnerEntry(3, second, 2, first, Nodes.TRANSIENT, List.of()).encoded());
            cache.put(
                    "claimed from the one before",
                    new OwnerEntry(3, second, 1, second, Nodes.TRANSIENT, List.of()).encoded());
            cache.put("still as it was", before);
            cache.put("this one's", mine.encoded());

            assertThat(
                            Stream.of(
                                            "claimed from this one",
                                            "claimed from the one before",
                                            "still as it was",
                                            "this one's")
                                    .filter(client ->
                                            owners.succeed(client, before, mine, mine.encoded())
                                                    .orTimeout(20, TimeUnit.SECONDS)
                                                    .join()))
                    .containsExactly("claimed from this one", "still as it was", "this one's");
        }
    }

    @Test
    void aCopyFromBeforeACutIsNotTakenForTheLastOne() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            Peer third = nodes.get(3).cluster().life().peer();
            String client = null;
            long epoch = 0;
            for (int i = 0; client == null; i++) {
                epoch = nodes.get(1).claim("c" + i).epoch();
                boolean isThere = OwnerEntry.decoded(owners.get("c" + i)).backups().contains(third);
                client = isThere ? "c" + i : null;
            }
            nodes.get(1).write(SessionsTest.queued(client, epoch, 1, "before"));
            byte[] before = owners.get(client);
            nodes.get(3).isolate();
            await().atMost(SOON).until(() -> !nodes.get(3).broker().isServing());
            assertThat(nodes.get(1).write(SessionsTest.queued(client, epoch, 2, "meanwhile")))
                    .isEmpty();
            nodes.get(3).reconnect();
            nodes.awaitMembers(3);
            await().atMost(SOON).until(() -> nodes.get(3).broker().isServing());

            owners.put(client, before); // as if it had been brought back
            nodes.crash(1);

            String lost = client;
            await().atMost(SOON)
                    .untilAsserted(() -> {
                        List<StoredSession> adopted =
                                new ArrayList<>(nodes.get(2).broker().adopted);
                        adopted.addAll(nodes.get(3).broker().adopted);
                        assertThat(adopted)
                                .filteredOn(session -> session.clientId().equals(lost))
                                .singleElement()
                                .satisfies(session ->
                                        assertThat(SessionsTest.texts(session))
                                                .containsExactly("before", "meanwhile"));
                    });
        }
    }

    @Test
    void anEntryFromBeforeThatAMergeBroughtBackIsWrittenAgain() {
        try (Nodes nodes = Nodes.start(2)) {
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            nodes.get(2).claim("back");
            byte[] before = owners.get("back");
            nodes.get(1).claim("back");
            byte[] after = owners.get("back");
            assertThat(after).isNotEqualTo(before);
            owners.put("back", before);

            GridSessions sessions = (GridSessions) nodes.get(1).cluster().life().sessions();
            sessions.verify().orTimeout(20, TimeUnit.SECONDS).join();

            await().atMost(SOON).until(() -> Arrays.equals(owners.get("back"), after));
            assertThat(nodes.get(1).broker().forfeited).isEmpty();
        }
    }

    @Test
    void atMostOnceMessagesThatADeadNodeDidNotGetAreCounted() throws Exception {
        try (Nodes nodes = Nodes.start(2)) {
            nodes.get(2).subscribe("lost/#");
            GridCluster cluster = nodes.get(1).cluster();
            nodes.get(1).publishAtMostOnce("lost/before", "arrives");
            await().atMost(SOON).until(() -> nodes.get(2).broker().delivered.size() == 1);
            assertThat(cluster.droppedBetweenNodes()).isZero();

            CompletableFuture<Void> crash =
                    CompletableFuture.runAsync(() -> nodes.crashUnchecked(2));
            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        nodes.get(1).publishAtMostOnce("lost/now", "does not");
                        return cluster.droppedBetweenNodes() > 0;
                    });
            crash.join();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsPublishedWhileANodeGoesIsQueuedOnceForItsSessionsAndRefusedToNobody(
            boolean dies, @TempDir Path directory) throws Exception {
        List<QueueingBroker> brokers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            brokers.add(new QueueingBroker());
        }
        try (Nodes nodes = Nodes.onDisks(directory, 3).fill(3, number -> brokers.get(number - 1))) {
            for (int i = 0; i < 20; i++) {
                brokers.get(2).attach("c" + i).join();
                brokers.get(2).subscribe("c" + i, "all/#").join();
            }
            AtomicBoolean stop = new AtomicBoolean();
            List<CompletableFuture<Integer>> publishers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int node = i;
                publishers.add(
                        CompletableFuture.supplyAsync(
                                () -> publishUntil(stop, brokers.get(node), "all/" + node)));
            }
            if (dies) {
                nodes.crash(3);
            } else {
                nodes.leave(3);
            }
            await().atMost(SOON).until(() -> nodes.get(1).cluster().nodes().size() == 2);
            await().during(Duration.ofMillis(500)).until(() -> true);
            stop.set(true);
            List<Integer> acknowledged =
                    publishers.stream()
                            .map(publisher -> publisher.orTimeout(20, TimeUnit.SECONDS).join())
                            .toList();

            for (int i = 0; i < 20; i++) {
                List<String> queue = SessionsTest.texts(brokers.get(i % 2).attach("c" + i).join());
                for (int node = 0; node < 2; node++) {
                    String prefix = "all/" + node + ' ';
                    assertThat(queue.stream().filter(text -> text.startsWith(prefix)))
                            .as("what c%d got of node %d", i, node)
                            .containsExactlyElementsOf(
                                    Nodes.numbers(acknowledged.get(node)).stream()
                                            .map(prefix::concat)
                                            .toList());
                }
            }
        }
    }

    @Test
    void whatIsAcknowledgedForAGroupIsQueuedWhenTheNodeOfItsOnlyMemberDies() throws Exception {
        List<QueueingBroker> brokers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            brokers.add(new QueueingBroker());
        }
        try (Nodes nodes = Nodes.start(3, number -> brokers.get(number - 1))) {
            brokers.get(2).attach("member").join();
            brokers.get(2).subscribe("member", "$share/group/all").join();
            AtomicBoolean stop = new AtomicBoolean();
            CompletableFuture<Integer> publisher =
                    CompletableFuture.supplyAsync(
                            () -> publishUntil(stop, brokers.getFirst(), "all"));
            nodes.crash(3);
            await().atMost(SOON).until(() -> nodes.get(1).cluster().nodes().size() == 2);
            await().during(Duration.ofMillis(500)).until(() -> true);
            stop.set(true);
            int acknowledged = publisher.orTimeout(20, TimeUnit.SECONDS).join();

            assertThat(SessionsTest.texts(brokers.getFirst().attach("member").join()))
                    .containsAll(Nodes.numbers(acknowledged).stream().map("all "::concat).toList());
        }
    }

    /** Publishes with a few in flight; all of them must be acknowledged. Returns how many. */
    private static int publishUntil(AtomicBoolean stop, QueueingBroker broker, String topic) {
        List<CompletableFuture<Optional<Refusal>>> outcomes = new ArrayList<>();
        while (!stop.get()) {
            outcomes.add(broker.publish(Nodes.message(topic, topic + ' ' + outcomes.size())));
            if (outcomes.size() >= 10) {
                outcomes.get(outcomes.size() - 10).join();
            }
        }
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.join()).isEmpty());
        return outcomes.size();
    }

    @Test
    void willsOfADeadNodeAreAdoptedThoughTheirClientsComeBackBeforeItIsMissed() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            List<String> clients = Nodes.numbers(20).stream().map("back"::concat).toList();
            Will will =
                    new Will(
                            TopicName.of("will"),
                            new byte[] {1},
                            QoS.AT_LEAST_ONCE,
                            false,
                            Properties.EMPTY);
            for (int i = 0; i < clients.size(); i++) {
                SessionHead head = new SessionHead(true, i % 2 == 0 ? 0 : 3600, 0, will);
                nodes.get(3).claim(clients.get(i), true, head);
            }

            nodes.get(3).isolate();
            nodes.get(3).cluster().life().mute();
            List<CompletableFuture<Ownership>> claims = new ArrayList<>();
            for (int i = 0; i < clients.size(); i++) {
                SessionStore sessions = nodes.get(1 + i % 2).cluster().sessions();
                claims.add(
                        sessions.claim(clients.get(i), i % 4 < 2, Nodes.PERSISTENT)
                                .toCompletableFuture());
            }

            assertThat(claims)
                    .allSatisfy(claim ->
                            assertThat(claim.handle((owned, error) -> true)).succeedsWithin(SOON));
            List<StoredSession> adopted = new ArrayList<>(nodes.get(1).broker().adopted);
            adopted.addAll(nodes.get(2).broker().adopted);
            assertThat(adopted)
                    .extracting(StoredSession::clientId)
                    .containsExactlyInAnyOrderElementsOf(clients);
            assertThat(adopted)
                    .allSatisfy(session -> assertThat(session.head().will()).isEqualTo(will));
            AdvancedCache<String, byte[]> owners = nodes.get(1).cluster().life().engine().owners();
            Peer dead = nodes.get(3).cluster().life().peer();
            assertThat(clients)
                    .as("who comes back is not asked any more, and has to know")
                    .allSatisfy(client ->
                            await().atMost(SOON)
                                    .until(() ->
                                            !dead.equals(
                                                    OwnerEntry.decoded(owners.get(client))
                                                            .former())));
            nodes.get(3).cluster().life().engine().close();
        }
    }

    @Test
    void aNodeThatLeavesHandsOverItsSessionsAndIsForgotten() {
        try (Nodes nodes = Nodes.start(2)) {
            long epoch = nodes.get(2).claim("leaver").epoch();
            nodes.get(2).write(SessionsTest.queued("leaver", epoch, 1, "kept"));

            nodes.leave(2);

            await().atMost(SOON).until(() -> nodes.get(1).broker().adopted.size() == 1);
            assertThat(SessionsTest.texts(nodes.get(1).broker().adopted.getFirst()))
                    .containsExactly("kept");
            assertThat(nodes.get(1).broker().isServing()).isTrue();
            assertThat(nodes.get(1).cluster().nodes()).hasSize(1);
        }
    }

    @Test
    void copiesThatAreLostAreMadeAnew() {
        try (Nodes nodes = Nodes.start(3)) {
            for (int i = 0; i < 30; i++) {
                long epoch = nodes.get(1).claim("c" + i).epoch();
                nodes.get(1).write(SessionsTest.queued("c" + i, epoch, 1, "kept"));
            }

            nodes.leave(2); // about half of the copies were there
            nodes.awaitMembers(2);
            nodes.leave(1);

            await().atMost(SOON).until(() -> nodes.get(3).broker().adopted.size() == 30);
            assertThat(nodes.get(3).broker().adopted)
                    .allSatisfy(session ->
                            assertThat(SessionsTest.texts(session)).containsExactly("kept"));
        }
    }

    @Test
    void sessionsOfALonelyNodeAreCopiedWhenAnotherComes() {
        try (Nodes nodes = Nodes.start(1)) {
            long epoch = nodes.get(1).claim("lonely").epoch();
            nodes.get(1).write(SessionsTest.queued("lonely", epoch, 1, "kept"));

            nodes.join(2);
            nodes.awaitMembers(2);
            nodes.leave(1);

            await().atMost(SOON).until(() -> nodes.get(2).broker().adopted.size() == 1);
            assertThat(SessionsTest.texts(nodes.get(2).broker().adopted.getFirst()))
                    .containsExactly("kept");
        }
    }

    @Test
    void aNodeThatOthersHaveGoneOnWithoutRefusesAndJoinsThemAnew() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            long epoch = nodes.get(3).claim("cut").epoch();
            nodes.get(3).write(SessionsTest.queued("cut", epoch, 1, "kept"));
            nodes.get(3).subscribe("cut/off");

            nodes.get(3).isolate();

            await().atMost(SOON).until(() -> !nodes.get(3).broker().isServing());
            assertThat(nodes.get(3).write(SessionsTest.queued("cut", epoch, 2, "refused")))
                    .isPresent();
            await().atMost(SOON)
                    .until(() ->
                            nodes.get(1).broker().adopted.size()
                                            + nodes.get(2).broker().adopted.size()
                                    == 1);
            assertThat(nodes.get(1).broker().isServing()).isTrue();

            GridLife former = nodes.get(3).cluster().life();
            nodes.get(3).reconnect();
            await().atMost(SOON).until(() -> nodes.get(3).cluster().life() != former);
            nodes.awaitMembers(3);
            await().atMost(SOON).until(() -> nodes.get(3).broker().isServing());
            assertThat(nodes.get(3).broker().forfeitedAll).hasValue(1);
            assertThat(nodes.get(1).cluster().routes().interest(TopicName.of("cut/off")).isEmpty())
                    .isTrue();
            nodes.get(3).subscribe("cut/off");
            assertThat(
                            nodes.get(1)
                                    .publish("cut/off", "healed")
                                    .orTimeout(20, TimeUnit.SECONDS)
                                    .join())
                    .isEmpty();
            assertThat(nodes.get(3).broker().delivered).contains("healed");
        }
    }

    @Test
    void aNodeThatIsCutOffAgainAndAgainHasWhatTheMajorityHas() throws Exception {
        try (Nodes nodes = Nodes.start(3)) {
            for (int round = 0; round < 3; round++) {
                String cleared = "cut/cleared" + round;
                String kept = "cut/kept" + round;
                retain(nodes.get(1), cleared, "before");
                nodes.get(3).isolate();
                await().atMost(SOON).until(() -> !nodes.get(3).broker().isServing());
                await().atMost(SOON).until(() -> nodes.get(1).cluster().nodes().size() == 2);

                retain(nodes.get(1), cleared, "");
                retain(nodes.get(2), kept, "meanwhile");
                nodes.get(1).subscribe("only/majority" + round);

                nodes.get(3).reconnect();
                nodes.awaitMembers(3);
                await().atMost(SOON).until(() -> nodes.get(3).broker().isServing());
                assertThat(hasRetained(nodes.get(3), kept)).isTrue();
                assertThat(hasRetained(nodes.get(3), cleared)).isFalse();
                assertThat(
                                nodes.get(3)
                                        .cluster()
                                        .routes()
                                        .interest(TopicName.of("only/majority" + round))
                                        .isEmpty())
                        .isFalse();
                retain(nodes.get(3), cleared, "after");
                assertThat(hasRetained(nodes.get(2), cleared)).isTrue();
            }
        }
    }

    private static boolean hasRetained(Nodes.Node node, String topic) {
        return node.cluster()
                .retained()
                .match(TopicFilter.of(topic))
                .toCompletableFuture()
                .join()
                .hasNext();
    }

    private static List<String> retained(Nodes.Node node, String topic) {
        List<String> found = new ArrayList<>();
        node.cluster()
                .retained()
                .match(TopicFilter.of(topic))
                .toCompletableFuture()
                .join()
                .forEachRemaining(message ->
                        found.add(new String(message.payload(), StandardCharsets.UTF_8)));
        return found;
    }

    private static void retain(Nodes.Node node, String topic, String text) {
        CompletableFuture<Optional<Refusal>> outcome = new CompletableFuture<>();
        node.cluster()
                .retained()
                .put(
                        Nodes.message(topic, text),
                        refusal -> outcome.complete(Optional.ofNullable(refusal)));
        assertThat(outcome.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
    }
}
