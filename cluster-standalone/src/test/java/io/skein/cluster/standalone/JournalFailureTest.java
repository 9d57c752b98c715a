package io.skein.cluster.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skein.cluster.Durability;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.ReasonCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFailureTest {
    @TempDir Path directory;

    private final FaultyDisk disk = new FaultyDisk();

    @Test
    void a_full_disk_refuses_tells_the_broker_and_heals_by_itself() {
        try (TestNode node = node(Durability.OS)) {
            long epoch = node.claim("c");
            assertThat(node.write(TestNode.queued("c", epoch, 1, "before"))).isEmpty();

            disk.room.set(10);
            assertThat(node.write(TestNode.queued("c", epoch, 2, "refused"))).isPresent();
            assertThatThrownBy(() -> node.claim("d"))
                    .hasCauseInstanceOf(RefusedException.class)
                    .hasMessageContaining("cannot be written");
            assertThat(node.broker.storing.getFirst()).isPresent();

            disk.heal();
            await().until(() -> node.broker.storing.getLast().isEmpty());
            assertThat(node.broker.serving).isEmpty(); // connections stay
            assertThat(node.write(TestNode.queued("c", epoch, 3, "after"))).isEmpty();
        }
        try (TestNode node = TestNode.on(directory)) {
            assertThat(sequences(node)).containsExactly(1L, 3L);
        }
    }

    @Test
    void a_failed_force_refuses_what_it_was_to_keep() {
        try (TestNode node = node(Durability.SYNC)) {
            long epoch = node.claim("c");
            assertThat(node.write(TestNode.queued("c", epoch, 1, "before"))).isEmpty();
            disk.operations.set(1); // the write goes well, the force does not
            assertThat(node.write(TestNode.queued("c", epoch, 2, "refused"))).isPresent();
            disk.heal();
            await().until(() -> node.write(TestNode.queued("c", epoch, 3, "after")).isEmpty());
        }
        try (TestNode node = TestNode.on(directory)) {
            assertThat(sequences(node)).containsExactly(1L, 3L);
        }
    }

    @Test
    void what_was_done_with_while_the_disk_was_gone_does_not_come_back() {
        try (TestNode node = node(Durability.OS)) {
            long epoch = node.claim("c");
            assertThat(node.write(TestNode.queued("c", epoch, 1, "acknowledged"))).isEmpty();
            disk.operations.set(0);
            assertThat(node.write(new SessionChange.Dequeued("c", epoch, 1))).isPresent();
            disk.heal();
            await().until(() -> node.write(TestNode.queued("c", epoch, 2, "after")).isEmpty());
        }
        try (TestNode node = TestNode.on(directory)) {
            assertThat(sequences(node)).containsExactly(2L);
        }
    }

    @Test
    void an_owner_whose_successor_was_refused_goes_on() {
        try (TestNode node = node(Durability.OS)) {
            long epoch = node.claim("c");
            disk.operations.set(0);
            assertThatThrownBy(() -> node.claim("c")).hasCauseInstanceOf(RefusedException.class);
            disk.heal();
            await().until(() -> node.write(TestNode.queued("c", epoch, 1, "mine")).isEmpty());
        }
    }

    @Test
    void a_compaction_that_fails_at_any_operation_harms_nothing() throws IOException {
        JournalLimits compacts = new JournalLimits(1 << 20, 500, 4_000, 1_000, 3_000, 2, 1);
        for (int operations = 0; operations < 12; operations++) {
            Path place = Files.createDirectory(directory.resolve("d" + operations));
            try (TestNode node =
                    new TestNode(place, disk, Durability.OS, compacts, TestNode.START_NANOS)) {
                long epoch = node.claim("c");
                Message message = TestNode.message("x".repeat(200));
                List<Long> kept = new ArrayList<>();
                for (long sequence = 1; sequence < 60; sequence++) {
                    if (sequence % 8 == 0) {
                        disk.operations.set(operations);
                    }
                    if (node.write(TestNode.queued("c", epoch, sequence, message)).isEmpty()) {
                        kept.add(sequence);
                    }
                    disk.heal();
                }
                try (TestNode second =
                        TestNode.afterKill(place, directory.resolve("copy" + operations))) {
                    assertThat(sequences(second)).as("%d operations", operations).containsAll(kept);
                }
            }
        }
    }

    @Test
    void a_fault_in_the_program_stops_the_store_and_leaves_nobody_waiting() {
        try (TestNode node = node(Durability.SYNC)) {
            long epoch = node.claim("c");
            disk.beforeForce =
                    () -> {
                        throw new AssertionError("a fault");
                    };
            for (long sequence = 1; sequence <= 2; sequence++) {
                assertThat(node.write(TestNode.queued("c", epoch, sequence, "m")))
                        .map(Refusal::reason)
                        .contains(ReasonCode.SERVER_UNAVAILABLE);
            }
            assertThat(node.broker.serving.getLast()).isPresent();
        }
    }

    @Test
    void requests_beyond_the_limit_are_refused_but_facts_are_not() throws InterruptedException {
        JournalLimits limits = new JournalLimits(5_000, 1 << 16, 1 << 20, 0, 1L << 40, 4, 1);
        try (TestNode node =
                new TestNode(directory, disk, Durability.SYNC, limits, TestNode.START_NANOS)) {
            long epoch = node.claim("c");
            CountDownLatch forcing = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            holdTheNextForce(forcing, goOn);
            Message large = TestNode.message("x".repeat(2_000));
            List<CompletableFuture<Optional<Refusal>>> kept = new ArrayList<>();
            kept.add(node.writeLater(TestNode.queued("c", epoch, 1, large)));
            forcing.await();
            kept.add(node.writeLater(TestNode.queued("c", epoch, 2, large)));

            assertThat(node.write(TestNode.queued("c", epoch, 3, large)))
                    .map(Refusal::reason)
                    .contains(ReasonCode.QUOTA_EXCEEDED);
            kept.add(node.writeLater(new SessionChange.Dequeued("c", epoch, 1)));
            CompletableFuture<Optional<Refusal>> both =
                    node.writeLater(
                            TestNode.queued("c", epoch, 5, large),
                            new SessionChange.Dequeued("c", epoch, 2));
            goOn.countDown();
            for (CompletableFuture<Optional<Refusal>> one : kept) {
                assertThat(TestNode.await(one)).isEmpty();
            }
            assertThat(TestNode.await(both))
                    .map(Refusal::reason)
                    .contains(ReasonCode.QUOTA_EXCEEDED);
            assertThat(node.write(TestNode.queued("c", epoch, 4, large))).isEmpty();
        }
        try (TestNode node = TestNode.on(directory)) {
            assertThat(sequences(node)).containsExactly(4L);
        }
    }

    @Test
    void what_gathers_while_the_disk_is_forced_is_forced_together() throws InterruptedException {
        try (TestNode node = node(Durability.SYNC)) {
            long epoch = node.claim("c");
            CountDownLatch forcing = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            holdTheNextForce(forcing, goOn);
            List<CompletableFuture<Optional<Refusal>>> all = new ArrayList<>();
            all.add(node.writeLater(TestNode.queued("c", epoch, 1, "first")));
            forcing.await();
            int before = disk.forces.get();
            for (long sequence = 2; sequence <= 100; sequence++) {
                all.add(node.writeLater(TestNode.queued("c", epoch, sequence, "m" + sequence)));
            }
            assertThat(all).noneMatch(CompletableFuture::isDone);
            goOn.countDown();
            for (CompletableFuture<Optional<Refusal>> one : all) {
                assertThat(TestNode.await(one)).isEmpty();
            }
            assertThat(disk.forces.get() - before).isEqualTo(2);
        }
    }

    @Test
    void what_is_acknowledged_before_it_is_written_is_not_written() throws Exception {
        try (TestNode node = node(Durability.SYNC)) {
            long epoch = node.claim("c");
            List<CompletableFuture<Optional<Refusal>>> all = new ArrayList<>();
            CountDownLatch forcing = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            holdTheNextForce(forcing, goOn);
            all.add(node.writeLater(TestNode.queued("c", epoch, 1, "one")));
            forcing.await();
            all.add(node.writeLater(TestNode.queued("c", epoch, 2, "unwritten")));
            all.add(node.writeLater(TestNode.queued("c", epoch, 3, "three")));
            all.add(node.writeLater(new SessionChange.Dequeued("c", epoch, 2)));
            all.add(node.writeLater(new SessionChange.Dequeued("c", epoch, 1)));
            goOn.countDown();
            for (CompletableFuture<Optional<Refusal>> one : all) {
                assertThat(TestNode.await(one)).isEmpty();
            }
        }
        assertThat(log()).contains("one", "three").doesNotContain("unwritten");
        try (TestNode node = TestNode.on(directory)) {
            assertThat(sequences(node)).containsExactly(3L);
        }
    }

    @Test
    void a_group_of_which_nothing_is_left_needs_no_disk() throws InterruptedException {
        try (TestNode node = node(Durability.SYNC)) {
            long epoch = node.claim("c");
            CountDownLatch forcing = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            holdTheNextForce(forcing, goOn);
            CompletableFuture<Optional<Refusal>> first =
                    node.writeLater(TestNode.queued("c", epoch, 1, "one"));
            forcing.await();
            CompletableFuture<Optional<Refusal>> joins =
                    node.writeLater(TestNode.queued("c", epoch, 2, "two"));
            CompletableFuture<Optional<Refusal>> leaves =
                    node.writeLater(new SessionChange.Dequeued("c", epoch, 2));
            disk.operations.set(0); // after the force that is under way
            goOn.countDown();
            assertThat(TestNode.await(first)).isEmpty();
            assertThat(TestNode.await(joins)).isEmpty();
            assertThat(TestNode.await(leaves)).isEmpty();
            disk.heal();
        }
        try (TestNode node = TestNode.on(directory)) {
            assertThat(sequences(node)).containsExactly(1L);
        }
    }

    private String log() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path segment : TestNode.segments(directory)) {
            text.append(Files.readString(segment, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    private void holdTheNextForce(CountDownLatch forcing, CountDownLatch goOn) {
        disk.beforeForce =
                () -> {
                    forcing.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                };
    }

    private TestNode node(Durability durability) {
        return new TestNode(directory, disk, durability, TestNode.SMALL, TestNode.START_NANOS);
    }

    private static List<Long> sequences(TestNode node) {
        return node.broker.adopted.get("c").queue().stream().map(slot -> slot.sequence()).toList();
    }
}
