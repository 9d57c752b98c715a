package io.skein.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.target.NodeLaunch;
import io.skein.lab.target.NodePlace;
import io.skein.lab.target.TargetFailedException;
import io.skein.lab.target.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeFaultsTest {
    @TempDir private Path directory;
    private Leftovers leftovers;

    @BeforeEach
    void open() throws FaultFailedException {
        leftovers = Leftovers.open(directory.resolve("leftovers"), _ -> {});
    }

    private Node node(String... command) {
        return node(
                new NodeLaunch(
                        "node-1",
                        List.of(command),
                        Map.of(),
                        directory,
                        new BrokerAddress("127.0.0.1", 1),
                        1));
    }

    private Node node(NodeLaunch launch) {
        return new Node(launch, List.of(), directory.resolve("log"), null, null, leftovers);
    }

    @Test
    void aFrozenNodeIsInStateTAndGoesOnAfterwards() throws FaultFailedException {
        assumeTrue(ProcessStates.areKnown(), "there is no /proc here");
        try (Node node = node("sleep", "1000")) {
            node.start();

            assertThat(node.freeze()).endsWith("in state T");

            assertThat(node.isAlive()).isTrue();
            assertThat(node.thaw()).containsPattern("in state [RS]$");
        }
    }

    @Test
    void freezingReachesTheChildrenOfAShell() throws IOException {
        assumeTrue(ProcessStates.areKnown(), "there is no /proc here");
        Path pid = directory.resolve("pid");
        try (Node node = node("sh", "-c", "sleep 1000 & echo $! > " + pid + "; wait")) {
            node.start();
            awaitText(pid);

            assertThat(node.freeze().split(", ")).hasSize(2);

            long child = Long.parseLong(Files.readString(pid).strip());
            assertThat(ProcessStates.of(child)).isEqualTo(ProcessStates.STOPPED);
        }
    }

    @Test
    void aKilledNodeIsGoneWithAllItsChildren() throws IOException {
        Path pid = directory.resolve("pid");
        try (Node node = node("sh", "-c", "sleep 1000 & echo $! > " + pid + "; wait")) {
            node.start();
            awaitText(pid);
            ProcessHandle child =
                    ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();

            assertThat(node.kill()).endsWith("ended with signal 9");

            assertThat(node.isAlive()).isFalse();
            assertThat(child.isAlive()).isFalse();
        }
    }

    @Test
    void aFrozenNodeCanBeKilled() throws FaultFailedException {
        assumeTrue(ProcessStates.areKnown(), "there is no /proc here");
        try (Node node = node("sleep", "1000")) {
            node.start();
            node.freeze();

            assertThat(node.kill()).endsWith("signal 9");
        }
    }

    @Test
    void aNodeThatIsAskedToEndTellsHow() throws FaultFailedException {
        try (Node node = node("sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.01; done")) {
            node.start();

            assertThat(node.terminate()).matches("pid \\d+ ended with (exit code 7|signal 15)");
        }
    }

    @Test
    void aBrokerIsKilledAndServesAgain() throws FaultFailedException, TargetFailedException {
        NodePlace place = new NodePlace("node-1", "127.0.0.1", directory);
        NodeLaunch launch =
                Targets.shipped().deploy("mosquitto", List.of(place), _ -> {}).nodes().getFirst();
        try (Node node = node(launch)) {
            node.start();
            node.awaitReady(new StopSignal());
            node.kill();
            assertThat(node.ended()).contains("exit code 137");

            node.start();

            assertThat(node.awaitReady(new StopSignal())).contains("accepts connections");
            assertThat(node.ended()).isNull();
        }
    }

    /** Its shell hands the signal on, and takes the port mapper with it. */
    @Test
    @Timeout(180)
    void rabbitMqEndsWithAllThatItStartedAndServesAgain()
            throws FaultFailedException, TargetFailedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server")),
                "rabbitmq-server is not installed");
        NodePlace place = new NodePlace("node-1", "127.0.0.1", directory);
        NodeLaunch launch =
                Targets.shipped().deploy("rabbitmq", List.of(place), _ -> {}).nodes().getFirst();
        try (Node node =
                new Node(
                        launch,
                        List.of(),
                        directory.resolve("output.log"),
                        "guest",
                        "guest",
                        leftovers)) {
            node.start();
            node.awaitReady(new StopSignal());

            assertThat(node.terminate()).endsWith("exit code 0");

            node.start();
            assertThat(node.awaitReady(new StopSignal())).contains("accepts connections");
        }
    }

    @Test
    void whoDoesNotComeBackIsNamedWithWhatItSaid() throws FaultFailedException {
        try (Node node = node("sh", "-c", "echo no such thing; exit 5")) {
            node.start();

            assertThatThrownBy(() -> node.awaitReady(new StopSignal()))
                    .isInstanceOf(FaultFailedException.class)
                    .hasMessageContaining("node-1 did not come back")
                    .hasMessageContaining("exit code 5: no such thing");
        }
    }

    @Test
    void closingEndsAFrozenNode() throws FaultFailedException {
        assumeTrue(ProcessStates.areKnown(), "there is no /proc here");
        Node node = node("sleep", "1000");
        node.start();
        node.freeze();

        node.close();

        assertThat(node.isAlive()).isFalse();
    }

    private static void awaitText(Path file) {
        await().until(() -> Files.exists(file) && Files.readString(file).endsWith("\n"));
    }
}
