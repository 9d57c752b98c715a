package io.skein.benchmarks.grid;

import io.skein.lab.client.BrokerAddress;
import io.skein.lab.client.BrokerUrl;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ClientLoops;
import io.skein.lab.client.ConnectOptions;
import io.skein.lab.client.MqttClient;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * What a running cluster of three nodes takes at once: many subscriptions on one node, and many
 * persistent sessions that move to another, or whose node is killed, while others go on.
 *
 * <p>{@code java -cp ... io.skein.benchmarks.grid.ClusterLoad subscriptions COUNT URL,URL,URL} or
 * {@code storm COUNT URL,URL,URL [PID]}: without the process id of the first node its clients move,
 * with it the node is killed first.
 */
public final class ClusterLoad {
    private static final int FILTERS_PER_PACKET = 100;
    private static final int PACKETS_UNDER_WAY = 10;
    private static final int CONNECTS_UNDER_WAY = 500;
    private static final int EXPIRY_SECONDS = 600;
    private static final int PAIRS = 10;
    private static final long PACE_MILLIS = 10;
    private static final int QUIET_SECONDS = 5;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int MICROS_MAXIMUM = 60_000_000;

    private final ClientLoops loops = ClientLoops.open(1);
    private final List<BrokerAddress> nodes;
    private final int count;

    private ClusterLoad(int count, String urls) {
        this.count = count;
        this.nodes =
                Stream.of(urls.split(",", -1))
                        .map(BrokerUrl::parse)
                        .map(BrokerUrl::address)
                        .toList();
    }

    /** Runs one of the two. */
    public static void main(String[] arguments) throws Exception {
        ClusterLoad load = new ClusterLoad(Integer.parseInt(arguments[1]), arguments[2]);
        try {
            switch (arguments[0]) {
                case "subscriptions" -> load.subscriptions();
                case "storm" -> load.storm(arguments.length > 3 ? Long.parseLong(arguments[3]) : 0);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        } finally {
            load.loops.close();
        }
    }

    // Subscriptions of one client on the first node; SUBACK says that every node knows them.

    private void subscriptions() throws InterruptedException {
        AtomicInteger arrived = new AtomicInteger();
        ClientListener counting =
                new ClientListener() {
                    @Override
                    public void onPublish(MqttClient client, Publish message) {
                        arrived.incrementAndGet();
                    }
                };
        MqttClient subscriber = connect(0, "subscriber", true, counting).join();
        Semaphore room = new Semaphore(PACKETS_UNDER_WAY);
        List<CompletableFuture<SubAck>> answers = new ArrayList<>();
        long start = System.nanoTime();
        for (int from = 0; from < count; from += FILTERS_PER_PACKET) {
            List<Subscription> some =
                    IntStream.range(from, Math.min(count, from + FILTERS_PER_PACKET))
                            .mapToObj(i -> new Subscription(filter(i), QoS.AT_LEAST_ONCE))
                            .toList();
            room.acquire();
            answers.add(
                    subscriber
                            .subscribe(some, Properties.EMPTY)
                            .whenComplete((_, _) -> room.release()));
        }
        long refused =
                answers.stream()
                        .flatMap(answer -> answer.join().reasons().stream())
                        .filter(ReasonCode::isError)
                        .count();
        double seconds = secondsSince(start);
        print(
                "%,d subscriptions on one node in %.1f s: %,.0f/s, %d refused",
                count, seconds, count / seconds, refused);

        List<CompletableFuture<ReasonCode>> published = new ArrayList<>();
        for (int node = 0; node < nodes.size(); node++) {
            MqttClient publisher =
                    connect(node, "publisher-" + node, false, ClientListener.NONE).join();
            for (int i = node; i < count; i += nodes.size() * 7) {
                published.add(publisher.publish(message("house/" + i + "/room/state")));
            }
        }
        published.forEach(CompletableFuture::join);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (arrived.get() < published.size() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        print(
                "of %,d messages to them from all nodes, %,d arrived",
                published.size(), arrived.get());
    }

    private static TopicFilter filter(int number) {
        return TopicFilter.of("house/" + number + "/+/state");
    }

    // A storm: the clients of the first node go to the others.

    private void storm(long pid) throws Exception {
        List<MqttClient> before = await("connected to the first node", i -> persistent(0, i));
        try (Survivors survivors = new Survivors()) {
            survivors.start();
            TimeUnit.SECONDS.sleep(QUIET_SECONDS);
            survivors.print("survivors before");
            if (pid > 0) {
                ProcessHandle.of(pid).orElseThrow().destroyForcibly();
                CompletableFuture.allOf(
                                before.stream()
                                        .map(MqttClient::closed)
                                        .toArray(CompletableFuture[]::new))
                        .join();
            }
            List<MqttClient> after =
                    await(
                            pid > 0
                                    ? "connected to the others after the kill"
                                    : "moved to the others",
                            i -> persistent(1 + i % 2, i));
            survivors.print("survivors meanwhile");
            long kept = after.stream().filter(client -> client.connAck().sessionPresent()).count();
            print("sessions present: %,d of %,d", kept, count);
            TimeUnit.SECONDS.sleep(QUIET_SECONDS);
            survivors.print("survivors afterwards");
        }
    }

    private List<MqttClient> await(String what, IntFunction<CompletableFuture<MqttClient>> connect)
            throws InterruptedException {
        Semaphore room = new Semaphore(CONNECTS_UNDER_WAY);
        List<CompletableFuture<MqttClient>> all = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            room.acquire();
            all.add(connect.apply(i).whenComplete((_, _) -> room.release()));
        }
        List<MqttClient> clients = all.stream().map(CompletableFuture::join).toList();
        double seconds = secondsSince(start);
        print("%,d sessions %s in %.1f s: %,.0f/s", count, what, seconds, count / seconds);
        return clients;
    }

    /** Tries until it is accepted. */
    private CompletableFuture<MqttClient> persistent(int node, int number) {
        return connect(node, "storm-" + number, true, ClientListener.NONE)
                .exceptionallyCompose(_ -> persistent(node, number));
    }

    /** Pairs on the last two nodes, whose messages pass between them at a steady rate. */
    private final class Survivors implements AutoCloseable {
        private final Histogram micros = new Histogram(MICROS_MAXIMUM, 3);
        private final List<MqttClient> publishers = new ArrayList<>();
        private final Thread pace = new Thread(this::publish, "survivors");
        private volatile boolean over;
        private long sent;

        void start() {
            ClientListener timing =
                    new ClientListener() {
                        @Override
                        public void onPublish(MqttClient client, Publish message) {
                            long nanos =
                                    System.nanoTime()
                                            - ByteBuffer.wrap(message.payload()).getLong();
                            synchronized (micros) {
                                micros.recordValue(Math.min(nanos / 1_000, MICROS_MAXIMUM));
                            }
                        }
                    };
            for (int pair = 0; pair < PAIRS; pair++) {
                MqttClient subscriber = connect(1, "survivor-sub-" + pair, false, timing).join();
                subscriber.subscribe(TopicFilter.of("survivors/" + pair), QoS.AT_LEAST_ONCE).join();
                publishers.add(
                        connect(2, "survivor-pub-" + pair, false, ClientListener.NONE).join());
            }
            pace.setDaemon(true);
            pace.start();
        }

        private void publish() {
            long due = System.nanoTime();
            while (!over) {
                due += TimeUnit.MILLISECONDS.toNanos(PACE_MILLIS);
                while (System.nanoTime() - due < 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                for (int pair = 0; pair < PAIRS; pair++) {
                    byte[] payload = ByteBuffer.allocate(64).putLong(due).array();
                    publishers.get(pair).publish(message("survivors/" + pair, payload));
                    sent++;
                }
            }
        }

        void print(String when) {
            synchronized (micros) {
                ClusterLoad.print(
                        "%s: %,d messages sent, %,d arrived, p50 %.1f ms, p99 %.1f ms, max %.1f ms",
                        when,
                        sent,
                        micros.getTotalCount(),
                        micros.getValueAtPercentile(50) / 1e3,
                        micros.getValueAtPercentile(99) / 1e3,
                        micros.getMaxValue() / 1e3);
                micros.reset();
                sent = 0;
            }
        }

        @Override
        public void close() {
            over = true;
        }
    }

    private CompletableFuture<MqttClient> connect(
            int node, String clientId, boolean persistent, ClientListener listener) {
        ConnectOptions options =
                ConnectOptions.builder()
                        .clientId("load-" + clientId)
                        .cleanStart(!persistent)
                        .sessionExpirySeconds(persistent ? EXPIRY_SECONDS : 0)
                        .timeoutMillis(CONNECT_MILLIS)
                        .build();
        return loops.connect(nodes.get(node), options, listener);
    }

    private static Publish message(String topic) {
        return message(topic, new byte[64]);
    }

    private static Publish message(String topic, byte[] payload) {
        return new Publish(
                TopicName.of(topic), payload, QoS.AT_LEAST_ONCE, false, false, 0, Properties.EMPTY);
    }

    private static double secondsSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
