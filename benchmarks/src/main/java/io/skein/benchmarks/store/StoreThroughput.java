package io.skein.benchmarks.store;

import io.skein.cluster.Architecture;
import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.Durability;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the store of a standalone node through the port: each call queues a message of 300
 * bytes for one session and takes an earlier one out. 1, 64 and 512 calls are in flight. Then it
 * leaves messages in the queue and writes on until the log was compacted, which the node logs: the
 * longest a write took is what it had to wait for that. Last it times a restart.
 *
 * <p>{@code java -cp ... io.skein.benchmarks.store.StoreThroughput <directory> [seconds] [left in
 * the queue]}; with 0 seconds only the second part.
 */
public final class StoreThroughput {
    private static final int PAYLOAD_BYTES = 300;
    private static final int SESSIONS = 100;
    private static final int IN_FLIGHT = 64;
    private static final int MEBIBYTE = 1 << 20;
    private static final TopicName TOPIC = TopicName.of("plant/7/line/3/temperature");

    private final Cluster cluster;
    private final long[] epochs = new long[SESSIONS];
    private long sequence;

    StoreThroughput(Path directory, Durability durability) {
        Architecture standalone =
                ServiceLoader.load(Architecture.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(each -> each.name().equals("standalone"))
                        .findAny()
                        .orElseThrow();
        cluster =
                standalone.open(
                        new NodeSettings(
                                new NodeInfo("n1", "localhost:1883", ""),
                                directory,
                                durability,
                                Map.of()));
    }

    /** Runs all of it, in a directory that is emptied first. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        int left = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100_000;
        System.out.printf(
                "%-10s %9s %12s %9s %9s%n",
                "durability", "in flight", "writes/s", "p50 us", "p99 us");
        for (Durability durability : seconds > 0 ? Durability.values() : new Durability[0]) {
            for (int inFlight : new int[] {1, 64, 512}) {
                empty(directory);
                StoreThroughput store = new StoreThroughput(directory, durability);
                store.start();
                store.writeFor(1, inFlight); // warm-up
                Histogram micros = new ConcurrentHistogram(3);
                long perSecond = store.writeFor(seconds, inFlight, micros);
                System.out.printf(
                        "%-10s %9d %12d %9d %9d%n",
                        durability,
                        inFlight,
                        perSecond,
                        micros.getValueAtPercentile(50),
                        micros.getValueAtPercentile(99));
                store.cluster.close();
            }
        }
        empty(directory);
        restart(directory, left);
    }

    private static void restart(Path directory, int left) throws Exception {
        StoreThroughput store = new StoreThroughput(directory, Durability.SYNC);
        store.start();
        Histogram growing = new ConcurrentHistogram(3);
        store.write(left, left + 1, IN_FLIGHT, growing); // nothing is taken out
        print("while the queues fill", growing);
        Histogram full = new ConcurrentHistogram(3);
        store.write(3L * left, left, IN_FLIGHT, full);
        print("with full queues", full);
        store.cluster.close();
        System.out.printf(
                "%d messages left, log of %d MiB, heap in use %d MiB%n",
                left, bytes(directory) / MEBIBYTE, heapInUse() / MEBIBYTE);
        store = null;
        System.out.printf("without them %d MiB%n", heapInUse() / MEBIBYTE);
        StoreThroughput again = new StoreThroughput(directory, Durability.SYNC);
        long startedNanos = System.nanoTime();
        again.cluster.start(new Adopter()).toCompletableFuture().join();
        System.out.printf(
                "restart in %d ms, heap in use %d MiB%n",
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos),
                heapInUse() / MEBIBYTE);
        again.cluster.close();
    }

    private static void print(String when, Histogram micros) {
        System.out.printf(
                "%s: p50 %d us, p99 %d us, p99.9 %d us, max %d us%n",
                when,
                micros.getValueAtPercentile(50),
                micros.getValueAtPercentile(99),
                micros.getValueAtPercentile(99.9),
                micros.getMaxValue());
    }

    private static long heapInUse() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    void start() {
        cluster.start(new Adopter()).toCompletableFuture().join();
        SessionHead head = new SessionHead(true, SessionHead.NEVER_EXPIRES, 0, null);
        for (int i = 0; i < SESSIONS; i++) {
            epochs[i] =
                    cluster.sessions()
                            .claim("client-" + i, true, head)
                            .toCompletableFuture()
                            .join()
                            .epoch();
        }
    }

    void close() {
        cluster.close();
    }

    private void writeFor(int seconds, int inFlight) throws InterruptedException {
        writeFor(seconds, inFlight, new ConcurrentHistogram(3));
    }

    private long writeFor(int seconds, int inFlight, Histogram micros) throws InterruptedException {
        long startedNanos = System.nanoTime();
        long endNanos = startedNanos + TimeUnit.SECONDS.toNanos(seconds);
        long done = 0;
        while (System.nanoTime() < endNanos) {
            write(inFlight == 1 ? 100 : 20L * inFlight, 10_000, inFlight, micros);
            done += inFlight == 1 ? 100 : 20L * inFlight;
        }
        return done * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - startedNanos);
    }

    /** Writes {@code count} messages, each taking out the one {@code kept} places before it. */
    void write(long count, long kept, int inFlight, @Nullable Histogram micros)
            throws InterruptedException {
        Semaphore free = new Semaphore(inFlight);
        for (long i = 0; i < count; i++) {
            free.acquire();
            long sentNanos = System.nanoTime();
            List<SessionChange> changes = changes(++sequence, sequence - kept);
            cluster.sessions()
                    .write(
                            changes,
                            refusal -> {
                                if (refusal != null) {
                                    throw new AssertionError(refusal);
                                }
                                if (micros != null) {
                                    micros.recordValue((System.nanoTime() - sentNanos) / 1_000);
                                }
                                free.release();
                            });
        }
        free.acquire(inFlight);
    }

    private List<SessionChange> changes(long joins, long leaves) {
        Message message =
                new Message(
                        TOPIC,
                        new byte[PAYLOAD_BYTES],
                        QoS.AT_LEAST_ONCE,
                        false,
                        Properties.EMPTY,
                        "publisher",
                        Message.NEVER_EXPIRES);
        SessionChange queued =
                new SessionChange.Queued(
                        client(joins),
                        epoch(joins),
                        joins,
                        new QueuedMessage(message, QoS.AT_LEAST_ONCE, false, List.of()));
        return leaves <= 0
                ? List.of(queued)
                : List.of(
                        queued, new SessionChange.Dequeued(client(leaves), epoch(leaves), leaves));
    }

    private static String client(long sequence) {
        return "client-" + sequence % SESSIONS;
    }

    private long epoch(long sequence) {
        return epochs[(int) (sequence % SESSIONS)];
    }

    static void empty(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(directory)) {
                    Files.delete(file);
                }
            }
        }
    }

    private static long bytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    /** Takes what it is given. */
    private static final class Adopter implements LocalBroker {
        @Override
        public void deliver(Message message, List<TopicFilter> shares, Completion done) {
            done.complete(null);
        }

        @Override
        public CompletionStage<Void> relinquish(String clientId, long epoch) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> adopt(StoredSession session, long epoch) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void serving(@Nullable Refusal refusal) {
            System.out.println("serving: " + refusal);
        }
    }
}
