package io.skein.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skein.lab.StopSignal;
import io.skein.lab.check.Promises;
import io.skein.lab.fault.FaultKind;
import io.skein.lab.fault.Leftovers;
import io.skein.lab.fault.Node;
import io.skein.lab.history.Entry;
import io.skein.lab.history.Event;
import io.skein.lab.history.HistoryReader;
import io.skein.lab.history.Phase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs against a broker that others wrote. */
@Timeout(120)
class ChaosCommandTest {
    private static final String MOSQUITTO = "mosquitto:persistence=true";
    private static final Pattern PID = Pattern.compile("pid (\\d+)");

    @TempDir private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private ChaosOptions options(String target, Duration duration, FaultKind... faults) {
        return options(target, duration, false, 3, directory.resolve("run"), faults);
    }

    private static ChaosOptions options(
            String target,
            Duration duration,
            boolean overlap,
            long seed,
            Path run,
            FaultKind... faults) {
        return new ChaosOptions(
                target,
                List.of(faults),
                overlap,
                duration,
                12,
                100,
                20,
                seed,
                Dialect.WHOLE,
                Promises.of(KnownPromises.of(target), (_, _) -> Optional.empty()),
                run,
                "");
    }

    private int run(ChaosOptions options, StopSignal stop) {
        return ChaosCommand.run(options, stop, new PrintStream(out), new PrintStream(err));
    }

    private List<Event> record() throws IOException {
        List<Event> events = new ArrayList<>();
        try (HistoryReader reader = HistoryReader.open(directory.resolve("run"))) {
            for (Entry entry = reader.next(); entry != null; entry = reader.next()) {
                events.add(entry.event());
            }
        }
        return events;
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aRunIsRecordedFromItsStartToItsEnd() throws IOException {
        String missing = Node.missingToFreeze();
        assumeTrue(missing == null, missing);

        int code =
                run(options(MOSQUITTO, Duration.ofSeconds(5), FaultKind.FREEZE), new StopSignal());

        assertThat(code).as(said()).isEqualTo(ChaosCommand.HELD);
        List<Event> events = record();
        assertThat(events.getFirst()).isInstanceOf(Event.Start.class);
        assertThat(events.getLast()).isEqualTo(new Event.Reached(Phase.END));
        assertThat(events)
                .filteredOn(Event.Reached.class::isInstance)
                .map(event -> ((Event.Reached) event).phase())
                .containsExactly(Phase.HEALED, Phase.DRAIN_BEGIN, Phase.DRAIN_END, Phase.END);
        assertThat(events)
                .filteredOn(Event.FaultEnded.class::isInstance)
                .isNotEmpty()
                .allSatisfy(fault ->
                        assertThat(((Event.FaultEnded) fault).words())
                                .matches("it held: pid .* in state T; it is undone: .*"));
        for (Class<?> kind :
                List.of(
                        Event.Connected.class,
                        Event.Closed.class,
                        Event.Published.class,
                        Event.Received.class,
                        Event.Acknowledged.class,
                        Event.Subscribed.class,
                        Event.Unsubscribed.class,
                        Event.FaultBegun.class)) {
            assertThat(events).as(kind.getSimpleName()).anyMatch(kind::isInstance);
        }
        assertThat(directory.resolve("run").resolve(PlanFile.NAME)).isNotEmptyFile();
        assertThat(said()).contains("freeze node-1: SIGSTOP").contains("undone: pid");
    }

    @Test
    void aFaultIsMadeAndUndoneWhileAnotherHolds() throws IOException {
        int code =
                run(
                        options(
                                MOSQUITTO,
                                Duration.ofSeconds(9),
                                true,
                                2,
                                directory.resolve("run"),
                                FaultKind.DELAY,
                                FaultKind.KILL),
                        new StopSignal());

        assertThat(code).as(said()).isEqualTo(ChaosCommand.HELD);
        List<String> course = new ArrayList<>();
        for (Event event : record()) {
            if (event instanceof Event.FaultBegun begun) {
                course.add(begun.kind() + " " + begun.fault());
            } else if (event instanceof Event.FaultEnded ended) {
                course.add("ended " + ended.fault());
                assertThat(ended.words()).contains("it held").contains("it is undone");
            }
        }
        assertThat(course).startsWith("delay 1", "kill 2", "ended 2", "ended 1");
    }

    @Test
    void twoFaultsThatCannotHoldTogetherAreRefused() {
        int code =
                run(
                        options(
                                MOSQUITTO,
                                Duration.ofSeconds(1),
                                true,
                                3,
                                directory.resolve("run"),
                                FaultKind.KILL,
                                FaultKind.RESTART),
                        new StopSignal());

        assertThat(code).isEqualTo(ChaosCommand.FAILED);
        assertThat(said()).contains("no two of these faults can hold at a time on one node");
        assertThat(directory.resolve("run")).doesNotExist();
    }

    @Test
    void seedsAreRunOneAfterTheOtherAndToldInATable() throws IOException {
        List<ChaosOptions> runs = new ArrayList<>();
        for (long seed : ChaosSeeds.parse("4,6..6")) {
            runs.add(
                    options(
                            seed == 4 ? MOSQUITTO : "no-such-broker",
                            Duration.ofSeconds(1),
                            false,
                            seed,
                            ChaosSeeds.directoryOf(directory, seed)));
        }

        int code =
                ChaosSeeds.run(
                        runs,
                        directory,
                        new StopSignal(),
                        new PrintStream(out),
                        new PrintStream(err));

        assertThat(code).as(said()).isEqualTo(ChaosCommand.FAILED);
        assertThat(said())
                .contains("run 2 of 2, seed 6")
                .containsPattern("\\n +4  (held|unknown) ")
                .containsPattern("\\n +6  failed .* 'no-such-broker' names no target")
                .contains("2 runs in ");
        List<String> csv = Files.readAllLines(directory.resolve(ChaosSeeds.FILE));
        assertThat(csv).hasSizeGreaterThan(2);
        assertThat(csv.getFirst()).startsWith("seed,verdict,");
        assertThat(csv.get(1)).startsWith("4,");
        assertThat(directory.resolve("seed-4").resolve(HistoryReader.FILE)).isNotEmptyFile();
    }

    @Test
    void aRaisedSignalEndsTheSeedsWithTheirTable() {
        StopSignal stop = new StopSignal();
        stop.raise();

        int code =
                ChaosSeeds.run(
                        List.of(options(MOSQUITTO, Duration.ofSeconds(1))),
                        directory,
                        stop,
                        new PrintStream(out),
                        new PrintStream(err));

        assertThat(code).isEqualTo(ChaosCommand.INTERRUPTED);
        assertThat(said()).contains("0 runs in 0 s");
    }

    @Test
    void aRunThatIsStoppedWhileAFaultHoldsUndoesIt() throws IOException {
        String missing = Node.missingToFreeze();
        assumeTrue(missing == null, missing);
        StopSignal stop = new StopSignal();
        CompletableFuture<Integer> code =
                CompletableFuture.supplyAsync(() ->
                        run(options(MOSQUITTO, Duration.ofMinutes(5), FaultKind.FREEZE), stop));
        await().atMost(Duration.ofSeconds(60)).until(() -> said().contains("in state T"));

        stop.raise();

        assertThat(code.join()).isEqualTo(ChaosCommand.INTERRUPTED);
        Matcher pid = PID.matcher(said());
        assertThat(pid.find()).isTrue();
        assertThat(ProcessHandle.of(Long.parseLong(pid.group(1))).filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(ofThisProcess(Leftovers.directoryOfThisMachine())).isEmpty();
    }

    @Test
    void aNodeThatDoesNotComeBackIsUnknown() throws IOException {
        int port = freePort();
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
                        .formatted(port, directory));

        int code =
                run(
                        options(file.toString(), Duration.ofSeconds(20), FaultKind.KILL),
                        new StopSignal());

        assertThat(code).as(said()).isEqualTo(ChaosCommand.UNKNOWN);
        assertThat(said()).contains("node-1 did not come back").contains("no second life");
        assertThat(record()).doesNotContain(new Event.Reached(Phase.END));
    }

    @Test
    void aFolderWithARunIsNotWrittenAgain() throws IOException {
        Path run = Files.createDirectory(directory.resolve("run"));
        Path history = Files.createFile(run.resolve(HistoryReader.FILE));

        int code = run(options(MOSQUITTO, Duration.ofSeconds(1), FaultKind.KILL), new StopSignal());

        assertThat(code).isEqualTo(ChaosCommand.FAILED);
        assertThat(said()).contains("holds a run already");
        assertThat(history).isEmptyFile();
    }

    @Test
    void nodesThatHaveTheirOwnPlacesAreNotCutOffOrFilled() throws IOException {
        Path file = directory.resolve("mine.yaml");
        Files.writeString(
                file,
                """
                name: mine
                nodes:
                  - {address: mqtt://127.0.0.1:1, start: [one]}
                  - {address: mqtt://127.0.0.1:2, start: [other]}
                """);

        int code =
                run(
                        options(
                                file.toString(),
                                Duration.ofSeconds(1),
                                FaultKind.PARTITION,
                                FaultKind.DISK),
                        new StopSignal());

        assertThat(code).isEqualTo(ChaosCommand.FAILED);
        assertThat(said())
                .contains("partition: the nodes of this target have places of their own")
                .contains("disk: the nodes of this target have places of their own");
        assertThat(directory.resolve("run")).doesNotExist();
    }

    private static List<Path> ofThisProcess(Path leftovers) throws IOException {
        try (Stream<Path> files = Files.list(leftovers)) {
            return files.filter(file ->
                            file.getFileName()
                                    .toString()
                                    .startsWith(ProcessHandle.current().pid() + "-"))
                    .toList();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
