package io.skein.cluster.standalone;

import io.skein.cluster.Durability;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.Ownership;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A node on a directory, with limits small enough that everything happens soon. */
final class TestNode implements AutoCloseable {
    static final JournalLimits SMALL =
            new JournalLimits(1 << 20, 1 << 16, 4_000, 1_000, 1L << 40, 4, 1);
    static final long START_NANOS = 1_000_000_000_000L;
    static final SessionHead CONNECTED = new SessionHead(true, 3_600, 0, null);
    static final SessionHead TRANSIENT = new SessionHead(true, 0, 0, null);

    final RecordingBroker broker = new RecordingBroker();
    final StandaloneCluster cluster;

    TestNode(Path directory, Disk disk, Durability durability, JournalLimits limits, long now) {
        Journal journal =
                new Journal(JournalDirectory.lock(directory), disk, durability, limits, () -> now);
        cluster =
                new StandaloneCluster(
                        new NodeInfo("n1", "localhost:1883", ""), durability, journal);
        try {
            await(cluster.start(broker).toCompletableFuture());
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    static TestNode on(Path directory) {
        return on(directory, SMALL);
    }

    static TestNode on(Path directory, JournalLimits limits) {
        return new TestNode(directory, Disk.REAL, Durability.SYNC, limits, START_NANOS);
    }

    /** A node on a copy of the files as they are at the moment: what a kill would leave. */
    static TestNode afterKill(Path directory, Path copy) throws IOException {
        copy(directory, copy);
        return on(copy);
    }

    /** Copies the files as they are between two steps of a compaction. */
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        List<Path> before = List.of();
        List<Path> files = files(from, "journal-*");
        while (!files.equals(before)) {
            for (Path file : files(to, "*")) {
                Files.delete(file);
            }
            before = files;
            try {
                for (Path file : files) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
                files = files(from, "journal-*");
            } catch (NoSuchFileException e) {
                files = files(from, "journal-*");
                before = List.of();
            }
        }
    }

    static List<Path> segments(Path directory) throws IOException {
        return files(directory, "journal-*.skein");
    }

    private static List<Path> files(Path directory, String pattern) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, pattern)) {
            List<Path> list = new ArrayList<>();
            files.forEach(list::add);
            list.sort(null);
            return list;
        }
    }

    long claim(String clientId) {
        return claim(clientId, false, CONNECTED).epoch();
    }

    Ownership claim(String clientId, boolean cleanStart, SessionHead head) {
        return await(cluster.claim(clientId, cleanStart, head).toCompletableFuture());
    }

    /** Empty if it was kept. */
    Optional<Refusal> write(SessionChange... changes) {
        return await(writeLater(changes));
    }

    CompletableFuture<Optional<Refusal>> writeLater(SessionChange... changes) {
        CompletableFuture<Optional<Refusal>> done = new CompletableFuture<>();
        cluster.write(List.of(changes), refusal -> done.complete(Optional.ofNullable(refusal)));
        return done;
    }

    Optional<Refusal> retain(Message message) {
        CompletableFuture<Optional<Refusal>> done = new CompletableFuture<>();
        cluster.put(message, refusal -> done.complete(Optional.ofNullable(refusal)));
        return await(done);
    }

    static SessionChange.Queued queued(String clientId, long epoch, long sequence, String text) {
        return queued(clientId, epoch, sequence, message(text));
    }

    static SessionChange.Queued queued(
            String clientId, long epoch, long sequence, Message message) {
        return new SessionChange.Queued(
                clientId,
                epoch,
                sequence,
                new QueuedMessage(message, QoS.AT_LEAST_ONCE, false, List.of()));
    }

    static SessionChange.Subscribed subscribed(String clientId, long epoch, String filter) {
        return new SessionChange.Subscribed(
                clientId, epoch, new Subscription(TopicFilter.of(filter), QoS.EXACTLY_ONCE), 0);
    }

    static Message message(String text) {
        return message("topic/a", text);
    }

    static Message message(String topic, String text) {
        return new Message(
                TopicName.of(topic),
                text.getBytes(StandardCharsets.UTF_8),
                QoS.AT_LEAST_ONCE,
                false,
                Properties.EMPTY,
                "publisher",
                Message.NEVER_EXPIRES);
    }

    static Will will(String text) {
        return new Will(
                TopicName.of("will"),
                text.getBytes(StandardCharsets.UTF_8),
                QoS.AT_LEAST_ONCE,
                false,
                Properties.EMPTY);
    }

    static <T> T await(CompletableFuture<T> stage) {
        return stage.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        cluster.close();
    }
}
