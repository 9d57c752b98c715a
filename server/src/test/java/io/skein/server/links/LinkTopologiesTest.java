package io.skein.server.links;

import static io.skein.server.links.Islands.all;
import static io.skein.server.links.Islands.await;
import static io.skein.server.links.Islands.client;
import static io.skein.server.links.Islands.publish;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.skein.cluster.LinkView;
import io.skein.server.TestNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Islands in graphs drawn from a seed: a message comes once to each subscriber wherever it is
 * published, and then there is quiet.
 */
class LinkTopologiesTest {
    private static final int MESSAGES = 12;

    @TempDir private Path directory;

    private final List<TestNode> nodes = new ArrayList<>();
    private final List<Mqtt5BlockingClient> publishers = new ArrayList<>();
    private final List<Queue<String>> arrived = new ArrayList<>();

    /** A link joins two islands; where it is one-way, there is another back. */
    private record Pair(int one, int other, boolean oneWay) {
        String name() {
            return "n" + one + "/n" + other;
        }
    }

    /** The islands and what joins them. */
    private record Graph(int nodes, boolean named, List<Pair> pairs) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aMessageComesOnceToEverySubscriberAndThenThereIsQuiet(long seed) throws Exception {
        Graph graph = drawn(new Random(seed));
        try {
            start(graph);
            List<String> expected = new ArrayList<>();
            for (int node = 0; node < graph.nodes(); node++) {
                for (int i = 0; i < MESSAGES; i++) {
                    expected.add("m" + node + "-" + i);
                    publish(publishers.get(node), "t/" + node, 1 + i % 2, expected.getLast());
                }
            }
            awaitEverywhere(graph, expected);
            long before = carried();
            markEverywhere(graph, expected, "first");
            long first = carried() - before;
            markEverywhere(graph, expected, "second");
            assertThat(carried() - before).as("%s carries on", graph).isEqualTo(2 * first);
        } finally {
            publishers.forEach(Mqtt5BlockingClient::disconnect);
            nodes.forEach(TestNode::close);
        }
    }

    private void markEverywhere(Graph graph, List<String> expected, String name) {
        for (int node = 0; node < graph.nodes(); node++) {
            expected.add(name + node);
            publish(publishers.get(node), "t/" + node, 2, expected.getLast());
        }
        awaitEverywhere(graph, expected);
    }

    private void awaitEverywhere(Graph graph, List<String> expected) {
        await().untilAsserted(() ->
                assertThat(arrived)
                        .as(graph.toString())
                        .allSatisfy(messages ->
                                assertThat(messages)
                                        .containsExactlyInAnyOrderElementsOf(expected)));
        await().untilAsserted(() ->
                assertThat(nodes.stream().flatMap(node -> node.node().links().stream()))
                        .allMatch(link -> link.queued() == 0));
    }

    /** Messages that links have sent or taken. */
    private long carried() {
        return nodes.stream()
                .flatMap(node -> node.node().links().stream())
                .mapToLong(link -> link.sent() + link.received())
                .sum();
    }

    private void start(Graph graph) throws Exception {
        List<Integer> ports = freePorts(graph.nodes());
        for (int node = 0; node < graph.nodes(); node++) {
            TestNode started = Islands.start(directory, "n" + node, settings(graph, node, ports));
            nodes.add(started);
        }
        await().untilAsserted(() ->
                assertThat(nodes.stream().flatMap(node -> node.node().links().stream()))
                        .allMatch(link -> link.state() == LinkView.State.CONNECTED));
        for (TestNode node : nodes) {
            Queue<String> messages = new ConcurrentLinkedQueue<>();
            arrived.add(messages);
            Mqtt5BlockingClient client = client(node, "client");
            client.toAsync()
                    .publishes(
                            MqttGlobalPublishFilter.ALL,
                            publish -> messages.add(Islands.text(publish)));
            client.subscribeWith().topicFilter("t/#").qos(MqttQos.EXACTLY_ONCE).send();
            publishers.add(client);
        }
    }

    private static String[] settings(Graph graph, int node, List<Integer> ports) {
        List<String[]> settings = new ArrayList<>();
        settings.add(new String[] {"listeners.0.bind=127.0.0.1:" + ports.get(node)});
        if (graph.named()) {
            String pairs = String.join(",", graph.pairs().stream().map(Pair::name).toList());
            settings.add(new String[] {"cluster.topology=" + pairs});
        }
        int place = 0;
        for (Pair pair : graph.pairs()) {
            int other = pair.one() == node ? pair.other() : pair.one();
            if (pair.one() == node || (pair.oneWay() && pair.other() == node)) {
                settings.add(
                        Islands.link(
                                place++,
                                "n" + other,
                                ports.get(other),
                                pair.oneWay() ? "# out 2" : "# both 2"));
            }
        }
        return all(settings.toArray(String[][]::new));
    }

    /** A tree, a ring, a full mesh, or a tree with some pairs more. */
    private static Graph drawn(Random random) {
        int nodes = 3 + random.nextInt(4);
        List<Integer> order = new ArrayList<>(IntStream.range(0, nodes).boxed().toList());
        Collections.shuffle(order, random);
        Set<List<Integer>> joined = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
        int kind = random.nextInt(4);
        for (int i = 1; i < nodes; i++) {
            int to = kind == 1 ? i - 1 : random.nextInt(i);
            joined.add(sorted(order.get(i), order.get(to)));
        }
        if (kind == 1) {
            joined.add(sorted(order.getFirst(), order.getLast()));
        }
        for (int one = 0; one < nodes; one++) {
            for (int other = one + 1; other < nodes; other++) {
                if (kind == 2 || (kind == 3 && random.nextInt(3) == 0)) {
                    joined.add(List.of(one, other));
                }
            }
        }
        List<Pair> pairs =
                joined.stream()
                        .map(pair -> {
                            boolean turned = random.nextBoolean();
                            return new Pair(
                                    pair.get(turned ? 1 : 0),
                                    pair.get(turned ? 0 : 1),
                                    random.nextBoolean());
                        })
                        .toList();
        boolean tree = joined.size() == nodes - 1;
        return new Graph(nodes, !tree || random.nextBoolean(), pairs);
    }

    private static List<Integer> sorted(int one, int other) {
        return List.of(Math.min(one, other), Math.max(one, other));
    }

    /** Ports below those that outgoing connections take. */
    private static List<Integer> freePorts(int count) {
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 30_000);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (!ports.contains(port)) {
                    ports.add(socket.getLocalPort());
                }
            } catch (IOException taken) {
                // the next one
            }
        }
        return ports;
    }
}
