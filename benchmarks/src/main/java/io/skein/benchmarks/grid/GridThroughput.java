package io.skein.benchmarks.grid;

import com.sun.management.OperatingSystemMXBean;
import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.Durability;
import io.skein.cluster.Interest;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.cluster.grid.GridArchitecture;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes from one node to another, queues messages for sessions, makes filters known, claims and
 * moves sessions. "us" is CPU of all three nodes together, per operation.
 *
 * <p>{@code java -cp ... io.skein.benchmarks.grid.GridThroughput [seconds] [base port]}
 */
public final class GridThroughput {
    private static final int SESSIONS = 1000;
    private static final SessionHead HEAD = new SessionHead(true, 3600, 0, null);

    private final List<Cluster> nodes = new ArrayList<>();
    private final int seconds;

    private GridThroughput(int seconds) {
        this.seconds = seconds;
    }

    /** Takes everything and answers at once. */
    private static final class AnsweringBroker implements LocalBroker {
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
        public void serving(@Nullable Refusal refusal) {}
    }

    /** Runs everything once. */
    public static void main(String[] arguments) throws InterruptedException {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 17_800;
        GridThroughput run = new GridThroughput(seconds);
        run.start(port);
        for (int window : new int[] {512, 1, 64, 512}) {
            run.publish(window);
        }
        for (int window : new int[] {512, 1, 64, 512}) {
            run.queue(window);
        }
        run.filters();
        run.claims();
        run.nodes.parallelStream().forEach(Cluster::close);
        System.exit(0);
    }

    private void start(int port) {
        long start = System.nanoTime();
        String seeds = "127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d".formatted(port, port + 1, port + 2);
        List<CompletableFuture<Void>> started = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Cluster node =
                    new GridArchitecture()
                            .open(
                                    new NodeSettings(
                                            new NodeInfo("n" + i, "", ""),
                                            Path.of("."),
                                            Durability.NONE,
                                            Map.of(
                                                    "bind",
                                                    "127.0.0.1:" + (port + i),
                                                    "seeds",
                                                    seeds)));
            nodes.add(node);
            started.add(node.start(new AnsweringBroker()).toCompletableFuture());
        }
        started.forEach(CompletableFuture::join);
        System.out.printf("three nodes started in %d ms%n", millisSince(start));
    }

    private void publish(int window) throws InterruptedException {
        Cluster from = nodes.get(0);
        nodes.get(1).routes().add(TopicFilter.of("plant/+/t")).toCompletableFuture().join();
        Message message = message("plant/7/t");
        Interest interest = from.routes().interest(message.topic());
        measure(
                "publish",
                window,
                (count, room) ->
                        from.publish(
                                message, interest, ServedHere.NOBODY, refusal -> room.release()));
    }

    private void queue(int window) throws InterruptedException {
        Cluster node = nodes.get(0);
        long[] epochs = new long[SESSIONS];
        long[] sequences = new long[SESSIONS];
        for (int i = 0; i < SESSIONS; i++) {
            epochs[i] =
                    node.sessions()
                            .claim("queue" + i, false, HEAD)
                            .toCompletableFuture()
                            .join()
                            .epoch();
        }
        QueuedMessage queued =
                new QueuedMessage(message("plant/7/t"), QoS.AT_LEAST_ONCE, false, List.of());
        measure(
                "queue, send, dequeue",
                window,
                (count, room) -> {
                    int i = count % SESSIONS;
                    String client = "queue" + i;
                    long sequence = ++sequences[i];
                    node.sessions()
                            .write(
                                    List.of(
                                            new SessionChange.Queued(
                                                    client, epochs[i], sequence, queued)),
                                    refusal -> room.release());
                    node.sessions()
                            .write(
                                    List.of(
                                            new SessionChange.Sent(client, epochs[i], sequence, 1),
                                            new SessionChange.Dequeued(
                                                    client, epochs[i], sequence)),
                                    Completion.IGNORED);
                });
    }

    private interface Operation {
        void start(int count, Semaphore room);
    }

    private void measure(String name, int window, Operation operation) throws InterruptedException {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Semaphore room = new Semaphore(window);
        long cpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        int count = 0;
        while (System.nanoTime() - end < 0) {
            room.acquire();
            operation.start(count++, room);
        }
        room.acquire(window);
        System.out.printf(
                "%-22s %5d in flight %,10.0f/s %8.1f us%n",
                name,
                window,
                count / ((System.nanoTime() - start) / 1e9),
                (system.getProcessCpuTime() - cpu) / 1e3 / count);
    }

    private void filters() {
        int count = 50_000;
        once(
                "filters made known",
                count,
                i ->
                        nodes.get(i % 3)
                                .routes()
                                .add(TopicFilter.of("house/" + i + "/+/state"))
                                .toCompletableFuture());
    }

    private void claims() {
        int count = 5_000;
        once("new clients claimed", count, i -> claim(0, i));
        once("moved to another node", count, i -> claim(1, i));
        once("moved on", count, i -> claim(2, i));
    }

    private CompletableFuture<?> claim(int node, int client) {
        return nodes.get(node).sessions().claim("c" + client, false, HEAD).toCompletableFuture();
    }

    private interface Start {
        CompletableFuture<?> at(int number);
    }

    private static void once(String name, int count, Start operation) {
        long start = System.nanoTime();
        Semaphore room = new Semaphore(256);
        List<CompletableFuture<?>> all = new ArrayList<>();
        IntConsumer one =
                i -> {
                    room.acquireUninterruptibly();
                    all.add(operation.at(i).whenComplete((done, error) -> room.release()));
                };
        for (int i = 0; i < count; i++) {
            one.accept(i);
        }
        all.forEach(CompletableFuture::join);
        System.out.printf(
                "%-22s %,8d in %,d ms: %,.0f/s%n",
                name, count, millisSince(start), count * 1e9 / (System.nanoTime() - start));
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    private static Message message(String topic) {
        return new Message(
                TopicName.of(topic),
                new byte[64],
                QoS.AT_LEAST_ONCE,
                false,
                Properties.EMPTY,
                "publisher",
                Message.NEVER_EXPIRES);
    }
}
