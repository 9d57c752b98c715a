package io.skein.cluster.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.Durability;
import io.skein.cluster.Message;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot is of one moment, and the log goes on while it is written. */
class CompactionTest {
    private static final JournalLimits COMPACTS =
            new JournalLimits(1 << 20, 1 << 16, 1 << 20, 1_000, 20_000, 4, 1);

    private static final String LARGE = "x".repeat(2_000);

    @TempDir Path temporary;

    private final FaultyDisk disk = new FaultyDisk();
    private final CountDownLatch writing = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Test
    void writes_are_kept_and_answered_while_a_snapshot_is_written() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("d"));
        try (TestNode node = node(directory)) {
            long first = node.claim("first");
            long second = node.claim("second");
            Message shared = TestNode.message("shared");
            node.write(
                    TestNode.queued("first", first, 1, shared),
                    TestNode.queued("second", second, 1, shared),
                    TestNode.queued("first", first, 2, "done with meanwhile"));
            node.retain(TestNode.message("changed", "before"));
            node.retain(TestNode.message("$reserved", "stays"));
            holdTheSnapshot();
            grow(node, directory);
            writing.await();

            assertThat(
                            node.write(
                                    new SessionChange.Dequeued("first", first, 2),
                                    new SessionChange.Dequeued("first", first, 1),
                                    TestNode.queued("second", second, 2, shared),
                                    TestNode.queued("first", first, 3, "after")))
                    .isEmpty();
            assertThat(node.retain(TestNode.message("changed", "after"))).isEmpty();
            assertThat(node.retain(TestNode.message("new", "one"))).isEmpty();
            node.claim("third");

            try (TestNode killed = TestNode.afterKill(directory, temporary.resolve("killed"))) {
                holdsWhatWasWritten(killed);
            }
            goOn.countDown();
            await().until(() -> hasSnapshot(directory));
            try (TestNode killed = TestNode.afterKill(directory, temporary.resolve("replaced"))) {
                holdsWhatWasWritten(killed);
            }
        }
        try (TestNode again = TestNode.on(directory)) {
            holdsWhatWasWritten(again);
        }
    }

    @Test
    void a_node_that_stops_does_not_wait_for_a_snapshot() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("d"));
        try (TestNode node = node(directory)) {
            long epoch = node.claim("c");
            node.write(TestNode.queued("c", epoch, 1, "kept"));
            holdTheSnapshot();
            grow(node, directory);
            writing.await();
            goOn.countDown();
        }
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
        try (TestNode again = TestNode.on(directory)) {
            assertThat(sequences(again, "c")).containsExactly(1L);
        }
    }

    @Test
    void a_missing_snapshot_stops_the_start() throws IOException {
        Path directory = compacted();
        Files.delete(TestNode.segments(directory).getFirst());
        assertThatThrownBy(() -> TestNode.on(directory))
                .hasRootCauseInstanceOf(CorruptJournalException.class)
                .hasMessageContaining("the snapshot or the segments before it are missing")
                .hasMessageContaining(TestNode.segments(directory).getFirst().toString())
                .hasMessageContaining("Restore the data directory from a backup");
    }

    @Test
    void a_snapshot_without_what_goes_on_after_it_stops_the_start() throws IOException {
        Path directory = compacted();
        List<Path> segments = TestNode.segments(directory);
        for (Path later : segments.subList(1, segments.size())) {
            Files.delete(later);
        }
        assertThatThrownBy(() -> TestNode.on(directory))
                .hasRootCauseInstanceOf(CorruptJournalException.class)
                .hasMessageContaining("goes on after it is missing");
    }

    @Test
    void a_snapshot_that_is_cut_stops_the_start() throws IOException {
        Path directory = compacted();
        Path snapshot = TestNode.segments(directory).getFirst();
        byte[] bytes = Files.readAllBytes(snapshot);
        Files.write(snapshot, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> TestNode.on(directory))
                .hasRootCauseInstanceOf(CorruptJournalException.class)
                .hasMessageContaining(snapshot.toString());
    }

    @Test
    void another_format_is_named_with_what_to_do() throws IOException {
        Path directory = compacted();
        Path snapshot = TestNode.segments(directory).getFirst();
        byte[] bytes = Files.readAllBytes(snapshot);
        bytes[7] = 9;
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, 48);
        ByteBuffer.wrap(bytes).putInt(48, (int) checksum.getValue());
        Files.write(snapshot, bytes);
        assertThatThrownBy(() -> TestNode.on(directory))
                .hasRootCauseInstanceOf(CorruptJournalException.class)
                .hasMessageContaining(snapshot + ": written in format 9")
                .hasMessageContaining("Start the version that wrote it");
    }

    private Path compacted() throws IOException {
        Path directory = Files.createDirectory(temporary.resolve("compacted"));
        try (TestNode node = node(directory)) {
            long epoch = node.claim("c");
            node.write(TestNode.queued("c", epoch, 1, "kept"));
            grow(node, directory);
            await().until(() -> hasSnapshot(directory));
        }
        return directory;
    }

    private static void holdsWhatWasWritten(TestNode node) {
        assertThat(sequences(node, "first")).containsExactly(3L);
        assertThat(sequences(node, "second")).containsExactly(1L, 2L);
        assertThat(node.broker.adopted.get("third")).isNotNull();
        var second = List.copyOf(node.broker.adopted.get("second").queue());
        assertThat(second.get(0).queued().message()).isSameAs(second.get(1).queued().message());
        assertThat(node.cluster.match(TopicFilter.of("#")).toCompletableFuture().join())
                .toIterable()
                .containsExactlyInAnyOrder(
                        TestNode.message("changed", "after"), TestNode.message("new", "one"));
        assertThat(node.cluster.bytes(TopicName.of("$reserved"))).isPositive();
    }

    /** Lets the log grow until it is to be compacted. */
    private static void grow(TestNode node, Path directory) throws IOException {
        long epoch = node.claim("grows");
        int before = TestNode.segments(directory).size();
        for (long sequence = 1; TestNode.segments(directory).size() == before; sequence++) {
            node.write(TestNode.queued("grows", epoch, sequence, LARGE));
            node.write(new SessionChange.Dequeued("grows", epoch, sequence));
        }
    }

    private void holdTheSnapshot() {
        disk.beforeForce =
                () -> {
                    if (Thread.currentThread().getName().equals("skein-compaction")) {
                        writing.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    }
                };
    }

    private static boolean hasSnapshot(Path directory) throws IOException {
        return SegmentReader.header(TestNode.segments(directory).getFirst()).isSnapshot();
    }

    private static List<Long> sequences(TestNode node, String clientId) {
        return node.broker.adopted.get(clientId).queue().stream()
                .map(slot -> slot.sequence())
                .toList();
    }

    private TestNode node(Path directory) {
        return new TestNode(directory, disk, Durability.OS, COMPACTS, TestNode.START_NANOS);
    }
}
