package io.skein.cluster.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.Message;
import io.skein.cluster.Ownership;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of which no node was left begins with what is on the disks. */
@Timeout(180)
class RestorationTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir private Path disks;
    private Nodes nodes = Nodes.places(0);

    @BeforeEach
    void start() {
        nodes = Nodes.onDisks(disks, 3);
        nodes.startTogether(1, 2, 3);
        nodes.awaitMembers(3);
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    /** All at once, without a word. */
    private void crashAll() {
        Stream.of(1, 2, 3).parallel().forEach(nodes::crashUnchecked);
    }

    private void startAll() {
        nodes.startTogether(1, 2, 3);
        nodes.awaitMembers(3);
    }

    private Ownership fill(int node, String clientId, List<String> texts) {
        Ownership owned = nodes.get(node).claim(clientId);
        List<SessionChange> changes = new ArrayList<>();
        changes.add(SessionsTest.subscribed(clientId, owned.epoch(), "a/#"));
        for (String text : texts) {
            changes.add(SessionsTest.queued(clientId, owned.epoch(), changes.size() + 1L, text));
        }
        assertThat(nodes.get(node).write(changes.toArray(SessionChange[]::new))).isEmpty();
        return owned;
    }

    private List<StoredSession> adopted() {
        return Stream.of(1, 2, 3)
                .flatMap(number -> nodes.get(number).broker().adopted.stream())
                .toList();
    }

    private void retain(int node, String topic, String text) {
        Message message =
                new Message(
                        TopicName.of(topic),
                        text.getBytes(StandardCharsets.UTF_8),
                        QoS.AT_LEAST_ONCE,
                        true,
                        Properties.EMPTY,
                        "publisher",
                        Message.NEVER_EXPIRES);
        CompletableFuture<Boolean> kept = new CompletableFuture<>();
        nodes.get(node)
                .cluster()
                .retained()
                .put(message, refusal -> kept.complete(refusal == null));
        assertThat(kept.join()).isTrue();
    }

    private List<String> retained(int node) {
        List<String> texts = new ArrayList<>();
        nodes.get(node)
                .cluster()
                .retained()
                .match(TopicFilter.of("#"))
                .toCompletableFuture()
                .join()
                .forEachRemaining(message ->
                        texts.add(new String(message.payload(), StandardCharsets.UTF_8)));
        return texts;
    }

    @Test
    void sessionsWillsAndRetainedMessagesAreBackOnceEach() {
        for (int i = 0; i < 30; i++) {
            fill(1 + i % 3, "client" + i, List.of("first" + i, "second" + i));
        }
        Will will =
                new Will(
                        TopicName.of("will"),
                        new byte[] {1},
                        QoS.AT_LEAST_ONCE,
                        false,
                        Properties.EMPTY);
        nodes.get(2).claim("clean", true, new SessionHead(true, 0, 0, will));
        nodes.get(2).claim("nothing", true, Nodes.TRANSIENT);
        retain(1, "r/1", "one");
        retain(2, "r/2", "two");
        retain(3, "r/2", "");

        crashAll();
        startAll();

        List<StoredSession> adopted = adopted();
        assertThat(adopted).hasSize(31);
        for (int i = 0; i < 30; i++) {
            String clientId = "client" + i;
            assertThat(adopted)
                    .filteredOn(session -> session.clientId().equals(clientId))
                    .singleElement()
                    .satisfies(session -> {
                        assertThat(session.subscriptions()).hasSize(1);
                        assertThat(SessionsTest.texts(session))
                                .containsExactly(
                                        clientId.replace("client", "first"),
                                        clientId.replace("client", "second"));
                    });
            Ownership again = nodes.get(1 + (i + 1) % 3).claim(clientId);
            assertThat(SessionsTest.texts(SessionsTest.stored(again))).hasSize(2);
        }
        assertThat(adopted)
                .filteredOn(session -> session.clientId().equals("clean"))
                .singleElement()
                .satisfies(session -> assertThat(session.head().will()).isEqualTo(will));
        for (int node = 1; node <= 3; node++) {
            assertThat(retained(node)).containsExactly("one");
        }
    }

    @Test
    void aDiskThatWasAwayBringsBackNothingThatWentOnWithoutIt() throws Exception {
        fill(3, "changed", List.of("old"));
        Ownership over = fill(3, "over", List.of("old"));
        retain(3, "r", "old");
        nodes.crash(3);
        await().atMost(SOON)
                .until(() ->
                        nodes.get(1).broker().adopted.size() + nodes.get(2).broker().adopted.size()
                                == 2);
        Ownership changed = nodes.get(1).claim("changed");
        assertThat(nodes.get(1).write(SessionsTest.queued("changed", changed.epoch(), 10, "new")))
                .isEmpty();
        long epoch = nodes.get(2).claim("over").epoch();
        assertThat(epoch).isGreaterThan(over.epoch());
        assertThat(nodes.get(2).write(new SessionChange.Ended("over", epoch))).isEmpty();
        retain(1, "r", "");

        Stream.of(1, 2).parallel().forEach(nodes::crashUnchecked);
        startAll();

        assertThat(adopted())
                .singleElement()
                .satisfies(session ->
                        assertThat(SessionsTest.texts(session)).containsExactly("old", "new"));
        assertThat(retained(3)).isEmpty();
    }

    @Test
    void aNodeThatComesToAClusterThatRunsBringsNothing() throws Exception {
        fill(3, "over", List.of("old"));
        nodes.crash(3);
        await().atMost(SOON)
                .until(() ->
                        nodes.get(1).broker().adopted.size() + nodes.get(2).broker().adopted.size()
                                == 1);
        Nodes.Node other = nodes.get(nodes.get(1).broker().adopted.isEmpty() ? 1 : 2);
        long epoch = other.claim("over").epoch();
        assertThat(other.write(new SessionChange.Ended("over", epoch))).isEmpty();

        nodes.startTogether(3);
        nodes.awaitMembers(3);

        assertThat(nodes.get(3).broker().adopted).isEmpty();
        assertThat(nodes.get(1).claim("over").session()).isNull();
        crashAll();
        startAll();
        assertThat(adopted()).extracting(StoredSession::clientId).containsExactly("over");
        assertThat(SessionsTest.texts(adopted().getFirst())).isEmpty();
    }

    @Test
    void whereOneOfThreeDisksIsGoneTheOthersHaveEverything() {
        for (int i = 0; i < 30; i++) {
            fill(1 + i % 3, "client" + i, List.of("text" + i));
        }

        crashAll();
        nodes.startTogether(1, 2);

        List<StoredSession> adopted = new ArrayList<>(nodes.get(1).broker().adopted);
        adopted.addAll(nodes.get(2).broker().adopted);
        assertThat(adopted).hasSize(30).extracting(StoredSession::clientId).doesNotHaveDuplicates();
        assertThat(adopted).allSatisfy(session -> assertThat(session.queue()).hasSize(1));
    }
}
