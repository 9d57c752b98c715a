package io.skein.lab.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skein.lab.StopSignal;
import io.skein.lab.bench.BenchCommand;
import io.skein.lab.bench.BenchOptions;
import io.skein.lab.capacity.CapacityCommand;
import io.skein.lab.capacity.CapacityOptions;
import io.skein.lab.capacity.Scale;
import io.skein.lab.connections.ConnectionsCommand;
import io.skein.lab.connections.ConnectionsOptions;
import io.skein.lab.devices.DevicesCommand;
import io.skein.lab.devices.DevicesOptions;
import io.skein.lab.devices.Population;
import io.skein.lab.experiment.ExperimentFile;
import io.skein.lab.fixture.LyingBroker;
import io.skein.lab.fixture.Mosquitto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The instruments besides the bench whose load is made by agents. */
@Timeout(120)
class AgentExperimentsTest {
    private static final String POPULATION =
            """
            classes:
              many: {devices: 6, every: 100ms, arrivals: fixed, qos: 1, peers: 2}
              one: {devices: 1, every: 50ms, arrivals: fixed, qos: 1, peers: 1}
              orders: {devices: 4, every: 100ms, arrivals: fixed, qos: 1, direction: command}
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream outStream = new PrintStream(out, true, UTF_8);
    private final PrintStream errStream = new PrintStream(err, true, UTF_8);
    private final List<Agent> agents = new ArrayList<>();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @TempDir private Path directory;

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < 2; i++) {
            agents.add(
                    Agent.open(
                            new AgentAddress("127.0.0.1", 0),
                            AgentKeys.NONE,
                            NanoClock.SYSTEM,
                            log::add));
        }
    }

    @AfterEach
    void stop() {
        agents.forEach(Agent::close);
    }

    private AgentOptions both() {
        return new AgentOptions(agents.stream().map(Agent::address).toList(), AgentKeys.NONE, null);
    }

    private JsonNode result() throws IOException {
        return new ObjectMapper().readTree(directory.resolve("out/result.json").toFile());
    }

    private BenchOptions.Builder options() {
        return BenchOptions.builder().out(directory.resolve("out"));
    }

    private ConnectionsOptions connections(Mosquitto broker, int count, Duration hold) {
        return new ConnectionsOptions(
                options().target(broker.address()).build(), count, 0, hold, 60, List.of(), both());
    }

    @Test
    void connectionsOfAllAgentsAreCountedOnceEach() throws Exception {
        try (Mosquitto broker = Mosquitto.start()) {
            int code =
                    ConnectionsCommand.run(
                            connections(broker, 301, Duration.ofMillis(200)),
                            new StopSignal(),
                            outStream,
                            errStream);
            assertThat(code).as(err.toString(UTF_8)).isEqualTo(BenchCommand.OK);
        }
        assertThat(result().path("connected").asInt()).isEqualTo(301);
        assertThat(result().path("alive").asInt()).isEqualTo(301);
        assertThat(result().path("tried").asInt()).isEqualTo(301);
        assertThat(result().path("agents")).hasSize(2);
        assertThat(result().path("rss_bytes").asLong()).isPositive();
        assertThat(log).anyMatch(line -> line.contains("connected=151"));
        assertThat(log).anyMatch(line -> line.contains("connected=150"));
        assertThat(out.toString(UTF_8)).contains("301 of 301", "agents");
    }

    @Test
    void refusalsOfAllAgentsAreSummedByReason() throws Exception {
        try (Mosquitto broker = Mosquitto.start("allow_anonymous false")) {
            int code =
                    ConnectionsCommand.run(
                            connections(broker, 6, Duration.ZERO),
                            new StopSignal(),
                            outStream,
                            errStream);
            assertThat(code).isEqualTo(BenchCommand.FAILED);
        }
        assertThat(result().path("refusals")).hasSize(1);
        assertThat(result().path("refusals").elements().next().asInt()).isEqualTo(6);
    }

    @Test
    void anAgentThatIsLostWhileConnectionsStandEndsThem() throws Exception {
        try (Mosquitto broker = Mosquitto.start()) {
            ConnectionsOptions endless = connections(broker, 20, Duration.ofMinutes(10));
            CompletableFuture<Integer> running =
                    CompletableFuture.supplyAsync(() ->
                            ConnectionsCommand.run(
                                    endless, new StopSignal(), outStream, errStream));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> err.toString(UTF_8).contains("20 connections"));
            Agent doomed = agents.removeLast();
            doomed.close();

            assertThat(running.get(30, TimeUnit.SECONDS)).isEqualTo(BenchCommand.FAILED);
            assertThat(err.toString(UTF_8))
                    .contains("connections: agent " + doomed.address() + " is lost");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> log.stream().anyMatch(line -> line.contains("for the next")));
        }
    }

    @Test
    void aPopulationIsSharedClassByClass() throws Exception {
        Population population =
                Population.of(
                        ExperimentFile.parse(POPULATION, "x.yaml", Population.CLASSES),
                        "x",
                        (_, _) -> Optional.empty());
        try (Mosquitto broker = Mosquitto.start()) {
            BenchOptions bench =
                    options()
                            .target(broker.address())
                            .warmup(Duration.ZERO)
                            .duration(Duration.ofSeconds(1))
                            .drainQuiet(Duration.ofMillis(700))
                            .build();
            int code =
                    DevicesCommand.run(
                            new DevicesOptions(bench, population, 1, both()),
                            new StopSignal(),
                            outStream,
                            errStream);
            assertThat(code).as(err.toString(UTF_8)).isEqualTo(BenchCommand.OK);
        }
        assertThat(result().path("sent").asLong()).isEqualTo(60 + 20 + 40);
        assertThat(result().path("received").asLong())
                .isEqualTo(result().path("expected").asLong());
        assertThat(result().path("lost").asLong()).isZero();
        List<Integer> made = new ArrayList<>();
        for (JsonNode each : result().path("classes")) {
            Path file = directory.resolve("out").resolve(each.path("file").asText());
            made.add(new ObjectMapper().readTree(file.toFile()).at("/agents/each").size());
        }
        assertThat(made).as("agents of each class").containsExactly(2, 2, 2);
    }

    @Test
    void theKneeIsWhatOneGeneratorFinds() throws Exception {
        try (LyingBroker broker = takingAHundred()) {
            int code =
                    CapacityCommand.run(
                            capacity(broker, 100_000),
                            new StopSignal(),
                            outStream,
                            errStream,
                            false);
            assertThat(code).as(err.toString(UTF_8)).isEqualTo(BenchCommand.OK);
        }
        assertThat(result().path("knee").asDouble()).isBetween(360.0, 400.0);
        assertThat(result().path("limited_by").asText()).isEqualTo("target");
        assertThat(result().path("agents")).hasSize(2);
    }

    @Test
    void anAgentThatIsLostDuringASearchIsNotTakenForTheTarget() throws Exception {
        try (LyingBroker broker = new LyingBroker("warmup", (number, frame) -> List.of(frame))) {
            CompletableFuture<Integer> running =
                    CompletableFuture.supplyAsync(() ->
                            CapacityCommand.run(
                                    capacity(broker, 100_000_000),
                                    new StopSignal(),
                                    outStream,
                                    errStream,
                                    false));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> err.toString(UTF_8).contains("  1  "));
            Agent doomed = agents.removeLast();
            doomed.close();

            assertThat(running.get(60, TimeUnit.SECONDS)).isEqualTo(BenchCommand.FAILED);
            assertThat(err.toString(UTF_8)).contains("agent " + doomed.address());
        }
        assertThat(result().path("limited_by").asText()).isEqualTo("agent_lost");
        assertThat(result().path("probes")).isNotEmpty();
    }

    /**
     * Forwards the first hundred messages of a topic: of two, those of 400 a second in half one.
     */
    private static LyingBroker takingAHundred() {
        return new LyingBroker("warmup", (number, f) -> number < 100 ? List.of(f) : List.of());
    }

    private CapacityOptions capacity(LyingBroker broker, double maximum) {
        BenchOptions bench =
                options()
                        .target(broker.address())
                        .publishers(2)
                        .subscribers(2)
                        .topics(2)
                        .rate(1)
                        .warmup(Duration.ZERO)
                        .duration(Duration.ofMillis(500))
                        .drainQuiet(Duration.ofMillis(300))
                        .latenessLimit(Duration.ofSeconds(10))
                        .agents(both())
                        .build();
        return new CapacityOptions(bench, Scale.RATE, Duration.ofSeconds(5), 100, 1, maximum, 1.05);
    }

    @Test
    void agentsThatWouldHaveNothingToDoAreRefused() throws Exception {
        try (Mosquitto broker = Mosquitto.start()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> connections(broker, 1, Duration.ZERO))
                    .withMessageContaining("too few for 2 agents");
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            new ConnectionsOptions(
                                    options().target(broker.address()).build(),
                                    10,
                                    0,
                                    Duration.ZERO,
                                    60,
                                    List.of(InetAddress.getLoopbackAddress()),
                                    both()))
                    .withMessageContaining("their own machines");
        }
    }
}
