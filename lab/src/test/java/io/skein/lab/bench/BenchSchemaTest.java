package io.skein.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skein.lab.StopSignal;
import io.skein.lab.agent.Agent;
import io.skein.lab.agent.AgentAddress;
import io.skein.lab.agent.AgentKeys;
import io.skein.lab.agent.AgentOptions;
import io.skein.lab.agent.NanoClock;
import io.skein.lab.fixture.DocumentedFields;
import io.skein.lab.fixture.LyingBroker;
import io.skein.lab.fixture.Mosquitto;
import io.skein.lab.result.RunFolder;
import io.skein.lab.workload.Spread;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a bench leaves in its folder. */
@Timeout(60)
class BenchSchemaTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path directory;

    private int run(BenchOptions.Builder options) {
        return BenchCommand.run(
                options.warmup(Duration.ZERO).build(),
                new StopSignal(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                false);
    }

    private static JsonNode result(Path folder) throws IOException {
        return new JsonMapper().readTree(folder.resolve(RunFolder.RESULT).toFile());
    }

    private static Agent agent() throws IOException {
        return Agent.open(
                new AgentAddress("127.0.0.1", 0), AgentKeys.NONE, NanoClock.SYSTEM, _ -> {});
    }

    @Test
    void everyFieldOfAResultIsDocumentedAndNoOther() throws Exception {
        assumeTrue(Mosquitto.isInstalled(), "mosquitto is not installed");
        Path whole = directory.resolve("whole");
        try (Mosquitto broker = Mosquitto.start()) {
            assertThat(
                            run(
                                    BenchOptions.builder()
                                            .target(broker.address())
                                            .qos(1)
                                            .rate(500)
                                            .duration(Duration.ofMillis(1_500))
                                            .out(whole)))
                    .as(err.toString(UTF_8))
                    .isZero();
        }
        Path broken = directory.resolve("broken");
        AtomicReference<LyingBroker> dying = new AtomicReference<>();
        try (LyingBroker broker =
                new LyingBroker(
                        "warmup",
                        (number, frame) -> {
                            if (number == 200) {
                                dying.get().dropConnections();
                            }
                            return number % 10 == 0 ? List.of() : List.of(frame);
                        })) {
            dying.set(broker);
            assertThat(
                            run(
                                    BenchOptions.builder()
                                            .target(broker.address())
                                            .rate(500)
                                            .duration(Duration.ofMinutes(10))
                                            .out(broken)))
                    .isEqualTo(BenchCommand.TARGET_LOST);
        }

        Path shared = directory.resolve("shared");
        try (Agent one = agent();
                Agent other = agent();
                LyingBroker broker = new LyingBroker("", (_, frame) -> List.of(frame))) {
            assertThat(
                            run(
                                    BenchOptions.builder()
                                            .target(broker.address())
                                            .publishers(2)
                                            .rate(50_000)
                                            .latenessLimit(Duration.ofNanos(1_000))
                                            .duration(Duration.ofMillis(500))
                                            .agents(
                                                    new AgentOptions(
                                                            List.of(one.address(), other.address()),
                                                            AgentKeys.NONE,
                                                            Spread.CLIENTS))
                                            .out(shared)))
                    .as(err.toString(UTF_8))
                    .isZero();
        }
        assertThat(shared.resolve("report.html")).content().contains("2 agents made the load");

        List<JsonNode> results = List.of(result(whole), result(broken), result(shared));
        new DocumentedFields("bench").assertDescribe(results);
    }

    @Test
    void aFolderHasThePageAndTheTablesOfTheRun() throws Exception {
        Path folder = directory.resolve("out");
        try (LyingBroker broker = new LyingBroker("", (_, frame) -> List.of(frame))) {
            assertThat(
                            run(
                                    BenchOptions.builder()
                                            .target(broker.address())
                                            .rate(200)
                                            .duration(Duration.ofMillis(500))
                                            .out(folder)))
                    .as(err.toString(UTF_8))
                    .isZero();
        }
        assertThat(out.toString(UTF_8)).contains("report        " + folder.resolve("report.html"));
        assertThat(folder.resolve("report.html"))
                .content()
                .contains("<svg", "Latency by percentile", "Nothing was lost.")
                .doesNotContain("<script", "src=", "NaN");
        assertThat(Files.readAllLines(folder.resolve("latency.csv")))
                .startsWith("percentile,micros,count")
                .last()
                .asString()
                .endsWith("," + result(folder).get("latency_micros").get("count").asLong());
        assertThat(Files.readAllLines(folder.resolve("seconds.csv")))
                .hasSizeGreaterThan(1)
                .startsWith(
                        "at_seconds,draining,sent_per_second,received_per_second,p50_micros,p99_micros,max_micros");
        assertThat(folder.resolve("watch.csv"))
                .content()
                .startsWith("at_seconds,target_cpu_share,");
        assertThat(folder.resolve("figures.csv"))
                .content()
                .startsWith("at_seconds,source,name,value");
    }

    @Test
    void theResultOfAnotherRunIsNotOverwritten() throws Exception {
        Files.writeString(directory.resolve(RunFolder.RESULT), "{}");
        try (LyingBroker broker = new LyingBroker("", (_, frame) -> List.of(frame))) {
            assertThat(run(BenchOptions.builder().target(broker.address()).out(directory)))
                    .isEqualTo(BenchCommand.FAILED);
            assertThat(broker.published()).isZero();
        }
        assertThat(err.toString(UTF_8)).contains("holds the result of another run");
        assertThat(directory.resolve(RunFolder.RESULT)).hasContent("{}");
    }
}
