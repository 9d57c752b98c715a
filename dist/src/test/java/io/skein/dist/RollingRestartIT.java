package io.skein.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientConnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every node of a cluster is stopped by SIGTERM and started again, one after the other, while
 * clients publish and subscribe and go to another node when theirs stops. {@code
 * -Dskein.it.rolls=5} for more rounds.
 */
class RollingRestartIT {
    private static final int NODES = 3;
    private static final int ROUNDS = Integer.getInteger("skein.it.rolls", 1);

    /** Messages of one publisher that are not acknowledged, at most. */
    private static final int WINDOW = 16;

    /** Acknowledged between two changes, at least. */
    private static final int MESSAGES = 400;

    private static final long PACE_MILLIS = 10;
    private static final long RECONNECT_MILLIS = 50;
    private static final int EXPIRY_SECONDS = 3_600;

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Queue<String> disorder = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicInteger refused = new AtomicInteger();

    @Test
    void nodesAreRestartedAndNothingIsLostAndNothingComesTwiceAtQos2(@TempDir Path directory) {
        try (UpCluster cluster = start(directory)) {
            restartAll(cluster);
        }
    }

    @Test
    void brokersAroundRedisAreRestartedAndNothingIsLostAndNothingComesTwiceAtQos2(
            @TempDir Path directory) {
        try (RedisServer redis = new RedisServer();
                UpCluster cluster = start(directory, redis.architecture())) {
            restartAll(cluster);
        }
    }

    private void restartAll(UpCluster cluster) {
        List<Child> restarted = new ArrayList<>();
        try {
            try (Load load = new Load(cluster)) {
                awaitMessages();
                for (int restart = 0; restart < ROUNDS * NODES; restart++) {
                    restarted.add(restart(cluster, restart % NODES + 1, restarted));
                    awaitMessages();
                }
                load.finish();
                assertThat(disorder).isEmpty();
            }
            for (Child node : restarted.subList(restarted.size() - NODES, restarted.size())) {
                node.terminate();
                assertThat(node.awaitExit()).as(node.toString()).isZero();
            }
            cluster.stopCleanly();
        } finally {
            restarted.forEach(Child::close);
        }
    }

    @Test
    void nodesComeAndGoAndNothingIsLostAndNothingComesTwiceAtQos2(@TempDir Path directory) {
        try (UpCluster cluster = start(directory)) {
            try (Load load = new Load(cluster)) {
                awaitMessages();
                for (int gone = 1; gone <= NODES; gone++) {
                    node(cluster, "add");
                    awaitMessages();
                    node(cluster, "remove", "node-" + gone);
                    awaitMessages();
                }
                load.finish();
            }
            cluster.stopCleanly();
        }
    }

    /** Nodes whose sessions have room for all that is published while their client is away. */
    private static UpCluster start(Path directory, String... more) {
        List<String> options = new ArrayList<>(List.of(more));
        options.addAll(List.of("--set", "limits.queued-messages-maximum=10000000"));
        return UpCluster.start(directory, NODES, options.toArray(String[]::new));
    }

    private static void node(UpCluster cluster, String... words) {
        List<String> command = new ArrayList<>(List.of("node"));
        command.addAll(List.of(words));
        command.addAll(List.of("--data", cluster.directory()));
        try (Child child = Child.skein(command.toArray(String[]::new))) {
            assertThat(child.awaitExit()).as(child.toString()).isZero();
        }
    }

    private void awaitMessages() {
        long enough = acknowledged.get() + MESSAGES;
        await("messages that are acknowledged")
                .atMost(Child.LIMIT)
                .until(() -> acknowledged.get() >= enough);
    }

    /** Stops a node, which may have been started here, and starts it again. */
    private static Child restart(UpCluster cluster, int node, List<Child> restarted) {
        int before = restarted.size() - NODES;
        if (before >= 0) {
            restarted.get(before).terminate();
            assertThat(restarted.get(before).awaitExit()).isZero();
        } else {
            ProcessHandle process = cluster.process(node);
            process.destroy();
            await().atMost(Child.LIMIT).until(() -> !process.isAlive());
        }
        Child again = cluster.restart(node);
        try {
            again.awaitOut("ready ");
            for (int each = 1; each <= NODES; each++) {
                cluster.awaitMembers(each, NODES);
            }
        } catch (RuntimeException | AssertionError e) {
            again.close();
            throw e;
        }
        return again;
    }

    /** Clients that publish, clients that subscribe, and one that is away meanwhile. */
    private final class Load implements AutoCloseable {
        private final Subscriber away;
        private final List<Subscriber> subscribers;
        private final List<Publisher> publishers;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

        Load(UpCluster cluster) {
            away = new Subscriber(cluster, 1, "away", MqttQos.EXACTLY_ONCE);
            away.client.disconnect().join();
            subscribers =
                    List.of(
                            away,
                            new Subscriber(cluster, 1, "all-at-1", MqttQos.AT_LEAST_ONCE),
                            new Subscriber(cluster, 2, "all-at-2", MqttQos.EXACTLY_ONCE),
                            new Subscriber(cluster, 3, "more-at-2", MqttQos.EXACTLY_ONCE));
            publishers =
                    IntStream.rangeClosed(1, 2 * NODES)
                            .mapToObj(number -> new Publisher(cluster, number))
                            .toList();
            publishers.forEach(publisher ->
                    clock.scheduleAtFixedRate(
                            publisher::publish, 0, PACE_MILLIS, TimeUnit.MILLISECONDS));
        }

        /** Publishes no more, and holds what arrived against what was acknowledged. */
        void finish() {
            clock.shutdownNow();
            await().atMost(Child.LIMIT)
                    .until(() -> publishers.stream().allMatch(Publisher::isIdle));
            away.connect();
            subscribers.forEach(subscriber -> publishers.forEach(subscriber::awaitAll));
            subscribers.forEach(subscriber -> publishers.forEach(subscriber::check));
            System.out.printf(
                    "%,d messages acknowledged, %d refused, %d out of order%n",
                    acknowledged.get(), refused.get(), disorder.size());
            assertThat(violations).isEmpty();
        }

        @Override
        public void close() {
            clock.shutdownNow();
            Stream.concat(
                            publishers.stream().map(publisher -> publisher.client),
                            subscribers.stream().map(subscriber -> subscriber.client))
                    .filter(client -> client.getState().isConnected())
                    .forEach(client -> client.disconnect().join());
        }
    }

    /** A client whose session stays, and that goes to the next node when it has to. */
    private Mqtt5AsyncClient client(UpCluster cluster, int node, String id) {
        AtomicInteger at = new AtomicInteger(node);
        AtomicInteger connections = new AtomicInteger();
        return Mqtt5Client.builder()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(cluster.port(node))
                .addConnectedListener(context -> connected(context, id, connections))
                .addDisconnectedListener(context -> goOn(context, cluster, at))
                .buildAsync();
    }

    private void connected(
            MqttClientConnectedContext context, String id, AtomicInteger connections) {
        boolean again = connections.getAndIncrement() > 0;
        if (again && !((Mqtt5ClientConnectedContext) context).getConnAck().isSessionPresent()) {
            violations.add(id + " has no session any more");
        }
    }

    private static void goOn(
            MqttClientDisconnectedContext context, UpCluster cluster, AtomicInteger at) {
        boolean isOver = context.getSource() == MqttDisconnectSource.USER;
        if (!isOver) {
            List<Integer> ports = cluster.portsNow();
            int next = ports.get(Math.floorMod(at.getAndIncrement(), ports.size()));
            context.getReconnector()
                    .reconnect(true)
                    .delay(RECONNECT_MILLIS, TimeUnit.MILLISECONDS)
                    .transportConfig()
                    .serverHost("127.0.0.1")
                    .serverPort(next)
                    .applyTransportConfig();
        }
    }

    private static void connect(Mqtt5AsyncClient client) {
        client.connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(EXPIRY_SECONDS)
                .send()
                .orTimeout(Child.LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Publishes the numbers from 1 on a topic of its own, every other one at QoS 2. */
    private final class Publisher {
        final Mqtt5AsyncClient client;
        final String topic;
        final MqttQos qos;
        final Set<Long> taken = new ConcurrentSkipListSet<>();
        private final Semaphore window = new Semaphore(WINDOW);
        private final AtomicLong last = new AtomicLong();

        Publisher(UpCluster cluster, int number) {
            qos = number % 2 == 0 ? MqttQos.EXACTLY_ONCE : MqttQos.AT_LEAST_ONCE;
            topic = "roll/" + number;
            client = client(cluster, number % NODES + 1, "publisher-" + number);
            connect(client);
        }

        /** One more, unless too many are under way. */
        void publish() {
            if (!window.tryAcquire()) {
                return;
            }
            long number = last.incrementAndGet();
            client.publishWith()
                    .topic(topic)
                    .qos(qos)
                    .payload(Long.toString(number).getBytes(StandardCharsets.US_ASCII))
                    .send()
                    .whenComplete((result, error) -> {
                        published(number, result, error);
                        window.release();
                    });
        }

        private void published(
                long number, @Nullable Mqtt5PublishResult result, @Nullable Throwable error) {
            if (error != null || result == null) {
                violations.add("%s %d: %s".formatted(topic, number, error));
            } else if (result.getError().isPresent()) {
                refused.incrementAndGet(); // as it was told: it may send it again, or not
            } else {
                taken.add(number);
                acknowledged.incrementAndGet();
            }
        }

        boolean isIdle() {
            return window.availablePermits() == WINDOW;
        }
    }

    /** Wants everything. */
    private final class Subscriber {
        final Mqtt5AsyncClient client;
        private final String id;
        private final MqttQos qos;
        private final Map<String, Queue<Long>> arrived = new ConcurrentHashMap<>();

        Subscriber(UpCluster cluster, int node, String id, MqttQos qos) {
            this.id = id;
            this.qos = qos;
            client = client(cluster, node, id);
            client.publishes(
                    MqttGlobalPublishFilter.ALL,
                    message ->
                            arrived(message.getTopic().toString())
                                    .add(
                                            Long.parseLong(
                                                    new String(
                                                            message.getPayloadAsBytes(),
                                                            StandardCharsets.US_ASCII))));
            connect();
            client.subscribeWith()
                    .topicFilter("roll/#")
                    .qos(qos)
                    .send()
                    .orTimeout(Child.LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }

        void connect() {
            RollingRestartIT.connect(client);
        }

        private Queue<Long> arrived(String topic) {
            return arrived.computeIfAbsent(topic, _ -> new ConcurrentLinkedQueue<>());
        }

        /** Waits for what was acknowledged; what does not come is told. */
        void awaitAll(Publisher publisher) {
            Set<Long> missing = new TreeSet<>(publisher.taken);
            try {
                await().atMost(Child.LIMIT)
                        .until(() -> {
                            arrived(publisher.topic).forEach(missing::remove);
                            return missing.isEmpty();
                        });
            } catch (ConditionTimeoutException e) {
                violations.add("%s never got %s %s".formatted(id, publisher.topic, missing));
            }
        }

        /** What came more often than it may, or before what was published earlier. */
        void check(Publisher publisher) {
            boolean isOnce = qos == MqttQos.EXACTLY_ONCE && publisher.qos == MqttQos.EXACTLY_ONCE;
            Set<Long> seen = new HashSet<>();
            long latest = 0;
            for (long number : arrived(publisher.topic)) {
                boolean isFirst = seen.add(number);
                if (isFirst && number < latest) {
                    disorder.add(
                            "%s got %s %d after %d".formatted(id, publisher.topic, number, latest));
                }
                if (!isFirst && isOnce) {
                    violations.add("%s got %s %d twice".formatted(id, publisher.topic, number));
                }
                latest = Math.max(latest, number);
            }
        }
    }
}
