package io.skein.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skein.lab.StopSignal;
import io.skein.lab.client.BrokerAddress;
import io.skein.lab.target.NodeLaunch;
import io.skein.lab.target.NodePlace;
import io.skein.lab.target.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jump of a clock, in processes that have it: programs of the system, a Java, a broker. */
@Timeout(60)
class NodeClockTest {
    private static final long JUMP = 300;

    /** Less than the jump, more than any machine is late. */
    private static final long TOLERANCE = 60;

    @TempDir private Path directory;

    private NodeClock clock;
    private Leftovers leftovers;

    @BeforeEach
    void make() throws FaultFailedException {
        String missing = NodeClock.missing();
        assumeTrue(missing == null, missing);
        clock = NodeClock.at(directory.resolve("clock"));
        leftovers = Leftovers.open(directory.resolve("leftovers"), _ -> {});
    }

    @AfterEach
    void removeWhatIsLeft() {
        if (leftovers != null) {
            leftovers.close();
        }
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(30));
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }

    @Test
    void aClockJumpsAndComesBackForItsProgramsAlone() throws FaultFailedException {
        assertThat(clock.jump(JUMP)).contains("off by");

        List<String> date = new ArrayList<>(clock.prefix());
        date.addAll(List.of("date", "+%s"));
        assertThat(Long.parseLong(ShellCommand.mustRun(date)))
                .isCloseTo(now() + JUMP, within(TOLERANCE));
        assertThat(Long.parseLong(ShellCommand.mustRun(List.of("date", "+%s"))))
                .isCloseTo(now(), within(TOLERANCE));

        clock.jump(0);

        assertThat(Long.parseLong(ShellCommand.mustRun(date))).isCloseTo(now(), within(TOLERANCE));
    }

    @Test
    void aRunningJavaSeesTheTimeOfDayJumpAndTheMonotonicTimeGoOn() throws IOException {
        NodeLaunch launch =
                launch(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                ClockTeller.class.getName()));
        try (Node node = node(launch)) {
            node.start();
            awaitOffsetOfDay(0);

            clock.jump(JUMP);
            awaitOffsetOfDay(JUMP);
            assertThat(offsetOfNanoTime()).isCloseTo(0, within(TOLERANCE));

            clock.jump(0);
            awaitOffsetOfDay(0);
            assertThat(offsetOfNanoTime()).isCloseTo(0, within(TOLERANCE));
            assertThat(meanPauseNanos())
                    .as("its timers wait as long as they are asked to")
                    .isGreaterThan(ClockTeller.PAUSE_NANOS / 2);
        }
    }

    private long meanPauseNanos() throws IOException {
        List<String> lines = Files.readAllLines(log());
        long first = Long.parseLong(lines.getFirst().split(" ")[1]);
        return (told()[1] - first) / lines.size();
    }

    private void awaitOffsetOfDay(long seconds) {
        patiently()
                .ignoreExceptions()
                .untilAsserted(
                        () -> // before it has said anything
                        assertThat(told()[0] / 1000 - now()).isCloseTo(seconds, within(TOLERANCE)));
    }

    /** All processes of a machine have the same monotonic time. */
    private long offsetOfNanoTime() throws IOException {
        return TimeUnit.NANOSECONDS.toSeconds(told()[1] - System.nanoTime());
    }

    private long[] told() throws IOException {
        String[] words = lastLine().split(" ");
        return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])};
    }

    @Test
    void whoIsKilledLeavesNothingBehind() throws IOException {
        Path told = directory.resolve("pid");
        long pid;
        try (Node node = node(launch(List.of("sh", "-c", "echo $$ > pid; exec sleep 1000")))) {
            node.start();
            patiently().until(() -> Files.exists(told) && Files.size(told) > 0);
            pid = Long.parseLong(Files.readString(told).strip());
            node.kill();
        }
        assertThat(sharedBy(pid)).isNotEmpty();

        leftovers.close();

        assertThat(sharedBy(pid)).isEmpty();
    }

    private static List<String> sharedBy(long pid) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            return files.map(Path::toString).filter(name -> name.endsWith("_" + pid)).toList();
        }
    }

    @Test
    void aRunningBrokerWritesTheTimeThatItsClockTells() throws Exception {
        NodePlace place = new NodePlace("node-1", "127.0.0.1", directory);
        NodeLaunch launch =
                Targets.shipped().deploy("mosquitto", List.of(place), _ -> {}).nodes().getFirst();
        try (Node node = node(launch)) {
            node.start();
            assertThat(timeOfAConnection(node)).isCloseTo(now(), within(TOLERANCE));

            clock.jump(JUMP);
            assertThat(timeOfAConnection(node)).isCloseTo(now() + JUMP, within(TOLERANCE));

            clock.jump(0);
            assertThat(timeOfAConnection(node)).isCloseTo(now(), within(TOLERANCE));
        }
    }

    /** As it stands in front of a line of Mosquitto's log, once a client has come and gone. */
    private long timeOfAConnection(Node node) throws IOException {
        long before = Files.exists(log()) ? Files.readAllLines(log()).size() : 0;
        node.awaitReady(new StopSignal());
        patiently()
                .until(() ->
                        Files.readAllLines(log()).stream()
                                .skip(before)
                                .anyMatch(line -> line.contains("New client connected")));
        String line = lastLine();
        return Long.parseLong(line.substring(0, line.indexOf(':')));
    }

    private NodeLaunch launch(List<String> command) {
        BrokerAddress nowhere = new BrokerAddress("127.0.0.1", 1);
        return new NodeLaunch("node-1", command, Map.of(), directory, nowhere, 30);
    }

    private Node node(NodeLaunch launch) {
        return new Node(launch, clock.prefix(), log(), null, null, leftovers);
    }

    private Path log() {
        return directory.resolve("log");
    }

    /** The last line that is whole; an empty one if there is none. */
    private String lastLine() throws IOException {
        String text = Files.readString(log());
        int end = text.lastIndexOf('\n');
        return end < 0 ? "" : text.substring(text.lastIndexOf('\n', end - 1) + 1, end);
    }
}
