package io.skein.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skein.lab.StopSignal;
import io.skein.lab.target.NodeLaunch;
import io.skein.lab.target.NodePlace;
import io.skein.lab.target.TargetFailedException;
import io.skein.lab.target.Targets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeNetworkTest {
    @TempDir private Path directory;

    @BeforeEach
    void needsRoot() {
        String missing = NodeNetwork.missing();
        assumeTrue(missing == null, missing);
    }

    @Test
    void aCutCarriesNothingBetweenTwoNodesWhileClientsReachBoth()
            throws IOException, TargetFailedException {
        try (Leftovers leftovers = Leftovers.open(directory.resolve("leftovers"), _ -> {});
                NodeNetwork network = NodeNetwork.open(3, leftovers)) {
            List<Node> nodes = nodes(network, leftovers);
            try {
                assertThat(reaches(network, nodes, 0, 1)).isTrue();

                network.cut(0, 1);

                assertThat(reaches(network, nodes, 0, 1)).isFalse();
                assertThat(reaches(network, nodes, 1, 0)).isFalse();
                assertThat(reaches(network, nodes, 0, 2)).isTrue();
                assertThat(reaches(network, nodes, 1, 2)).isTrue();
                nodes.get(0).awaitReady(new StopSignal());
                nodes.get(1).awaitReady(new StopSignal());

                network.heal(0, 1);

                await().until(() -> reaches(network, nodes, 0, 1));
                assertThat(reaches(network, nodes, 1, 0)).isTrue();
            } finally {
                nodes.forEach(Node::close);
            }
        }
    }

    @Test
    void closingRemovesNamespacesAndBridgeThoughACutIsThere() throws IOException {
        String namespace;
        try (Leftovers leftovers = Leftovers.open(directory.resolve("leftovers"), _ -> {});
                NodeNetwork network = NodeNetwork.open(2, leftovers)) {
            network.cut(0, 1);
            namespace = network.prefix(0).getLast();
            assertThat(Path.of("/run/netns", namespace)).exists();
        }
        assertThat(Path.of("/run/netns", namespace)).doesNotExist();
        String bridge = namespace.replaceAll("sklab-(\\d+)-.*", "sklab$1");
        assertThat(Path.of("/sys/class/net", bridge)).doesNotExist();
    }

    @Test
    void thoseThatBeginAtTheSameTimeAreNetworksOfTheirOwn() throws Exception {
        Path runs = directory.resolve("leftovers");
        List<NodeNetwork> made = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> begun = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Leftovers leftovers = Leftovers.open(runs, _ -> {});
            begun.add(
                    CompletableFuture.runAsync(() -> {
                        try {
                            made.add(NodeNetwork.open(1, leftovers));
                        } catch (FaultFailedException e) {
                            throw new UncheckedIOException(e);
                        }
                    }));
        }
        try {
            CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new)).join();
            assertThat(made.stream().map(network -> network.hosts().getFirst()))
                    .hasSize(4)
                    .doesNotHaveDuplicates();
            try (Stream<Path> files = Files.list(runs)) {
                assertThat(files.map(NodeNetworkTest::bridges)).allMatch(count -> count == 1);
            }
        } finally {
            made.forEach(NodeNetwork::close);
        }
    }

    private static long bridges(Path run) {
        try (Stream<String> lines = Files.lines(run)) {
            return lines.filter(line -> line.startsWith("bridge ")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Node> nodes(NodeNetwork network, Leftovers leftovers)
            throws IOException, TargetFailedException {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < network.hosts().size(); i++) {
            Path home = Files.createDirectory(directory.resolve("node-" + i));
            NodePlace place = new NodePlace("node-" + i, network.hosts().get(i), home);
            NodeLaunch launch =
                    Targets.shipped()
                            .deploy("mosquitto", List.of(place), _ -> {})
                            .nodes()
                            .getFirst();
            Node node =
                    new Node(launch, network.prefix(i), home.resolve("log"), null, null, leftovers);
            node.start();
            nodes.add(node);
        }
        for (Node node : nodes) {
            node.awaitReady(new StopSignal());
        }
        return nodes;
    }

    private static boolean reaches(NodeNetwork network, List<Node> nodes, int from, int to)
            throws FaultFailedException {
        return network.reaches(from, to, nodes.get(to).launch().address().port());
    }
}
