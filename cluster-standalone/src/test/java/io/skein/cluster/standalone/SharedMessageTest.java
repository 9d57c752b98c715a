package io.skein.cluster.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.Completion;
import io.skein.cluster.Durability;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.ReasonCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A message that many sessions wait for takes the room of one, on the disk and in memory. */
class SharedMessageTest {
    private static final int SESSIONS = 10_000;
    private static final int PAYLOAD_BYTES = 1 << 16;
    private static final int MARK_BYTES = 32;

    /** What may be written for each session: that it is there, and has the message in its queue. */
    private static final int SESSION_BYTES = 200;

    private static final JournalLimits LIMITS =
            new JournalLimits(1 << 26, 1 << 23, 1 << 26, 1_000, 1L << 40, 4, 1);
    private static final JournalLimits COMPACTS =
            new JournalLimits(1 << 26, 1 << 23, 1 << 26, 1_000, 1_000, 1, 1);

    private static final SessionHead AWAY =
            new SessionHead(false, SessionHead.NEVER_EXPIRES, TestNode.START_NANOS, null);

    private final byte[] payload = new byte[PAYLOAD_BYTES];

    @TempDir private Path directory;

    @Test
    void a_message_for_ten_thousand_sessions_that_are_away_is_stored_once() throws IOException {
        new Random(1).nextBytes(payload);
        try (TestNode node = node(LIMITS)) {
            subscribeAll(node);
        }
        try (MemoryClient publisher = new MemoryClient(directory, LIMITS)) {
            assertThat(publisher.publish("topic", payload)).isEqualTo(ReasonCode.SUCCESS);
        }
        isStoredOnce();
        try (TestNode node = node(COMPACTS)) {
            isHeldOnce(node);
            assertThat(node.write(new SessionChange.Ended("c0", node.broker.epochs.get("c0"))))
                    .isEmpty(); // which makes the writer look whether the log is too large
            await().until(this::beginsWithSnapshot);
        }
        isStoredOnce();
        try (TestNode node = node(LIMITS)) {
            assertThat(node.broker.adopted).hasSize(SESSIONS - 1);
            isHeldOnce(node);
        }
    }

    /** Counted for each session it would be so much that everybody else is refused meanwhile. */
    @Test
    void what_waits_for_the_disk_counts_it_once() {
        Message message = TestNode.message("x".repeat(PAYLOAD_BYTES));
        List<SessionChange> changes = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            changes.add(TestNode.queued("c" + i, 1, 1, message));
        }
        assertThat(new Request.Write(changes, Completion.IGNORED).estimatedBytes())
                .isBetween((long) PAYLOAD_BYTES, PAYLOAD_BYTES + (long) SESSIONS * SESSION_BYTES);
    }

    private void subscribeAll(TestNode node) {
        List<CompletableFuture<Optional<Refusal>>> kept = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            String clientId = "c" + i;
            kept.add(
                    node.cluster
                            .claim(clientId, false, AWAY)
                            .toCompletableFuture()
                            .thenCompose(owned ->
                                    node.writeLater(
                                            TestNode.subscribed(
                                                    clientId, owned.epoch(), "topic"))));
        }
        kept.forEach(one -> assertThat(TestNode.await(one)).isEmpty());
    }

    /** The payload is in the files once, and little else. */
    private void isStoredOnce() throws IOException {
        long total = 0;
        int times = 0;
        for (Path segment : TestNode.segments(directory)) {
            byte[] bytes = Files.readAllBytes(segment);
            total += bytes.length;
            times += occurrences(bytes);
        }
        assertThat(times).isEqualTo(1);
        assertThat(total)
                .isBetween((long) PAYLOAD_BYTES, PAYLOAD_BYTES + (long) SESSIONS * SESSION_BYTES);
    }

    private int occurrences(byte[] bytes) {
        ByteBuffer mark = ByteBuffer.wrap(payload, 0, MARK_BYTES);
        ByteBuffer all = ByteBuffer.wrap(bytes);
        int count = 0;
        for (int at = 0; at + MARK_BYTES <= bytes.length; at++) {
            if (bytes[at] == payload[0] && all.slice(at, MARK_BYTES).equals(mark)) {
                count++;
            }
        }
        return count;
    }

    /** All sessions that were read back share one payload. */
    private void isHeldOnce(TestNode node) {
        Set<byte[]> payloads = Collections.newSetFromMap(new IdentityHashMap<>());
        for (StoredSession session : node.broker.adopted.values()) {
            assertThat(session.queue()).hasSize(1);
            payloads.add(session.queue().iterator().next().queued().message().payload());
        }
        assertThat(payloads).hasSize(1);
        assertThat(payloads.iterator().next()).isEqualTo(payload);
    }

    private boolean beginsWithSnapshot() throws IOException {
        return SegmentReader.header(TestNode.segments(directory).getFirst()).isSnapshot();
    }

    private TestNode node(JournalLimits limits) {
        return new TestNode(directory, Disk.REAL, Durability.OS, limits, TestNode.START_NANOS);
    }
}
