package io.skein.lab.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skein.lab.StopSignal;
import io.skein.lab.bench.Bench;
import io.skein.lab.bench.BenchCommand;
import io.skein.lab.bench.BenchListener;
import io.skein.lab.bench.BenchOptions;
import io.skein.lab.bench.BenchReport;
import io.skein.lab.bench.BenchResult;
import io.skein.lab.fixture.LyingBroker;
import io.skein.lab.load.Counts;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.load.RoundProgress;
import io.skein.lab.load.RoundResult;
import io.skein.lab.workload.Spread;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Benches whose load is made by agents: they find what a single generator finds. */
@Timeout(90)
class AgentsTest {
    private static final int SENT = 800;
    private static final long FIVE_SECONDS = 5_000_000_000L;

    private final List<Agent> agents = new ArrayList<>();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @TempDir private Path directory;

    @AfterEach
    void stop() {
        agents.forEach(Agent::close);
    }

    private Agent agent(AgentKeys keys, NanoClock clock) throws IOException {
        Agent agent = Agent.open(new AgentAddress("127.0.0.1", 0), keys, clock, log::add);
        agents.add(agent);
        return agent;
    }

    private void agents(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            agent(AgentKeys.NONE, NanoClock.SYSTEM);
        }
    }

    private AgentOptions all(Spread spread) {
        return new AgentOptions(
                agents.stream().map(Agent::address).toList(), AgentKeys.NONE, spread);
    }

    private static LyingBroker honest() {
        return new LyingBroker("", (_, frame) -> List.of(frame));
    }

    private static BenchOptions.Builder options(LyingBroker broker) {
        return BenchOptions.builder()
                .target(broker.address())
                .publishers(4)
                .subscribers(4)
                .topics(4)
                .qos(1)
                .rate(1_600)
                .warmup(Duration.ofMillis(100))
                .duration(Duration.ofMillis(500))
                .drainQuiet(Duration.ofMillis(700));
    }

    private static BenchResult run(BenchOptions.Builder options) throws Exception {
        return Bench.run(options.build(), new StopSignal(), BenchListener.NONE);
    }

    @ParameterizedTest
    @EnumSource
    void theCountsAreThoseOfOneGenerator(Spread spread) throws Exception {
        agents(2);
        try (LyingBroker broker = honest()) {
            Counts alone = run(options(broker)).round().counts();
            BenchResult shared = run(options(broker).agents(all(spread)));

            assertThat(alone.sent()).isEqualTo(SENT);
            assertThat(shared.round().counts()).isEqualTo(alone);
            assertThat(shared.round().outcome()).isEqualTo(RoundResult.Outcome.COMPLETE);
            assertThat(shared.round().latency().count()).isEqualTo(SENT);
            assertThat(shared.agents().agents())
                    .extracting(agent -> agent.round().counts().sent())
                    .containsExactlyElementsOf(
                            spread == Spread.SIDES ? List.of(800L, 0L) : List.of(400L, 400L));
            assertThat(shared.agents().agents())
                    .extracting(agent -> agent.round().counts().received())
                    .containsExactlyElementsOf(
                            spread == Spread.SIDES ? List.of(0L, 800L) : List.of(400L, 400L));
            if (spread == Spread.TOPICS) {
                assertThat(shared.agents().latencyErrorNanos()).isZero();
            } else {
                assertThat(shared.agents().latencyErrorNanos()).isPositive();
            }
            RoundProgress last = shared.round().seconds().getLast();
            assertThat(last.sent()).isEqualTo(SENT);
            assertThat(last.received()).isEqualTo(SENT);
        }
    }

    @Test
    void whatIsLostBetweenTwoAgentsIsFoundAndWhetherItWasAcknowledged() throws Exception {
        agents(2);
        try (LyingBroker broker =
                new LyingBroker("warmup", LyingBroker.everyNth(8, (_, _) -> List.of()))) {
            Counts counts =
                    run(options(broker)
                                    .publishers(1)
                                    .subscribers(1)
                                    .topics(1)
                                    .agents(all(Spread.SIDES)))
                            .round()
                            .counts();

            assertThat(counts.sent()).isEqualTo(SENT);
            assertThat(counts.expected()).isEqualTo(SENT);
            assertThat(counts.lost()).isEqualTo(SENT / 8);
            assertThat(counts.lostAcknowledged()).isEqualTo(SENT / 8);
            assertThat(counts.received()).isEqualTo(SENT - SENT / 8);
            assertThat(counts.corrupted()).isZero();
        }
    }

    @Test
    void whatIsRepeatedOrSwappedBetweenTwoAgentsIsFound() throws Exception {
        agents(2);
        try (LyingBroker repeating =
                        new LyingBroker(
                                "warmup",
                                LyingBroker.everyNth(10, (_, frame) -> List.of(frame, frame)));
                LyingBroker swapping = new LyingBroker("warmup", LyingBroker.swapping(11))) {
            BenchOptions.Builder one = options(repeating).publishers(1).subscribers(1).topics(1);
            BenchOptions.Builder other = options(swapping).publishers(1).subscribers(1).topics(1);

            Counts repeated = run(one.agents(all(Spread.CLIENTS))).round().counts();
            Counts swapped = run(other.agents(all(Spread.SIDES))).round().counts();

            assertThat(repeated.duplicated()).isEqualTo(SENT / 10);
            assertThat(repeated.lost()).isZero();
            assertThat(swapped.outOfOrder()).isEqualTo(SENT / 11);
            assertThat(swapped.lost()).isZero();
        }
    }

    @Test
    void aClosedLoopSpreadsWholeTopics() throws Exception {
        agents(2);
        try (LyingBroker broker = honest()) {
            BenchResult result = run(options(broker).rate(0).window(8).agents(all(null)));

            Counts counts = result.round().counts();
            assertThat(counts.sent()).isPositive();
            assertThat(counts.received()).isEqualTo(counts.expected()).isEqualTo(counts.sent());
            assertThat(result.agents().spread()).isEqualTo(Spread.TOPICS);

            assertThatThrownBy(() -> options(broker).rate(0).agents(all(Spread.SIDES)).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("without a rate");
        }
    }

    @Test
    void aClockThatIsOffChangesNoLatency() throws Exception {
        agent(AgentKeys.NONE, () -> System.nanoTime() + FIVE_SECONDS);
        agent(AgentKeys.NONE, () -> System.nanoTime() - FIVE_SECONDS);
        try (LyingBroker broker = honest()) {
            BenchResult result = run(options(broker).agents(all(Spread.SIDES)));

            List<AgentResult> each = result.agents().agents();
            assertIsOff(each.get(0).clock(), FIVE_SECONDS);
            assertIsOff(each.get(1).clock(), -FIVE_SECONDS);
            assertThat(result.round().counts().received()).isEqualTo(SENT);
            assertThat(result.round().latency().max())
                    .as("microseconds")
                    .isLessThan(FIVE_SECONDS / 1e3);
            assertThat(result.round().latencyNanos().getMinValue())
                    .as("an instant of the wrong clock would be clamped to 0")
                    .isPositive();
        }
    }

    private static void assertIsOff(ClockFigures clock, long nanos) {
        assertThat(Math.abs(clock.offsetNanos() - nanos))
                .isLessThanOrEqualTo(clock.offsetErrorNanos());
        assertThat(Math.abs(clock.offsetAfterNanos() - nanos))
                .isLessThanOrEqualTo(clock.offsetAfterErrorNanos());
    }

    @Test
    void latenciesBelowTheErrorOfTheClocksAreNotKnown() throws Exception {
        agent(AgentKeys.NONE, NanoClock.SYSTEM);
        // A hundredth faster: after a second it is wrong by more than any message takes here.
        long began = System.nanoTime();
        agent(AgentKeys.NONE, () -> System.nanoTime() + (System.nanoTime() - began) / 20);
        try (LyingBroker broker = honest()) {
            BenchResult result = run(options(broker).agents(all(Spread.SIDES)));

            ClockFigures drifting = result.agents().agents().get(1).clock();
            assertThat(drifting.driftPartsPerMillion()).isBetween(40_000.0, 60_000.0);
            assertThat(result.agents().latencyErrorNanos())
                    .isGreaterThanOrEqualTo(drifting.driftNanos());
            assertThat(BenchReport.table(result)).contains("p50 not known", "ppm");
            assertThat(BenchReport.json(result)).contains("\"p50\" : null");
        }
    }

    @Test
    void anAgentThatIsLostEndsTheRunAndTheOthersServeTheNext() throws Exception {
        agents(2);
        try (LyingBroker broker = honest()) {
            BenchOptions.Builder endless =
                    options(broker).agents(all(Spread.CLIENTS)).duration(Duration.ofMinutes(10));
            Agent doomed = agents.get(1);
            BenchListener killer =
                    new BenchListener() {
                        @Override
                        public void onProgress(Phase phase, RoundProgress progress) {
                            if (phase == Phase.MEASURING) {
                                doomed.close();
                            }
                        }
                    };

            assertThatThrownBy(() -> Bench.run(endless.build(), new StopSignal(), killer))
                    .isInstanceOf(LoadFailedException.class)
                    .hasMessageStartingWith("agent " + doomed.address() + " is lost");

            agents.remove(doomed);
            assertThat(run(options(broker).agents(all(null))).round().counts().received())
                    .isEqualTo(SENT);
        }
    }

    @Test
    void whoeverStopsARunGetsWhatThereIs() throws Exception {
        agents(2);
        try (LyingBroker broker = honest()) {
            StopSignal stop = new StopSignal();
            BenchListener impatient =
                    new BenchListener() {
                        @Override
                        public void onProgress(Phase phase, RoundProgress progress) {
                            if (phase == Phase.MEASURING) {
                                stop.raise();
                            }
                        }
                    };
            BenchOptions.Builder endless =
                    options(broker).agents(all(Spread.CLIENTS)).duration(Duration.ofMinutes(10));

            BenchResult result = Bench.run(endless.build(), stop, impatient);

            assertThat(result.round().outcome()).isEqualTo(RoundResult.Outcome.STOPPED);
            assertThat(result.round().counts().sent()).isPositive();
            assertThat(result.round().counts().lost()).isZero();
            assertThat(result.round().counts().received())
                    .isEqualTo(result.round().counts().sent());
        }
    }

    @Test
    void whereTheControllerGoesAwayTheLoadStops() throws Exception {
        Agent agent = agent(AgentKeys.NONE, NanoClock.SYSTEM);
        try (LyingBroker broker = honest()) {
            List<RemoteAgent.Event> heard = new CopyOnWriteArrayList<>();
            RemoteAgent remote =
                    RemoteAgent.connect(0, agent.address(), Controllers.unprotected(), heard::add);
            BenchOptions endless = options(broker).duration(Duration.ofMinutes(10)).build();
            remote.say(new Message.Connect(Orders.load(endless)));
            remote.say(new Message.Round(Orders.round(endless)));
            awaitMessage(heard, Message.Subscribed.class);
            remote.say(new Message.Begin(System.nanoTime() + 1_000_000_000));
            awaitMessage(heard, Message.Second.class);
            assertThat(broker.published()).isPositive();

            remote.hangUp();

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> log.stream().anyMatch(line -> line.contains("for the next")));
            long published = broker.published();
            assertThat(run(options(broker).agents(all(null))).round().counts().received())
                    .isEqualTo(SENT);
            assertThat(broker.published() - published)
                    .as("only what the next controller wanted: warm-up and run")
                    .isEqualTo(160 + SENT);
        }
    }

    private static void awaitMessage(List<RemoteAgent.Event> heard, Class<? extends Message> type) {
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        heard.stream()
                                .map(RemoteAgent.Event::received)
                                .anyMatch(each -> each != null && type.isInstance(each.message())));
    }

    @Test
    void theSecretOpensAndNothingElseDoes() throws Exception {
        Path right = Files.writeString(directory.resolve("right"), "a secret of some length\n");
        Path wrong = Files.writeString(directory.resolve("wrong"), "another one, as long\n");
        Path brief = Files.writeString(directory.resolve("brief"), "sesame");
        agent(AgentKeys.secret(right), NanoClock.SYSTEM);
        AgentAddress address = agents.getFirst().address();
        try (LyingBroker broker = honest()) {
            assertThat(failure(broker, address, wrong)).contains("does not know the secret");
            assertThat(failure(broker, address, null)).contains("wants a secret");
            assertThat(failure(broker, address, brief)).contains("has 6 bytes");
            assertThat(failure(broker, address, directory.resolve("none"))).contains("cannot read");
            assertThat(broker.published()).isZero();

            AgentOptions knowing =
                    new AgentOptions(List.of(address), AgentKeys.secret(right), null);
            assertThat(run(options(broker).agents(knowing)).round().counts().received())
                    .isEqualTo(SENT);
        }
    }

    @Test
    void aControllerWithASecretTrustsNoAgentWithoutIt() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "a secret of some length");
        agents(1);
        try (LyingBroker broker = honest()) {
            assertThat(failure(broker, agents.getFirst().address(), secret))
                    .contains("the controller has a secret, this agent has none");
        }
    }

    private static AgentKeys keys(Path secret) {
        return secret == null ? AgentKeys.NONE : AgentKeys.secret(secret);
    }

    /** What a bench over one agent says that fails. */
    private static String failure(LyingBroker broker, AgentAddress agent, Path secret) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code =
                BenchCommand.run(
                        options(broker)
                                .agents(new AgentOptions(List.of(agent), keys(secret), null))
                                .build(),
                        new StopSignal(),
                        new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        false);
        assertThat(code).isEqualTo(BenchCommand.FAILED);
        return err.toString(UTF_8);
    }

    @Test
    void withoutASecretItListensOnLoopbackOnly() {
        assertThatThrownBy(() ->
                        Agent.open(
                                new AgentAddress("0.0.0.0", 0),
                                AgentKeys.NONE,
                                NanoClock.SYSTEM,
                                log::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("name a --secret FILE");
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() throws Exception {
        agents(2);
        try (LyingBroker broker = honest()) {
            assertThatThrownBy(() ->
                            options(broker)
                                    .publishers(1)
                                    .subscribers(1)
                                    .topics(1)
                                    .agents(all(Spread.TOPICS))
                                    .build())
                    .hasMessageContaining("would have no client");
        }
        assertThatThrownBy(() ->
                        BenchOptions.builder()
                                .target("mosquitto")
                                .publishers(4)
                                .topics(4)
                                .agents(
                                        new AgentOptions(
                                                List.of(AgentAddress.parse("192.0.2.1:1")),
                                                AgentKeys.NONE,
                                                null))
                                .build())
                .hasMessageContaining("listens on loopback");
        assertThatThrownBy(() -> AgentAddress.parse("7883")).hasMessageContaining("HOST:PORT");
        assertThat(AgentAddress.parse("[::1]:7883")).hasToString("[::1]:7883");
    }
}
