package io.skein.cluster.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.cluster.StoredSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log of one segment, whose every record's end and meaning are known, damaged in all ways. */
class JournalRecoveryTest {
    private static final int STEPS = 40;

    private record Point(int end, Map<String, Model.View> sessions) {}

    @TempDir Path temporary;

    private Path directory;
    private byte[] bytes;
    private final List<Point> points = new ArrayList<>();

    @BeforeEach
    void write_a_log() throws IOException {
        directory = Files.createDirectory(temporary.resolve("whole"));
        Model model = new Model();
        Traffic traffic = new Traffic(1);
        JournalLimits oneSegment =
                new JournalLimits(1 << 20, 1 << 16, 1 << 20, 1_000, 1L << 40, 4, 1);
        try (TestNode node = TestNode.on(directory, oneSegment)) {
            points.add(new Point(SegmentHeader.BYTES, model.views()));
            for (int step = 0; step < STEPS; step++) {
                traffic.step(node, model);
                int end = endOfRecords(Files.readAllBytes(segment()));
                if (end > points.getLast().end()) {
                    points.add(new Point(end, model.views()));
                }
            }
            bytes = Files.readAllBytes(segment());
        }
        assertThat(points).hasSizeGreaterThan(STEPS / 2);
        assertThat(points.getLast().sessions()).isNotEmpty();
    }

    @Test
    void a_log_cut_at_any_byte_holds_what_was_completed_before() throws IOException {
        Random random = new Random(1);
        int end = points.getLast().end();
        for (int cut = SegmentHeader.BYTES; cut <= end; cut += 1 + random.nextInt(25)) {
            int length = cut;
            holdsEverythingUpTo(cut, whole -> Arrays.copyOf(whole, length));
        }
        for (Point point : points) {
            holdsEverythingUpTo(point.end(), whole -> Arrays.copyOf(whole, point.end()));
        }
    }

    @Test
    void a_last_write_of_which_only_parts_arrived_is_cut_off() throws IOException {
        Random random = new Random(2);
        Point before = points.get(points.size() - 2);
        int end = points.getLast().end();
        for (int round = 0; round < 100; round++) {
            int from = before.end() + random.nextInt(end - before.end());
            int to = from + 1 + random.nextInt(end - from);
            byte[] old = new byte[to - from];
            if (round % 2 == 0) {
                random.nextBytes(old);
            }
            if (!Arrays.equals(old, Arrays.copyOfRange(bytes, from, to))) {
                holdsEverythingUpTo(end - 1, whole -> patched(whole, from, old));
            }
        }
    }

    @Test
    void space_allocated_ahead_is_not_taken_for_a_torn_write() throws IOException {
        assertThat(bytes.length).isGreaterThan(points.getLast().end());
        try (TestNode node = TestNode.on(directory)) {
            assertThat(node.broker.adopted).hasSameSizeAs(points.getLast().sessions());
        }
    }

    @Test
    void a_corrupt_record_in_the_middle_stops_the_start_and_names_file_and_place()
            throws IOException {
        int at = points.get(points.size() / 2).end();
        Path damaged = damaged(whole -> patched(whole, at + 20, new byte[] {99, 98, 97}));
        assertThatThrownBy(() -> TestNode.on(damaged))
                .hasRootCauseInstanceOf(CorruptJournalException.class)
                .hasMessageContaining(TestNode.segments(damaged).getFirst().toString())
                .hasMessageContaining("a corrupt record at byte " + at)
                .hasMessageContaining("restore the data directory from a backup");
    }

    @Test
    void a_record_whose_length_is_corrupt_is_not_taken_for_the_end() throws IOException {
        int at = points.get(points.size() / 2).end();
        Path damaged = damaged(whole -> patched(whole, at + 4, new byte[] {127, 0, 0, 0}));
        assertThatThrownBy(() -> TestNode.on(damaged))
                .hasRootCauseInstanceOf(CorruptJournalException.class);
    }

    @Test
    void a_corrupt_end_of_a_segment_that_is_not_the_last_stops_the_start() throws IOException {
        int end = points.getLast().end();
        TestNode.on(directory).close(); // begins a second segment
        Path damaged = damaged(whole -> patched(whole, end - 1, new byte[] {99}));
        assertThatThrownBy(() -> TestNode.on(damaged))
                .hasRootCauseInstanceOf(CorruptJournalException.class)
                .hasMessageContaining("a corrupt record");
    }

    @Test
    void a_missing_segment_stops_the_start() throws IOException {
        TestNode.on(directory).close();
        try (TestNode node = TestNode.on(directory)) {
            node.claim("another");
        }
        Files.delete(TestNode.segments(directory).get(1));
        assertThatThrownBy(() -> TestNode.on(directory))
                .hasRootCauseInstanceOf(CorruptJournalException.class)
                .hasMessageContaining("one is missing");
    }

    @Test
    void a_payload_that_looks_like_a_record_is_none() throws IOException {
        Point last = points.getLast();
        Point before = points.get(points.size() - 2);
        // A whole record of another log, with a later sequence number, within a torn one.
        byte[] forged = Arrays.copyOfRange(bytes, before.end(), last.end());
        ByteBuffer.wrap(forged).putLong(8, 1_000_000);
        byte[] torn = new byte[forged.length + 100];
        System.arraycopy(forged, 0, torn, 50, forged.length);
        torn[0] = 1;
        byte[] longer = Arrays.copyOf(bytes, last.end() + torn.length);
        System.arraycopy(torn, 0, longer, last.end(), torn.length);
        holdsEverythingUpTo(last.end(), whole -> longer);
    }

    private void holdsEverythingUpTo(int end, UnaryOperator<byte[]> damage) throws IOException {
        Path damaged = damaged(damage);
        try (JournalDirectory locked = JournalDirectory.lock(damaged)) {
            Recovery recovered = Recovery.read(locked);
            Point expected = points.getFirst();
            for (Point point : points) {
                expected = point.end() <= end ? point : expected;
            }
            Map<String, StoredSession> sessions = new HashMap<>();
            recovered.state().sessions().forEach(one -> sessions.put(one.clientId(), one));
            assertThat(Model.views(sessions))
                    .as("up to byte %d", end)
                    .isEqualTo(expected.sessions());
            assertThat(Recovery.read(locked).nextSequence())
                    .as("read again after the cut")
                    .isEqualTo(recovered.nextSequence());
        }
    }

    private Path damaged(UnaryOperator<byte[]> damage) throws IOException {
        Path copy = Files.createTempDirectory(temporary, "damaged");
        TestNode.copy(directory, copy);
        Files.write(TestNode.segments(copy).getFirst(), damage.apply(bytes.clone()));
        return copy;
    }

    private Path segment() throws IOException {
        return TestNode.segments(directory).getFirst();
    }

    private static byte[] patched(byte[] whole, int at, byte[] patch) {
        System.arraycopy(patch, 0, whole, at, patch.length);
        return whole;
    }

    private static int endOfRecords(byte[] file) {
        ByteBuffer buffer = ByteBuffer.wrap(file);
        int end = SegmentHeader.BYTES;
        while (end + RecordHeader.BYTES < file.length && buffer.getInt(end + 4) != 0) {
            end += RecordHeader.BYTES + buffer.getInt(end + 4);
        }
        return end;
    }
}
