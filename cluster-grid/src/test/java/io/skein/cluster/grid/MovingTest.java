package io.skein.cluster.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions that move from node to node while all nodes publish for them. */
class MovingTest {
    private static final int NODES = 3;

    /** The node that sessions neither come from nor go to. */
    private static final int BYSTANDER = 2;

    private final List<QueueingBroker> brokers = new ArrayList<>();
    private final Nodes nodes = Nodes.start(NODES, number -> broker());
    private final AtomicBoolean stop = new AtomicBoolean();

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void eachMessageIsQueuedOnceAndInOrderWhereverTheSessionIs() {
        int clients = 5;
        for (int client = 0; client < clients; client++) {
            join(brokers.getFirst().attach("mover" + client));
            join(brokers.getFirst().subscribe("mover" + client, "moving/+"));
        }
        List<CompletableFuture<List<CompletableFuture<Optional<Refusal>>>>> publishers =
                new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            int publisher = node;
            publishers.add(CompletableFuture.supplyAsync(() -> publishUntilStopped(publisher)));
        }

        for (int move = 0; move < 60; move++) {
            join(brokers.get((move / clients + 1) % 2).attach("mover" + move % clients));
        }
        stop.set(true);

        List<Integer> counts = new ArrayList<>();
        for (var publisher : publishers) {
            List<CompletableFuture<Optional<Refusal>>> outcomes = join(publisher);
            assertThat(outcomes).allSatisfy(outcome -> assertThat(join(outcome)).isEmpty());
            counts.add(outcomes.size());
        }
        for (int client = 0; client < clients; client++) {
            List<String> queue =
                    SessionsTest.texts(join(brokers.get(BYSTANDER).attach("mover" + client)));
            for (int node = 0; node < NODES; node++) {
                String prefix = "p" + node + ' ';
                List<String> got = queue.stream().filter(text -> text.startsWith(prefix)).toList();
                List<String> sent =
                        Nodes.numbers(counts.get(node)).stream().map(prefix::concat).toList();
                List<String> missing = new ArrayList<>(sent);
                missing.removeAll(new HashSet<>(got));
                assertThat(missing).as("lost for client %d", client).isEmpty();
                List<String> repeated = new ArrayList<>(got);
                sent.forEach(repeated::remove);
                assertThat(repeated).as("repeated for client %d", client).isEmpty();
                assertThat(got).as("order for client %d of node %d", client, node).isEqualTo(sent);
            }
        }
    }

    @Test
    void eachMessageToAGroupIsQueuedOnceWhereverItsOnlyMemberIs() {
        join(brokers.getFirst().attach("member"));
        join(brokers.getFirst().subscribe("member", "$share/group/moving/+"));
        List<CompletableFuture<List<CompletableFuture<Optional<Refusal>>>>> publishers =
                new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            int publisher = node;
            publishers.add(CompletableFuture.supplyAsync(() -> publishUntilStopped(publisher)));
        }

        for (int move = 0; move < 30; move++) {
            CompletableFuture<?> soonClaimed = brokers.get((move + 1) % NODES).attach("member");
            join(brokers.get((move + 2) % NODES).attach("member").handle((one, lost) -> true));
            join(soonClaimed.handle((one, lost) -> true));
        }
        stop.set(true);

        List<String> sent = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            String prefix = "p" + node + ' ';
            List<CompletableFuture<Optional<Refusal>>> outcomes = join(publishers.get(node));
            assertThat(outcomes).allSatisfy(outcome -> assertThat(join(outcome)).isEmpty());
            Nodes.numbers(outcomes.size()).forEach(number -> sent.add(prefix + number));
        }
        assertThat(SessionsTest.texts(join(brokers.get(BYSTANDER).attach("member"))))
                .containsExactlyInAnyOrderElementsOf(sent);
    }

    private List<CompletableFuture<Optional<Refusal>>> publishUntilStopped(int node) {
        List<CompletableFuture<Optional<Refusal>>> outcomes = new ArrayList<>();
        while (!stop.get()) {
            Message message =
                    new Message(
                            TopicName.of("moving/" + node),
                            ("p" + node + ' ' + outcomes.size()).getBytes(StandardCharsets.UTF_8),
                            QoS.EXACTLY_ONCE,
                            false,
                            Properties.EMPTY,
                            "publisher" + node,
                            Message.NEVER_EXPIRES);
            outcomes.add(brokers.get(node).publish(message));
            if (outcomes.size() >= 20) {
                join(outcomes.get(outcomes.size() - 20)); // so many in flight
            }
        }
        return outcomes;
    }

    private QueueingBroker broker() {
        QueueingBroker broker = new QueueingBroker();
        brokers.add(broker);
        return broker;
    }

    private static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }
}
