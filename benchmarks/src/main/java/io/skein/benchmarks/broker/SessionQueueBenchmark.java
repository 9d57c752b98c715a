package io.skein.benchmarks.broker;

import io.skein.broker.Broker;
import io.skein.broker.BrokerLimits;
import io.skein.broker.BrokerSettings;
import io.skein.broker.Connection;
import io.skein.broker.ConnectionOutput;
import io.skein.broker.Peer;
import io.skein.broker.ShardLoop;
import io.skein.cluster.Message;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A QoS 1 message through the core: received, matched, put in the queue of one session, sent from
 * its window, acknowledged on both sides. {@code waiting} messages stand before it in the queue.
 */
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up first
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(value = 1)
public class SessionQueueBenchmark {
    private static final TopicName TOPIC = TopicName.of("plant/hall-7/machine-1/temperature");
    private static final long NOW_NANOS = 1;

    @Param({"0", "10000"})
    public int waiting;

    @Param({"false", "true"})
    public boolean persistent;

    private final Loop loop = new Loop();
    private final Client subscriber = new Client();
    private final Client publisher = new Client();
    private Connection from;
    private Connection to;
    private Publish message;

    /** Runs what it is asked for when the benchmark says so. */
    private static final class Loop implements ShardLoop {
        private final ArrayDeque<Task> tasks = new ArrayDeque<>();
        private boolean endAsked;

        @Override
        public void execute(Task task) {
            tasks.add(task);
        }

        @Override
        public void requestEndOfTurn() {
            endAsked = true;
        }

        @Override
        public void wakeAt(long atNanos) {}

        void run(Broker broker) {
            while (!tasks.isEmpty() || endAsked) {
                for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run(NOW_NANOS);
                }
                if (endAsked) {
                    endAsked = false;
                    broker.shard(0).endTurn(NOW_NANOS);
                }
            }
        }
    }

    /** Remembers the packet id of what came last. */
    private static final class Client implements ConnectionOutput {
        private final ArrayDeque<Integer> packetIds = new ArrayDeque<>();
        private int answers;

        @Override
        public void send(Packet packet) {
            answers += packet instanceof PubAck ? 1 : 0;
        }

        @Override
        public int publish(
                Message sent,
                QoS qos,
                boolean retain,
                boolean duplicate,
                int packetId,
                List<Integer> subscriptionIdentifiers,
                long expirySeconds) {
            packetIds.add(packetId);
            return sent.payload().length;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void setReading(boolean reading) {}

        @Override
        public void close() {
            throw new IllegalStateException("the core has closed the connection");
        }
    }

    private Broker broker;

    /** Fills the queue. */
    @Setup
    public void fill() {
        BrokerSettings settings = new BrokerSettings(BrokerLimits.DEFAULTS, () -> "assigned");
        broker = new Broker(settings, new LoneCluster(), List.of(loop));
        from = connect("publisher", publisher, 0, 65_535);
        to = connect("subscriber", subscriber, persistent ? 3_600 : 0, 16);
        Subscription wanted = new Subscription(TopicFilter.of("plant/+/+/#"), QoS.AT_LEAST_ONCE);
        to.received(new Subscribe(1, List.of(wanted), Properties.EMPTY), NOW_NANOS);
        loop.run(broker);
        message =
                new Publish(
                        TOPIC, new byte[64], QoS.AT_LEAST_ONCE, false, false, 1, Properties.EMPTY);
        for (int i = 0; i < waiting; i++) {
            from.received(message, NOW_NANOS);
            loop.run(broker);
        }
    }

    private Connection connect(String id, Client client, long expirySeconds, int receiveMaximum) {
        Properties properties =
                Properties.builder()
                        .number(Property.SESSION_EXPIRY_INTERVAL, expirySeconds)
                        .number(Property.RECEIVE_MAXIMUM, receiveMaximum)
                        .build();
        Connect packet =
                new Connect(ProtocolVersion.MQTT_5, id, true, 0, properties, null, null, null);
        Connection connection =
                broker.shard(0).connect(packet, client, new Peer(id, "benchmark", null), NOW_NANOS);
        loop.run(broker);
        return connection;
    }

    /** One message in, one out. */
    @Benchmark
    public int through() {
        from.received(message, NOW_NANOS);
        loop.run(broker);
        to.received(new PubAck(subscriber.packetIds.remove()), NOW_NANOS);
        loop.run(broker);
        return publisher.answers;
    }
}
