package io.skein.cluster.grid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.NodeLoad;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three nodes that live through all tests of this class; each test has its own topics. */
class GridTest {
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
    void everyNodeKnowsTheMembersInTheSameOrder() {
        for (int i = 1; i <= 3; i++) {
            assertThat(nodes.get(i).cluster().nodes())
                    .extracting("name")
                    .containsExactly("n1", "n2", "n3");
            assertThat(nodes.get(i).broker().isServing()).isTrue();
        }
    }

    @Test
    void everyNodeKnowsWhatTheOthersHaveToDo() {
        NodeLoad little = new NodeLoad(3, 0, true);
        NodeLoad much = new NodeLoad(70_000, 100, false);
        nodes.get(1).cluster().announce(new NodeLoad(2, 50, true));
        nodes.get(1).cluster().announce(little);
        nodes.get(2).cluster().announce(much);
        for (int i = 1; i <= 3; i++) {
            GridCluster cluster = nodes.get(i).cluster();
            await().untilAsserted(() ->
                    assertThat(cluster.loads()).isEqualTo(Map.of("n1", little, "n2", much)));
        }
    }

    @Test
    void aRouteIsKnownToEveryNodeWhenItsAdditionCompletes() {
        for (int i = 0; i < 200; i++) {
            nodes.get(1 + i % 3).subscribe("known/" + i);
            for (int other = 1; other <= 3; other++) {
                boolean own = other == 1 + i % 3;
                assertThat(
                                nodes.get(other)
                                        .cluster()
                                        .routes()
                                        .interest(TopicName.of("known/" + i))
                                        .isEmpty())
                        .isEqualTo(own);
            }
        }
    }

    @Test
    void aRouteThatIsRemovedIsForgotten() {
        nodes.get(1).subscribe("gone/+");
        nodes.get(1).cluster().routes().remove(TopicFilter.of("gone/+"));

        await().until(() ->
                nodes.get(2).cluster().routes().interest(TopicName.of("gone/1")).isEmpty());
    }

    @Test
    void aFilterRemovedAndAddedAgainStays() {
        for (int i = 0; i < 50; i++) {
            nodes.get(1).subscribe("again");
            nodes.get(1).cluster().routes().remove(TopicFilter.of("again"));
        }
        nodes.get(1).subscribe("again");

        assertThat(nodes.get(3).cluster().routes().interest(TopicName.of("again")).isEmpty())
                .isFalse();
    }

    @Test
    void everyInterestedNodeGetsEachMessageOnceAndInOrder() {
        nodes.get(2).subscribe("order/#");
        nodes.get(3).subscribe("order/+");

        List<CompletableFuture<Optional<Refusal>>> outcomes = publishNumbers("order/x", 2000);

        assertThat(outcomes).allMatch(outcome -> outcome.join().isEmpty());
        assertThat(of(2, "order/x")).containsExactlyElementsOf(expected("order/x", 2000));
        assertThat(of(3, "order/x")).containsExactlyElementsOf(expected("order/x", 2000));
    }

    @Test
    void linksThatBreakLoseAndRepeatNothing() {
        nodes.get(2).subscribe("broken");

        List<CompletableFuture<Optional<Refusal>>> outcomes = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 200; i++) {
                outcomes.add(nodes.get(1).publish("broken", "broken " + (round * 200 + i)));
            }
            nodes.get(1 + round % 2).cluster().life().breakLinks();
        }

        assertThat(outcomes).allMatch(outcome -> outcome.join().isEmpty());
        assertThat(of(2, "broken")).containsExactlyElementsOf(expected("broken", 2000));
    }

    @Test
    void aMessageIsNotAcknowledgedBeforeEveryNodeHasQueuedIt() {
        nodes.get(2).subscribe("slow");
        nodes.get(2).broker().silent = true;

        CompletableFuture<Optional<Refusal>> outcome = nodes.get(1).publish("slow", "slow 0");
        await().until(() -> nodes.get(2).broker().withheld.size() == 1);
        assertThat(outcome).isNotDone();
        nodes.get(2).broker().silent = false;
        nodes.get(2).broker().withheld.forEach(done -> done.complete(null));

        assertThat(outcome.join()).isEmpty();
    }

    @Test
    void oneNodeServesAGroupAndEachInItsTurn() {
        nodes.get(2).subscribe("$share/g/shared");
        nodes.get(3).subscribe("$share/g/shared");

        for (int i = 0; i < 100; i++) {
            assertThat(nodes.get(1).publish("shared", "shared " + i).join()).isEmpty();
        }

        assertThat(nodes.get(2).broker().sharesServed).hasSizeBetween(25, 75);
        assertThat(
                        Stream.concat(
                                nodes.get(2).broker().sharesServed.stream(),
                                nodes.get(3).broker().sharesServed.stream()))
                .hasSize(100)
                .doesNotHaveDuplicates();
    }

    @Test
    void aGroupThatIsServedHereIsServedNowhereElse() {
        TopicFilter share = TopicFilter.of("$share/h/here");
        nodes.get(2).subscribe(share.text());

        nodes.get(1).publish("here", "here 0", serving(share)).join();
        nodes.get(1).publish("here", "here 1", ServedHere.NOBODY).join();

        assertThat(nodes.get(2).broker().sharesServed)
                .filteredOn(served -> served.contains(" here "))
                .containsExactly("$share/h/here here 1");
    }

    private static ServedHere serving(TopicFilter group) {
        return new ServedHere() {
            @Override
            public boolean serves(TopicFilter share) {
                return share.equals(group);
            }

            @Override
            public boolean reaches(String clientId) {
                return false;
            }
        };
    }

    @Test
    void aRetainedMessageIsTheSameOnEveryNodeWhenItIsKept() {
        for (String text : List.of("one", "two", "")) {
            CompletableFuture<Optional<Refusal>> kept = new CompletableFuture<>();
            nodes.get(1)
                    .cluster()
                    .retained()
                    .put(
                            Nodes.message("retained/x", text),
                            refusal -> kept.complete(Optional.ofNullable(refusal)));
            assertThat(kept.join()).isEmpty();
            for (int i = 1; i <= 3; i++) {
                assertThat(
                                nodes.get(i)
                                        .cluster()
                                        .retained()
                                        .match(TopicFilter.of("retained/+"))
                                        .toCompletableFuture()
                                        .join())
                        .toIterable()
                        .extracting(message -> new String(message.payload(), UTF_8))
                        .isEqualTo(text.isEmpty() ? List.of() : List.of(text));
            }
        }
    }

    private static List<CompletableFuture<Optional<Refusal>>> publishNumbers(
            String topic, int count) {
        List<CompletableFuture<Optional<Refusal>>> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            outcomes.add(nodes.get(1).publish(topic, topic + ' ' + i));
        }
        return outcomes;
    }

    private static List<String> of(int node, String prefix) {
        return nodes.get(node).broker().delivered.stream()
                .filter(text -> text.startsWith(prefix + ' '))
                .toList();
    }

    private static List<String> expected(String prefix, int count) {
        return Nodes.numbers(count).stream().map(number -> prefix + ' ' + number).toList();
    }
}
