package io.skein.benchmarks.redis;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.skein.cluster.Cluster;
import io.skein.cluster.Durability;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeSettings;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.redis.RedisArchitecture;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes from each of two nodes to the other, at most {@value #WINDOW} messages of a topic under
 * way. "us" is CPU for a message: of the threads of Java but for its compilers, and of Redis.
 *
 * <p>{@code java -cp ... io.skein.benchmarks.redis.RedisThroughput 0|1|sessions REDIS-URL REDIS-PID
 * [seconds] [rounds]}: QoS 0, QoS 1, or QoS 1 to persistent sessions.
 */
public final class RedisThroughput {
    private static final int TOPICS = 10;
    private static final int WINDOW = 20;
    private static final int PAYLOAD_BYTES = 64;
    private static final double NANOS_PER_MICRO = 1e3;

    private final MultiThreadIoEventLoopGroup shards =
            new MultiThreadIoEventLoopGroup(
                    2, new DefaultThreadFactory("shard", true), NioIoHandler.newFactory());
    private final List<Node> nodes;
    private final QoS qos;
    private final boolean toSessions;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    private record Node(Cluster cluster, EventLoop shard, TakingBroker broker) {}

    private RedisThroughput(String load, String redis) {
        toSessions = load.equals("sessions");
        qos = load.equals("0") ? QoS.AT_MOST_ONCE : QoS.AT_LEAST_ONCE;
        nodes = List.of(node("one", redis), node("other", redis));
    }

    private Node node(String name, String redis) {
        Cluster cluster =
                new RedisArchitecture()
                        .open(
                                new NodeSettings(
                                        new NodeInfo(name, "", ""),
                                        Path.of("."),
                                        Durability.SYNC,
                                        Map.of("redis", redis, "dead-after", "30")));
        EventLoop shard = shards.next();
        TakingBroker broker = new TakingBroker(shard, cluster.sessions());
        cluster.start(broker).toCompletableFuture().join();
        return new Node(cluster, shard, broker);
    }

    /** Runs one load. */
    public static void main(String[] arguments) throws InterruptedException, IOException {
        int seconds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 5;
        int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 4;
        RedisThroughput run = new RedisThroughput(arguments[0], arguments[1]);
        for (int i = 0; i < TOPICS; i++) {
            run.subscribe(i);
        }
        for (int i = 0; i < TOPICS; i++) {
            run.publish(i);
        }
        for (int i = 0; i < rounds; i++) {
            run.measure(arguments[0], seconds, Path.of("/proc", arguments[2], "schedstat"));
        }
        System.exit(0);
    }

    private static String topic(int number) {
        return "plant/" + number;
    }

    private void subscribe(int number) {
        Node node = nodes.get((number + 1) % 2);
        TopicFilter filter = TopicFilter.of(topic(number));
        if (!toSessions) {
            node.cluster.routes().add(filter).toCompletableFuture().join();
            return;
        }
        String client = "client-" + number;
        SessionHead head = new SessionHead(true, 3600, 0, null);
        long epoch =
                node.cluster
                        .sessions()
                        .claim(client, true, head)
                        .toCompletableFuture()
                        .join()
                        .epoch();
        node.broker.owns(client, epoch);
        CompletableFuture<Void> written = new CompletableFuture<>();
        Subscription subscription = new Subscription(filter, QoS.AT_LEAST_ONCE);
        node.cluster
                .sessions()
                .write(
                        List.of(new SessionChange.Subscribed(client, epoch, subscription, 0)),
                        _ -> written.complete(null));
        written.join();
    }

    private void publish(int number) {
        Node node = nodes.get(number % 2);
        TopicName topic = TopicName.of(topic(number));
        for (int i = 0; i < WINDOW; i++) {
            node.shard.execute(() -> publish(node, topic));
        }
    }

    private void publish(Node node, TopicName topic) {
        byte[] payload = new byte[PAYLOAD_BYTES];
        ThreadLocalRandom.current().nextBytes(payload);
        Message message =
                new Message(
                        topic,
                        payload,
                        qos,
                        false,
                        Properties.EMPTY,
                        topic.toString(),
                        Message.NEVER_EXPIRES);
        node.cluster.publish(
                message,
                node.cluster.routes().interest(topic),
                ServedHere.NOBODY,
                refusal -> {
                    answered.incrementAndGet();
                    if (refusal != null) {
                        refused.incrementAndGet();
                    }
                    node.shard.execute(() -> publish(node, topic));
                });
    }

    private void measure(String load, int seconds, Path redis)
            throws InterruptedException, IOException {
        Map<Long, Long> before = threads();
        long redisBefore = nanos(redis);
        long answeredBefore = answered.get();
        TimeUnit.SECONDS.sleep(seconds);
        double messages = answered.get() - answeredBefore;
        long java = 0;
        for (Map.Entry<Long, Long> thread : threads().entrySet()) {
            java += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
        }
        System.out.printf(
                "%-8s %,9.0f/s   us for a message: nodes %.2f, Redis %.2f   refused %d%n",
                load,
                messages / seconds,
                java / NANOS_PER_MICRO / messages,
                (nanos(redis) - redisBefore) / NANOS_PER_MICRO / messages,
                refused.get());
    }

    /** CPU of each thread but for compilers. */
    private static Map<Long, Long> threads() {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        Map<Long, Long> nanos = new HashMap<>();
        for (ThreadInfo thread : bean.getThreadInfo(bean.getAllThreadIds())) {
            if (thread != null && !thread.getThreadName().contains("CompilerThread")) {
                nanos.put(thread.getThreadId(), bean.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return nanos;
    }

    /** CPU of the only thread of Redis that is busy. */
    private static long nanos(Path schedstat) throws IOException {
        return Long.parseLong(Files.readString(schedstat).split(" ", 2)[0]);
    }
}
