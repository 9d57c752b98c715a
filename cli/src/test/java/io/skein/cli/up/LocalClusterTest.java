package io.skein.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalClusterTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final List<LocalCluster> started = new ArrayList<>();

    @TempDir private Path directory;

    @AfterEach
    void stopAll() {
        started.forEach(LocalCluster::stop);
    }

    @Test
    void nodesAreNamedInAFileAndInTheReadyLine() throws Exception {
        ClusterPlan plan = plan(2);
        LocalCluster cluster = running(plan, false);

        assertThat(cluster.readyLine())
                .isEqualTo(
                        "ready architecture=any nodes=2 %s %s dashboard %s/"
                                .formatted(
                                        plan.nodes().get(0).mqttUrl(),
                                        plan.nodes().get(1).mqttUrl(),
                                        plan.nodes().get(0).adminUrl()));
        JsonNode file = nodesFile();
        assertThat(file.path("state").asText()).isEqualTo("ready");
        assertThat(file.path("architecture").asText()).isEqualTo("any");
        assertThat(file.path("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
        JsonNode second = file.path("nodes").path(1);
        assertThat(second.path("name").asText()).isEqualTo("node-2");
        assertThat(second.path("mqtt").asText()).isEqualTo(plan.nodes().get(1).mqttUrl());
        assertThat(second.path("admin").asText()).isEqualTo(plan.nodes().get(1).adminUrl());
        assertThat(ProcessHandle.of(second.path("pid").asLong())).isPresent();
        assertThat(Path.of(second.path("log").asText()))
                .content()
                .contains("a fake node with broker --supervised --config");
        assertThat(second.path("command").get(second.path("command").size() - 1).asText())
                .isEqualTo(directory.resolve("node-2/skein.yaml").toString());
    }

    @Test
    void aNodeThatDiesIsReportedWithTheCommandThatStartsItAgain() throws Exception {
        LocalCluster cluster = running(plan(2), false);
        long pid = pidOf(0);

        kill(pid);

        await().atMost(SOON).until(() -> nodesFile().path("nodes").path(0).path("pid").isNull());
        assertThat(nodesFile().path("nodes").path(0).path("state").asText()).isEqualTo("dead");
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(reports)
                                .anySatisfy(line ->
                                        assertThat(line)
                                                .startsWith(
                                                        "node-1 (pid "
                                                                + pid
                                                                + ") was killed (signal 9)")
                                                .contains("restart it with: ")
                                                .endsWith(
                                                        "broker --config "
                                                                + directory.resolve(
                                                                        "node-1/skein.yaml"))));
        cluster.stop();
        assertThat(nodesFile().path("state").asText()).isEqualTo("stopped");
    }

    @Test
    void aNodeThatDiesIsStartedAgainWhereThatIsAskedFor() throws Exception {
        running(plan(1), true);
        long pid = pidOf(0);

        kill(pid);

        await().atMost(SOON).until(() -> pidOf(0) != 0 && pidOf(0) != pid);
        assertThat(ProcessHandle.of(pidOf(0))).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    7 | it was told to die | ended with exit code 7
                    3 | skein broker: qos-maximum: 7 is not 0, 1 or 2 | could not use its configuration (exit code 3)
                    3 | Terminating due to java.lang.OutOfMemoryError: Java heap space | had no memory left (exit code 3)
                    """)
    void aNodeThatDiesAtTheStartIsAFailureThatShowsWhatItSaid(int code, String words, String ending)
            throws Exception {
        ClusterPlan plan = plan(2);
        Files.createDirectories(directory.resolve("node-2"));
        Files.writeString(directory.resolve("node-2/die"), code + "\n" + words + "\n");
        LocalCluster cluster = cluster(plan, false);
        cluster.start();

        assertThatThrownBy(() -> cluster.awaitReady(SOON))
                .isInstanceOf(ClusterFailedException.class)
                .hasMessageContaining("node-2 " + ending + " while it started")
                .hasMessageContaining(words);
    }

    @Test
    void nothingIsLeftAfterTheStop() throws Exception {
        LocalCluster cluster = running(plan(2), false);
        List<ProcessHandle> nodes =
                List.of(
                        ProcessHandle.of(pidOf(0)).orElseThrow(),
                        ProcessHandle.of(pidOf(1)).orElseThrow());

        cluster.stop();

        assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        JsonNode file = nodesFile();
        assertThat(file.path("pid").isNull()).isTrue();
        assertThat(file.path("nodes"))
                .allMatch(node -> node.path("pid").isNull())
                .allMatch(node -> node.path("state").asText().equals("stopped"));
        assertThat(directory).isDirectoryNotContaining("glob:**up.lock");
        assertThat(directory).isDirectoryNotContaining("glob:**.next");
    }

    @Test
    void aSecondClusterMayNotHaveTheSameDirectory() throws Exception {
        running(plan(1), false);
        LocalCluster second = cluster(plan(1), false);

        assertThatThrownBy(second::start)
                .isInstanceOf(ClusterFailedException.class)
                .hasMessageContaining(directory + " belongs to a cluster that runs");
        second.stop();
        assertThat(nodesFile().path("state").asText()).isEqualTo("ready");
    }

    @Test
    void everyPortThatIsTakenIsNamedBeforeAnythingIsStarted() throws Exception {
        ClusterPlan plan = plan(2);
        try (ServerSocket mqtt = listen(plan.nodes().get(1).mqttPort());
                ServerSocket admin = listen(plan.nodes().get(0).adminPort())) {
            assertThatThrownBy(() -> cluster(plan, false).start())
                    .isInstanceOf(ClusterFailedException.class)
                    .hasMessageContaining(
                            "port %d (admin API of node-1) is in use, port %d (MQTT of node-2) is in use"
                                    .formatted(admin.getLocalPort(), mqtt.getLocalPort()));
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aFileInThePlaceOfTheDirectoryIsNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> plan(1, file).reserve())
                .isInstanceOf(ClusterFailedException.class)
                .hasMessage(
                        file
                                + " cannot be written (there is a file in its place); choose another"
                                + " directory with --data");
    }

    @Test
    void timeThatRunsOutIsAFailure() throws Exception {
        Files.createDirectories(directory.resolve("node-1"));
        Files.createFile(directory.resolve("node-1/unready"));
        LocalCluster cluster = cluster(plan(1), false);
        cluster.start();

        assertThatThrownBy(() -> cluster.awaitReady(Duration.ZERO))
                .isInstanceOf(ClusterFailedException.class)
                .hasMessageContaining("node-1 was not ready after 0 s");
    }

    private LocalCluster running(ClusterPlan plan, boolean restart) throws Exception {
        LocalCluster cluster = cluster(plan, restart);
        cluster.start();
        cluster.awaitReady(SOON);
        return cluster;
    }

    private LocalCluster cluster(ClusterPlan plan, boolean restart) {
        LocalCluster cluster = new LocalCluster(plan, FakeNode.launcher(), restart, reports::add);
        started.add(cluster);
        return cluster;
    }

    private ClusterPlan plan(int nodes) throws ClusterFailedException {
        return plan(nodes, directory);
    }

    private static ClusterPlan plan(int nodes, Path directory) throws ClusterFailedException {
        int base = TestPorts.consecutive(2 * nodes);
        return ClusterPlan.of("any", "os", directory, nodes, base, base + nodes);
    }

    private JsonNode nodesFile() throws IOException {
        return new JsonMapper().readTree(directory.resolve("nodes.json").toFile());
    }

    private long pidOf(int node) throws IOException {
        return nodesFile().path("nodes").path(node).path("pid").asLong();
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
