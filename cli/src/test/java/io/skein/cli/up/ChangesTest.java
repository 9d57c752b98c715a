package io.skein.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that come to a cluster that runs, and leave it. */
class ChangesTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final List<String> progress = new CopyOnWriteArrayList<>();
    private final List<LocalCluster> started = new ArrayList<>();

    @TempDir private Path directory;

    @AfterEach
    void stopAll() {
        started.forEach(LocalCluster::stop);
    }

    private RunningCluster running(String architecture, int nodes) throws Exception {
        int base = TestPorts.consecutive(2 * nodes);
        ClusterPlan plan = ClusterPlan.of(architecture, "os", directory, nodes, base, base + nodes);
        LocalCluster cluster = new LocalCluster(plan, FakeNode.launcher(), false, reports::add);
        started.add(cluster);
        cluster.start();
        cluster.awaitReady(SOON);
        return new RunningCluster(directory);
    }

    private static JsonNode node(RunningCluster cluster, int place) throws Exception {
        return cluster.description().path("nodes").path(place);
    }

    private static List<String> names(RunningCluster cluster) throws Exception {
        List<String> names = new ArrayList<>();
        cluster.description().path("nodes").forEach(node -> names.add(node.path("name").asText()));
        return names;
    }

    private List<String> seedsOf(String node) throws Exception {
        return Files.readAllLines(directory.resolve(node).resolve("skein.yaml")).stream()
                .filter(line -> line.startsWith("  seeds: "))
                .flatMap(line -> List.of(line.substring(9).split(",")).stream())
                .toList();
    }

    @Test
    void aNodeThatIsAddedHasTheNextNameAndPortsAndAllAreSeedsOfAll() throws Exception {
        RunningCluster cluster = running("any", 2);

        String said = cluster.add(SOON, progress::add);

        assertThat(names(cluster)).containsExactly("node-1", "node-2", "node-3");
        JsonNode added = node(cluster, 2);
        assertThat(said)
                .isEqualTo(
                        "node-3 is ready: %s admin %s"
                                .formatted(
                                        added.path("mqtt").asText(), added.path("admin").asText()));
        assertThat(progress).containsExactly("starting node-3");
        assertThat(ProcessHandle.of(added.path("pid").asLong())).isPresent();
        assertThat(seedsOf("node-3")).hasSize(3).doesNotHaveDuplicates();
        assertThat(seedsOf("node-1")).isEqualTo(seedsOf("node-3"));
        assertThat(directory.resolve("node-3/skein.yaml")).content().contains("minority: serve");
    }

    @Test
    void aNodeThatIsRemovedIsStoppedAndItsNameIsNotGivenAgain() throws Exception {
        RunningCluster cluster = running("any", 3);
        ProcessHandle last = ProcessHandle.of(node(cluster, 2).path("pid").asLong()).orElseThrow();

        String said = cluster.remove("node-3", SOON, progress::add);

        assertThat(last.isAlive()).isFalse();
        assertThat(said)
                .isEqualTo(
                        "node-3 is removed; what it kept stays in " + directory.resolve("node-3"));
        assertThat(names(cluster)).containsExactly("node-1", "node-2");
        assertThat(seedsOf("node-1")).hasSize(2);
        cluster.add(SOON, progress::add);
        assertThat(names(cluster)).containsExactly("node-1", "node-2", "node-4");
        assertThat(reports).noneMatch(line -> line.contains("restart it with"));
    }

    @Test
    void aNodeThatDoesNotComeUpIsForgotten() throws Exception {
        RunningCluster cluster = running("any", 1);
        Files.createDirectories(directory.resolve("node-2"));
        Files.writeString(directory.resolve("node-2/die"), "7\nit was told to die");

        assertThatThrownBy(() -> cluster.add(SOON, progress::add))
                .isInstanceOf(ClusterFailedException.class)
                .hasMessageContaining("node-2 ended with exit code 7 while it started")
                .hasMessageContaining("it was told to die");
        assertThat(names(cluster)).containsExactly("node-1");
        assertThat(seedsOf("node-1")).hasSize(1);
    }

    @Test
    void whatIsNotThereAndTheOnlyNodeAreNotRemoved() throws Exception {
        RunningCluster cluster = running("any", 1);

        assertThatThrownBy(() -> cluster.remove("node-9", SOON, progress::add))
                .hasMessage("there is no node 'node-9'; there are node-1");
        assertThatThrownBy(() -> cluster.remove("node-1", SOON, progress::add))
                .hasMessageStartingWith("node-1 is the only node");
        assertThat(names(cluster)).containsExactly("node-1");
    }

    @Test
    void islandsAreRestartedOneByOneForTheyReadTheirLinksAtTheStart() throws Exception {
        RunningCluster cluster = running("bridge", 2);
        long first = node(cluster, 0).path("pid").asLong();

        cluster.add(SOON, progress::add);

        assertThat(progress)
                .containsExactly(
                        "restarting node-1, which is told of the others at its start only",
                        "restarting node-2, which is told of the others at its start only",
                        "starting node-3");
        assertThat(node(cluster, 0).path("pid").asLong()).isNotZero().isNotEqualTo(first);
        assertThat(directory.resolve("node-1/skein.yaml")).content().contains("name: node-3");

        cluster.remove("node-2", SOON, progress::add);

        assertThat(directory.resolve("node-1/skein.yaml"))
                .content()
                .contains("name: node-3")
                .doesNotContain("name: node-2");
        assertThat(reports).noneMatch(line -> line.contains("restart it with"));
    }

    @Test
    void aStandaloneNodeStaysAlone() throws Exception {
        RunningCluster cluster = running("standalone", 1);

        assertThatThrownBy(() -> cluster.add(SOON, progress::add))
                .hasMessage("the standalone architecture is a cluster of one");
    }

    @Test
    void whereNoClusterRunsNothingCanBeAdded() throws Exception {
        RunningCluster cluster = running("any", 1);
        started.getFirst().stop();

        assertThatThrownBy(() -> cluster.add(SOON, progress::add))
                .hasMessageStartingWith("no cluster runs in " + directory);
        assertThat(directory.resolve("up.sock")).doesNotExist();
    }

    @Test
    void aNodeThatDiesAfterItWasAddedIsAFaultLikeAnyOther() throws Exception {
        RunningCluster cluster = running("any", 1);
        cluster.add(SOON, progress::add);

        ProcessHandle.of(node(cluster, 1).path("pid").asLong()).orElseThrow().destroyForcibly();

        await().atMost(SOON)
                .until(() ->
                        reports.stream()
                                .anyMatch(line ->
                                        line.startsWith("node-2 (pid ")
                                                && line.contains("was killed (signal 9)")));
        assertThat(node(cluster, 1).path("state").asText()).isEqualTo("dead");
    }
}
