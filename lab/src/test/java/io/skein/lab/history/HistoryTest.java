package io.skein.lab.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.lab.history.Event.Acknowledged;
import io.skein.lab.history.Event.Closed;
import io.skein.lab.history.Event.Connect;
import io.skein.lab.history.Event.Connected;
import io.skein.lab.history.Event.Disconnect;
import io.skein.lab.history.Event.Failed;
import io.skein.lab.history.Event.FaultBegun;
import io.skein.lab.history.Event.FaultEnded;
import io.skein.lab.history.Event.Publish;
import io.skein.lab.history.Event.Published;
import io.skein.lab.history.Event.Reached;
import io.skein.lab.history.Event.Received;
import io.skein.lab.history.Event.Start;
import io.skein.lab.history.Event.Subscribe;
import io.skein.lab.history.Event.Subscribed;
import io.skein.lab.history.Event.Unknown;
import io.skein.lab.history.Event.Unsubscribe;
import io.skein.lab.history.Event.Unsubscribed;
import io.skein.mqtt.QoS;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records on disk. */
class HistoryTest {
    private static final List<Event> ALL =
            List.of(
                    new Start("skein-grid-3", 42, "2026-01-01T00:00:00Z", "skein lab chaos"),
                    new Connect(
                            1,
                            "device-1",
                            "n1",
                            5,
                            true,
                            Event.NEVER,
                            10,
                            new WillMessage("w/1", new MessageId(3, 0), QoS.EXACTLY_ONCE, true, 5)),
                    new Connect(2, "device-2", "", 4, false, 0, 0, null),
                    new Connected(1, true, 60),
                    new Failed(2, 0x88, "server unavailable"),
                    new Subscribe(3, 1, "$share/g/t/#", QoS.AT_LEAST_ONCE, true, true, 2, 9),
                    new Subscribed(3, QoS.AT_LEAST_ONCE),
                    new Publish(4, 1, "t/ü \"1\"", new MessageId(3, 7), QoS.EXACTLY_ONCE, true, 0),
                    new Publish(5, 1, "t/2", null, QoS.AT_MOST_ONCE, true, Event.UNSET),
                    new Published(4, 1, 0x10),
                    new Unknown(5, "lost"),
                    new Received(
                            1,
                            12,
                            "t/1",
                            new MessageId(3, 7),
                            QoS.EXACTLY_ONCE,
                            true,
                            true,
                            List.of(9, 10),
                            ""),
                    new Received(
                            1, 0, "t/1", null, QoS.AT_MOST_ONCE, false, false, List.of(), "cut"),
                    new Acknowledged(1, 12),
                    new Unsubscribe(6, 1, "$share/g/t/#"),
                    new Unsubscribed(6, 0x11),
                    new FaultBegun(1, "kill", "n2", "pid 77 is gone"),
                    new FaultEnded(1, "it answers"),
                    new Disconnect(1, 4, 0),
                    new Closed(1, Closing.BY_BROKER, 0x8E, "taken over"),
                    new Reached(Phase.DRAIN_BEGIN),
                    new Reached(Phase.END));

    @TempDir private Path directory;

    private static List<Entry> read(Path place) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (HistoryReader reader = HistoryReader.open(place)) {
            Entry entry = reader.next();
            while (entry != null) {
                entries.add(entry);
                entry = reader.next();
            }
        }
        return entries;
    }

    private Path write(String name) throws IOException {
        Path file = directory.resolve(name);
        long[] now = {1_000};
        try (HistoryWriter writer = HistoryWriter.create(file, () -> now[0])) {
            for (Event event : ALL) {
                now[0] += 10;
                writer.record(event);
            }
            assertThat(writer.events()).isEqualTo(ALL.size());
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {HistoryReader.FILE, HistoryReader.COMPRESSED_FILE})
    void everyEventIsReadAsItWasWritten(String name) throws IOException {
        write(name);
        List<Entry> entries = read(directory);
        assertThat(entries.stream().map(Entry::event)).isEqualTo(ALL);
        assertThat(entries.getFirst()).isEqualTo(new Entry(0, 10, ALL.getFirst()));
        assertThat(entries.getLast().nanos()).isEqualTo(10L * ALL.size());
    }

    @Test
    void anEventIsALineThatCanBeSearched() throws IOException {
        assertThat(Files.readAllLines(write(HistoryReader.FILE)))
                .hasSize(ALL.size())
                .contains(
                        "{\"i\":9,\"ns\":100,\"event\":\"published\",\"op\":4,\"connection\":1,\"reason\":16}");
    }

    @Test
    void aRecordThatWasCutShortEndsWithItsLastWholeLine() throws IOException {
        Path file = write(HistoryReader.FILE);
        byte[] whole = Files.readAllBytes(file);
        for (int kept = 0; kept < whole.length; kept += 7) {
            Path cut = directory.resolve("cut-" + kept + ".jsonl");
            Files.write(cut, Arrays.copyOf(whole, kept));
            List<Event> events = read(cut).stream().map(Entry::event).toList();
            assertThat(events).isEqualTo(ALL.subList(0, events.size()));
        }
        Path compressed = write(HistoryReader.COMPRESSED_FILE);
        byte[] all = Files.readAllBytes(compressed);
        Path cut = directory.resolve("cut.gz");
        Files.write(cut, Arrays.copyOf(all, all.length / 2));
        assertThat(read(cut)).hasSizeLessThan(ALL.size());
    }

    @Test
    void aLineThatIsMissingOrDamagedIsToldWithItsNumber() throws IOException {
        List<String> lines = Files.readAllLines(write(HistoryReader.FILE));
        Path gap = directory.resolve("gap.jsonl");
        Files.write(gap, lines.subList(1, 5));
        assertThatThrownBy(() -> read(gap))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("gap.jsonl:1: out of order");

        Path torn = directory.resolve("torn.jsonl");
        Files.write(torn, List.of(lines.get(0), lines.get(1).substring(9), lines.get(2)));
        assertThatThrownBy(() -> read(torn))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("torn.jsonl:2: not JSON");

        Path other = directory.resolve("other.jsonl");
        Files.writeString(other, "{\"i\":0,\"ns\":0,\"event\":\"tea\"}\n{\"i\":1,\"ns\":0}\n");
        assertThatThrownBy(() -> read(other))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("other.jsonl:1: no event 'tea'");

        Path bare = directory.resolve("bare.jsonl");
        Files.writeString(bare, "{\"i\":0,\"ns\":0,\"event\":\"published\"}\n");
        assertThatThrownBy(() -> read(bare))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("'op' is missing");
    }

    @Test
    void aFolderWithoutARecordIsTold() {
        assertThatThrownBy(() -> HistoryReader.open(directory))
                .hasMessageContaining("holds no history.jsonl");
        assertThatThrownBy(() -> HistoryReader.open(directory.resolve("gone")))
                .hasMessageContaining("there is no ");
    }

    @Test
    void aRecordIsNotOverwritten() throws IOException {
        Path file = write(HistoryReader.FILE);
        assertThatThrownBy(() -> HistoryWriter.create(file))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(read(file)).hasSize(ALL.size());
    }

    @Test
    void eventsOfManyThreadsAreNumberedInTheOrderOfTheirTimes() throws Exception {
        Path file = directory.resolve(HistoryReader.FILE);
        try (HistoryWriter writer = HistoryWriter.create(file)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    for (int n = 0; n < 500; n++) {
                                        writer.record(new Acknowledged(writer.nextOperation(), n));
                                    }
                                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(
                        read(file).stream()
                                .map(entry -> ((Acknowledged) entry.event()).connection())
                                .distinct())
                .hasSize(2_000);
    }
}
