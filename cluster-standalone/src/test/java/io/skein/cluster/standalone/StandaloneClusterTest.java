package io.skein.cluster.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.cluster.Architecture;
import io.skein.cluster.Cluster;
import io.skein.cluster.Durability;
import io.skein.cluster.Interest;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.Ownership;
import io.skein.cluster.Promise;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandaloneClusterTest {
    private static final long LATER_NANOS = TestNode.START_NANOS + 60_000_000_000L;

    @TempDir Path directory;

    @Test
    void the_architecture_is_found_by_its_name() {
        assertThat(ServiceLoader.load(Architecture.class))
                .extracting(Architecture::name)
                .contains("standalone");
    }

    @Test
    void an_unknown_option_is_an_error_that_names_it() {
        assertThatThrownBy(() -> open(Durability.SYNC, Map.of("partitions", "3")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("partitions");
    }

    @Test
    void a_directory_in_use_is_refused_with_its_holder() {
        try (Cluster first = open(Durability.SYNC, Map.of())) {
            assertThat(first.nodes()).containsExactly(first.self());
            assertThatThrownBy(() -> open(Durability.SYNC, Map.of()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("is in use by process " + ProcessHandle.current().pid());
        }
        open(Durability.SYNC, Map.of()).close();
    }

    @Test
    void a_directory_that_cannot_be_used_is_named() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        NodeSettings settings =
                new NodeSettings(
                        new NodeInfo("n1", "localhost:1883", ""), file, Durability.OS, Map.of());
        assertThatThrownBy(() -> new StandaloneArchitecture().open(settings))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot use the data directory " + file);
    }

    @Test
    void without_durability_nothing_is_written_and_survival_is_not_promised() throws IOException {
        try (Cluster cluster = open(Durability.NONE, Map.of())) {
            TestNode.await(cluster.start(new RecordingBroker()).toCompletableFuture());
            Ownership first =
                    TestNode.await(
                            cluster.sessions()
                                    .claim("c", false, TestNode.CONNECTED)
                                    .toCompletableFuture());
            cluster.sessions()
                    .write(
                            List.of(TestNode.queued("c", first.epoch(), 1, "m")),
                            refusal -> assertThat(refusal).isNull());
            Ownership second =
                    TestNode.await(
                            cluster.sessions()
                                    .claim("c", false, TestNode.CONNECTED)
                                    .toCompletableFuture());
            assertThat(second.epoch()).isGreaterThan(first.epoch());
            assertThat(second.session().queue()).hasSize(1);
            assertThat(cluster.promises())
                    .doesNotContain(Promise.ACKED_SURVIVES_RESTART, Promise.WILL_FIRES_ONCE);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void nobody_beyond_this_node_wants_anything() {
        try (Cluster cluster = open(Durability.OS, Map.of())) {
            assertThat(cluster.routes().interest(TopicName.of("a"))).isSameAs(Interest.NONE);
            assertThat(cluster.promises()).contains(Promise.ACKED_SURVIVES_RESTART);
        }
    }

    @Test
    void a_claim_hands_out_what_was_stored_unless_it_starts_clean() {
        try (TestNode node = TestNode.on(directory)) {
            Ownership first = node.claim("c", false, TestNode.CONNECTED);
            assertThat(first.session()).isNull();
            node.write(
                    TestNode.subscribed("c", first.epoch(), "a/#"),
                    TestNode.queued("c", first.epoch(), 1, "m"));

            Ownership second = node.claim("c", false, TestNode.CONNECTED);
            assertThat(second.session().subscriptions()).hasSize(1);
            assertThat(second.session().queue()).hasSize(1);

            assertThat(node.claim("c", true, TestNode.CONNECTED).session()).isNull();
            assertThat(node.claim("c", false, TestNode.CONNECTED).session().queue()).isEmpty();
        }
    }

    @Test
    void a_change_of_an_earlier_owner_is_fenced_and_the_others_are_kept() {
        try (TestNode node = TestNode.on(directory)) {
            long stale = node.claim("c");
            long owner = node.claim("c");
            assertThat(owner).isGreaterThan(stale);
            assertThat(
                            node.write(
                                    TestNode.queued("c", stale, 1, "stale"),
                                    TestNode.queued("c", owner, 2, "mine")))
                    .map(Refusal::reason)
                    .contains(ReasonCode.SESSION_TAKEN_OVER);
            assertThat(node.claim("c", false, TestNode.CONNECTED).session().queue())
                    .extracting(StoredSession.Slot::sequence)
                    .containsExactly(2L);
        }
    }

    @Test
    void epochs_grow_over_restarts_even_if_nothing_was_stored_under_the_last() {
        long before = 0;
        for (int start = 0; start < 3; start++) {
            try (TestNode node = TestNode.on(directory)) {
                long epoch = node.claim("c", true, TestNode.TRANSIENT).epoch();
                assertThat(epoch).isGreaterThan(before);
                before = epoch;
            }
        }
    }

    @Test
    void a_session_that_ends_with_its_connection_leaves_nothing() throws IOException {
        try (TestNode node = TestNode.on(directory)) {
            long epoch = node.claim("c", true, TestNode.TRANSIENT).epoch();
            assertThat(
                            node.write(
                                    TestNode.subscribed("c", epoch, "a"),
                                    TestNode.queued("c", epoch, 1, "m"),
                                    new SessionChange.Ended("c", epoch)))
                    .isEmpty();
            assertThat(node.write(new SessionChange.Ended("c", epoch))).isPresent();
            node.cluster.close();
            assertThat(TestNode.segments(directory).getLast()).hasSize(SegmentHeader.BYTES);
        }
    }

    @Test
    void whoever_was_connected_at_a_kill_is_disconnected_once_and_for_all() throws IOException {
        SessionHead head = new SessionHead(true, 3_600, 0, TestNode.will("gone"));
        SessionHead disconnected =
                new SessionHead(false, 3_600, TestNode.START_NANOS, TestNode.will("gone"));
        Path second = directory.resolve("second");
        try (TestNode node = TestNode.on(directory)) {
            node.claim("c", false, head);
            try (TestNode restarted = TestNode.afterKill(directory, second)) {
                assertThat(restarted.broker.adopted.get("c").head()).isEqualTo(disconnected);
            }
        }
        try (TestNode later = at(second, LATER_NANOS)) {
            assertThat(later.broker.adopted.get("c").head()).isEqualTo(disconnected);
        }
    }

    @Test
    void the_will_of_a_session_that_is_not_kept_survives_a_kill() throws IOException {
        SessionHead head = new SessionHead(true, 0, 0, TestNode.will("gone"));
        try (TestNode node = TestNode.on(directory)) {
            long epoch = node.claim("c", false, head).epoch();
            node.write(TestNode.queued("c", epoch, 1, "not kept"));
            node.claim("d", false, head);
            node.write(new SessionChange.Ended("d", node.claim("d", false, head).epoch()));
            try (TestNode restarted = TestNode.afterKill(directory, directory.resolve("copy"))) {
                assertThat(restarted.broker.adopted).containsOnlyKeys("c");
                StoredSession adopted = restarted.broker.adopted.get("c");
                assertThat(adopted.head().will()).isEqualTo(TestNode.will("gone"));
                assertThat(adopted.head().connected()).isFalse();
                assertThat(adopted.queue()).isEmpty();
                long adoptedEpoch = restarted.broker.epochs.get("c");
                assertThat(restarted.write(new SessionChange.Ended("c", adoptedEpoch))).isEmpty();
            }
        }
        try (TestNode again = TestNode.on(directory.resolve("copy"))) {
            assertThat(again.broker.adopted).isEmpty();
        }
    }

    @Test
    void a_session_whose_time_is_over_is_dropped_unless_its_will_is_due() {
        try (TestNode node = TestNode.on(directory)) {
            for (String clientId : List.of("over", "will", "lives")) {
                long epoch = node.claim(clientId);
                SessionHead left =
                        new SessionHead(
                                false,
                                clientId.equals("lives") ? 600 : 30,
                                TestNode.START_NANOS,
                                clientId.equals("will") ? TestNode.will("due") : null);
                node.write(new SessionChange.HeadSet(clientId, epoch, left));
            }
        }
        try (TestNode node = at(directory, LATER_NANOS)) {
            assertThat(node.broker.adopted).containsOnlyKeys("will", "lives");
        }
    }

    @Test
    void whoever_left_by_a_clock_that_was_set_back_since_has_left_at_the_restart() {
        Will will = TestNode.will("delayed");
        try (TestNode node = at(directory, LATER_NANOS)) {
            long epoch = node.claim("c");
            SessionHead left = new SessionHead(false, 600, LATER_NANOS, will);
            node.write(new SessionChange.HeadSet("c", epoch, left));
        }
        try (TestNode node = TestNode.on(directory)) {
            assertThat(node.broker.adopted.get("c").head())
                    .isEqualTo(new SessionHead(false, 600, TestNode.START_NANOS, will));
        }
    }

    @Test
    void a_session_that_is_handed_out_is_no_longer_the_stores() {
        try (TestNode node = TestNode.on(directory)) {
            long epoch = node.claim("c");
            node.write(TestNode.queued("c", epoch, 1, "m"));
            StoredSession mine = node.claim("c", false, TestNode.CONNECTED).session();
            mine.apply(new SessionChange.Dequeued("c", 0, 1));
            assertThat(node.claim("c", false, TestNode.CONNECTED).session().queue()).hasSize(1);
        }
    }

    @Test
    void a_message_in_a_thousand_queues_is_stored_once() throws IOException {
        Message message = TestNode.message("x".repeat(10_000));
        try (TestNode node = TestNode.on(directory)) {
            for (int i = 0; i < 1_000; i++) {
                long epoch = node.claim("c" + i);
                node.write(TestNode.queued("c" + i, epoch, 1, message));
            }
        }
        long bytes = 0;
        for (Path segment : TestNode.segments(directory)) {
            bytes += Files.size(segment);
        }
        assertThat(bytes).isLessThan(200_000);
        try (TestNode node = TestNode.on(directory)) {
            Message read = queuedFor(node, "c0");
            assertThat(read).isEqualTo(message);
            assertThat(queuedFor(node, "c999")).isSameAs(read);
        }
    }

    private static Message queuedFor(TestNode node, String clientId) {
        return node.broker.adopted.get(clientId).slot(1).queued().message();
    }

    private static TestNode at(Path directory, long nowNanos) {
        return new TestNode(directory, Disk.REAL, Durability.SYNC, TestNode.SMALL, nowNanos);
    }

    private Cluster open(Durability durability, Map<String, String> options) {
        return new StandaloneArchitecture()
                .open(
                        new NodeSettings(
                                new NodeInfo("n1", "localhost:1883", ""),
                                directory,
                                durability,
                                options));
    }
}
