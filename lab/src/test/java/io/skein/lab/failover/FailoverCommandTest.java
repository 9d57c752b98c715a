package io.skein.lab.failover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skein.lab.StopSignal;
import io.skein.lab.chaos.ChaosCommand;
import io.skein.lab.chaos.RepetitionOptions;
import io.skein.lab.fault.FaultKind;
import io.skein.lab.fault.Node;
import io.skein.lab.fixture.DocumentedFields;
import io.skein.lab.result.RunFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs against a broker that others wrote. */
@Timeout(120)
class FailoverCommandTest {
    @TempDir private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private RepetitionOptions options(String target, FaultKind fault, int repetitions) {
        return new RepetitionOptions(
                target,
                fault,
                repetitions,
                200,
                Duration.ofSeconds(1),
                3,
                directory.resolve("run"),
                "skein lab failover");
    }

    private int run(RepetitionOptions options, StopSignal stop) {
        return FailoverCommand.run(
                options,
                stop,
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }

    private String said() {
        return out.toString(UTF_8) + err.toString(UTF_8);
    }

    private JsonNode result() throws IOException {
        return new JsonMapper()
                .readTree(directory.resolve("run").resolve(RunFolder.RESULT).toFile());
    }

    @Test
    void aBrokerThatIsFrozenMakesItsClientsWaitAsLong() throws IOException {
        String missing = Node.missingToFreeze();
        assumeTrue(missing == null, missing);

        int code = run(options("mosquitto", FaultKind.FREEZE, 1), new StopSignal());

        assertThat(code).as(said()).isEqualTo(ChaosCommand.HELD);
        JsonNode result = result();
        new DocumentedFields("failover").assertDescribe(List.of(result));
        JsonNode outage = result.path("millis").path("outage");
        assertThat(outage.path("count").asInt()).isEqualTo(1);
        assertThat(outage.path("max").asDouble()).isGreaterThan(1_000);
        assertThat(result.path("published").asInt()).isGreaterThan(200);
        assertThat(result.path("lost").asInt()).isZero();
        assertThat(said()).contains("No acknowledged message was lost.", "freeze node-1: pid");
        assertThat(directory.resolve("run").resolve(RunFolder.REPORT))
                .content()
                .contains("<svg", "Repetition by repetition", "node-1")
                .doesNotContain("<script", "src=", "NaN");
        assertThat(directory.resolve("run").resolve(FailoverFolder.REPETITIONS))
                .content()
                .startsWith("repetition,node,outage_ms,")
                .contains("\n1,node-1,");
    }

    @Test
    void aNodeThatDoesNotComeBackEndsTheRunAndIsTold() throws IOException {
        Path file = directory.resolve("mine.yaml");
        Files.writeString(
                file,
                """
                name: mine
                nodes:
                  - address: mqtt://127.0.0.1:%1$d
                    directory: %2$s
                    start:
                      - sh
                      - -c
                      - "[ ! -e was ] || { echo no second life; exit 3; }; touch was; exec mosquitto -p %1$d"
                """
                        .formatted(freePort(), directory));

        int code = run(options(file.toString(), FaultKind.KILL, 2), new StopSignal());

        assertThat(code).as(said()).isEqualTo(ChaosCommand.UNKNOWN);
        assertThat(said())
                .contains("0 of 2 repetitions", "Repetition 1 did not come to its end: node-1")
                .contains("It ended early: ", "no second life");
        assertThat(result().path("complete").asInt()).isZero();
    }

    @Test
    void aRunThatIsStoppedKeepsWhatItHasAndLeavesNothingRunning() throws IOException {
        StopSignal stop = new StopSignal();
        CompletableFuture<Integer> code =
                CompletableFuture.supplyAsync(() ->
                        run(options("mosquitto:persistence=true", FaultKind.FREEZE, 50), stop));
        await().atMost(Duration.ofSeconds(60)).until(() -> said().contains("repetition 2 of 50"));

        stop.raise();

        assertThat(code.join()).as(said()).isEqualTo(ChaosCommand.INTERRUPTED);
        assertThat(result().path("partial").asBoolean()).isTrue();
        assertThat(result().path("complete").asInt()).isEqualTo(1);
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void aCutTakesTwoNodes() {
        int code = run(options("mosquitto", FaultKind.PARTITION, 1), new StopSignal());

        assertThat(code).isEqualTo(ChaosCommand.FAILED);
        assertThat(said()).contains("partition: it takes at least two nodes");
        assertThat(directory.resolve("run")).doesNotExist();
    }

    @Test
    void aFolderWithAResultIsNotWrittenAgain() throws IOException {
        Path run = Files.createDirectory(directory.resolve("run"));
        Path there = Files.createFile(run.resolve(RunFolder.RESULT));

        int code = run(options("mosquitto", FaultKind.KILL, 1), new StopSignal());

        assertThat(code).isEqualTo(ChaosCommand.FAILED);
        assertThat(said()).contains("holds the result of another run");
        assertThat(there).isEmptyFile();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
