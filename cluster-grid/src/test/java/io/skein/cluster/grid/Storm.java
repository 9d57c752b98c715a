package io.skein.cluster.grid;

import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Three nodes under everything at once; one thread decides, from a seed, what happens next. */
final class Storm implements AutoCloseable {
    private static final int NODES = 3;
    private static final int CLIENTS = 9;

    /** What a publisher may have unanswered. */
    private static final int WINDOW = 10;

    private static final long ANSWER_SECONDS = 30;

    /**
     * Threads beside it for each processor: on a machine with nothing else to do all is in time.
     */
    private static final int BURDEN = 2;

    /** Messages that should not be, or should. */
    record Finding(String what, List<String> messages) {}

    private final Random random;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
    private final QueueingBroker[] brokers = new QueueingBroker[NODES];
    private final @Nullable Publisher[] publishers = new @Nullable Publisher[NODES];
    private final List<Publisher> allPublishers = new ArrayList<>();
    private final List<Move> moves = new ArrayList<>();
    private final Nodes nodes;
    private boolean raging = true;
    private volatile boolean burdened = true;
    private CompletableFuture<Void> died = CompletableFuture.completedFuture(null);
    private long diedNanos = Long.MAX_VALUE;
    private long wholeNanos = Long.MAX_VALUE;

    /** A client that connects to a node. */
    private record Move(String client, Publisher there, CompletableFuture<StoredSession> done) {}

    /** One PUBLISH; times are of {@link System#nanoTime}. */
    private static final class Sent {
        final String text;
        final long sentNanos = System.nanoTime();
        final CompletableFuture<Optional<Refusal>> outcome;
        volatile long answeredNanos = Long.MAX_VALUE;

        Sent(String text, CompletableFuture<Optional<Refusal>> outcome) {
            this.text = text;
            this.outcome = outcome;
            outcome.thenRun(() -> answeredNanos = System.nanoTime());
        }

        boolean isAcknowledged() {
            return outcome.isDone() && outcome.join().isEmpty();
        }
    }

    /** A client that publishes, through one life of a node. */
    private static final class Publisher {
        final int node;
        final String name;
        final QueueingBroker broker;
        final List<Sent> sent = new ArrayList<>();
        boolean alive = true;

        Publisher(int node, int life, QueueingBroker broker) {
            this.node = node;
            this.name = "p" + node + "." + life;
            this.broker = broker;
        }

        boolean mayPublish() {
            return sent.size() < WINDOW || sent.get(sent.size() - WINDOW).outcome.isDone();
        }

        void publish() {
            String text = name + ' ' + sent.size();
            Message message =
                    new Message(
                            TopicName.of("storm/" + node),
                            text.getBytes(StandardCharsets.UTF_8),
                            QoS.EXACTLY_ONCE,
                            false,
                            Properties.EMPTY,
                            name,
                            Message.NEVER_EXPIRES);
            sent.add(new Sent(text, broker.publish(message)));
        }
    }

    Storm(long seed) {
        random = new Random(seed);
        for (int i = BURDEN * Runtime.getRuntime().availableProcessors(); i > 0; i--) {
            Thread.ofPlatform().daemon().name("storm-burden").start(this::burden);
        }
        nodes =
                Nodes.start(
                        NODES,
                        number -> {
                            brokers[number - 1] = new QueueingBroker();
                            return brokers[number - 1];
                        });
        for (int node = 0; node < NODES; node++) {
            join(node, 0);
        }
        for (int client = 0; client < CLIENTS; client++) {
            QueueingBroker home = brokers[place(client)];
            answered(home.attach(name(client)));
            answered(home.subscribe(name(client), client % 2 == 0 ? "storm/+" : "storm/#"));
        }
    }

    private void burden() {
        while (burdened) {
            Thread.onSpinWait();
        }
    }

    private void join(int node, int life) {
        Publisher publisher = new Publisher(node, life, brokers[node]);
        publishers[node] = publisher;
        allPublishers.add(publisher);
    }

    private static String name(int client) {
        return "c" + client;
    }

    /** A client is on two of the nodes only: the third sees its messages pass in order. */
    private int place(int client) {
        return (bystander(client) + 1 + random.nextInt(NODES - 1)) % NODES;
    }

    private static int bystander(int client) {
        return client % NODES;
    }

    /** Lets clients move and publish; one node dies in the first half and comes back. */
    void rage(Duration time) throws Exception {
        thread.execute(this::publishOne);
        thread.execute(this::moveOne);
        long millis = time.toMillis();
        int victim = random.nextInt(NODES);
        long dies = millis / 8 + random.nextLong(millis / 4);
        long comesBack = dies + random.nextLong(millis / 4);
        later(dies, () -> kill(victim));
        later(comesBack, () -> comeBack(victim)).get();
        later(millis - comesBack, () -> raging = false).get();
        burdened = false;
    }

    private CompletableFuture<Void> later(long millis, Runnable task) {
        return CompletableFuture.runAsync(
                task, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, thread));
    }

    private void publishOne() {
        Publisher publisher = publishers[random.nextInt(NODES)];
        for (int burst = random.nextInt(4); burst >= 0; burst--) {
            if (publisher != null && publisher.mayPublish()) {
                publisher.publish();
            }
        }
        if (raging) {
            thread.schedule(this::publishOne, random.nextInt(4_000), TimeUnit.MICROSECONDS);
        }
    }

    private void moveOne() {
        int client = random.nextInt(CLIENTS);
        for (int connections = random.nextInt(4) == 0 ? 2 : 1; connections > 0; connections--) {
            Publisher there = publishers[place(client)];
            if (there != null) {
                moves.add(new Move(name(client), there, there.broker.attach(name(client))));
            }
        }
        if (raging) {
            thread.schedule(this::moveOne, random.nextInt(60), TimeUnit.MILLISECONDS);
        }
    }

    private void kill(int node) {
        Publisher dead = publishers[node];
        if (dead == null) {
            throw new IllegalStateException("dead already");
        }
        dead.alive = false;
        publishers[node] = null;
        diedNanos = System.nanoTime();
        died = CompletableFuture.runAsync(() -> nodes.crashUnchecked(node + 1));
    }

    private void comeBack(int node) {
        brokers[node] = new QueueingBroker();
        died.thenComposeAsync(ended -> nodes.launch(node, "n" + (node + 1), brokers[node]), thread)
                .thenRunAsync(
                        () -> {
                            join(node, 1);
                            wholeNanos = System.nanoTime();
                        },
                        thread);
    }

    /** What is waited for: clients that live, and a node that is to come back. */
    List<String> unanswered() {
        return CompletableFuture.supplyAsync(
                        () -> {
                            List<String> open = new ArrayList<>();
                            if (wholeNanos == Long.MAX_VALUE) {
                                open.add("the return of a node");
                            }
                            for (Publisher publisher : allPublishers) {
                                publisher.sent.stream()
                                        .filter(sent -> publisher.alive && !sent.outcome.isDone())
                                        .forEach(sent ->
                                                open.add(
                                                        "%s sent %d ms after the death"
                                                                .formatted(
                                                                        sent.text,
                                                                        millisAfterDeath(
                                                                                sent.sentNanos))));
                            }
                            moves.stream()
                                    .filter(move -> move.there.alive && !move.done.isDone())
                                    .forEach(move ->
                                            open.add(move.client + " at " + move.there.name));
                            return open;
                        },
                        thread)
                .join();
    }

    /** What is wrong. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            String name = name(client);
            List<String> queue = SessionsTest.texts(answered(brokers[place(client)].attach(name)));
            for (Publisher publisher : allPublishers) {
                look(client, publisher, queue, findings);
            }
        }
        for (Publisher publisher : allPublishers) {
            if (publisher.alive) {
                findings.add(
                        new Finding(
                                "refused",
                                publisher.sent.stream()
                                        .filter(sent -> !sent.isAcknowledged())
                                        .map(sent -> sent.text + sent.outcome.join())
                                        .toList()));
            }
        }
        findings.removeIf(finding -> finding.messages().isEmpty());
        return findings;
    }

    private void look(int client, Publisher publisher, List<String> queue, List<Finding> findings) {
        String prefix = publisher.name + ' ';
        List<String> got = queue.stream().filter(text -> text.startsWith(prefix)).toList();
        Set<String> distinct = new HashSet<>(got);
        Map<String, Sent> sent = new LinkedHashMap<>();
        publisher.sent.forEach(one -> sent.put(one.text, one));

        List<String> lost = new ArrayList<>();
        for (Sent one : publisher.sent) {
            if (one.isAcknowledged() && !distinct.contains(one.text)) {
                lost.add(
                        "%s, sent %d ms and answered %d ms after the death"
                                .formatted(
                                        one.text,
                                        millisAfterDeath(one.sentNanos),
                                        millisAfterDeath(one.answeredNanos)));
            }
        }
        String where = " in " + name(client) + " of " + publisher.name;
        findings.add(new Finding("lost" + where, lost));

        Map<String, Integer> counts = new HashMap<>();
        got.forEach(text -> counts.merge(text, 1, Integer::sum));
        List<String> repeated = new ArrayList<>();
        counts.forEach((text, count) -> {
            Sent one = sent.get(text);
            if (count > 1 && one != null) {
                repeated.add(
                        "%s * %d, sent %d ms and answered %d ms after the death"
                                .formatted(
                                        text,
                                        count,
                                        millisAfterDeath(one.sentNanos),
                                        millisAfterDeath(one.answeredNanos)));
            }
        });
        findings.add(new Finding("repeated" + where, repeated));

        findings.add(new Finding("overtaken" + where, overtaken(got)));
    }

    private long millisAfterDeath(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - diedNanos);
    }

    private static List<String> overtaken(List<String> got) {
        List<String> overtaken = new ArrayList<>();
        int highest = -1;
        for (String text : new LinkedHashSet<>(got)) {
            int number = Integer.parseInt(text.substring(text.indexOf(' ') + 1));
            if (number < highest) {
                overtaken.add(text + " after " + highest);
            }
            highest = Math.max(highest, number);
        }
        return overtaken;
    }

    private static <T> T answered(CompletableFuture<T> future) {
        return future.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        burdened = false;
        thread.shutdownNow();
        nodes.close();
    }
}
