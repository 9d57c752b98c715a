package io.skein.cluster.standalone;

import io.skein.broker.Broker;
import io.skein.broker.BrokerLimits;
import io.skein.broker.BrokerSettings;
import io.skein.broker.Connection;
import io.skein.broker.ConnectionOutput;
import io.skein.broker.Peer;
import io.skein.broker.Shard;
import io.skein.broker.ShardLoop;
import io.skein.cluster.Durability;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of a real broker core over a log, without a network: one shard, whose thread is the
 * test's while it waits for an answer.
 */
final class MemoryClient implements AutoCloseable {
    private final StandaloneCluster cluster;
    private final Loop loop = new Loop();
    private final Queue<Packet> answers = new ArrayDeque<>();
    private final Connection connection;

    MemoryClient(Path directory, JournalLimits limits) {
        cluster =
                new StandaloneCluster(
                        new NodeInfo("n1", "localhost:1883", ""),
                        Durability.OS,
                        new Journal(
                                JournalDirectory.lock(directory),
                                Disk.REAL,
                                Durability.OS,
                                limits,
                                () -> TestNode.START_NANOS));
        BrokerSettings settings = new BrokerSettings(BrokerLimits.DEFAULTS, () -> "assigned");
        Broker broker = new Broker(settings, cluster, List.of(loop));
        loop.shard = broker.shard(0);
        CompletableFuture<Void> started = cluster.start(broker).toCompletableFuture();
        loop.runUntil(started::isDone);
        started.join();
        connection =
                broker.shard(0)
                        .connect(
                                new Connect(
                                        ProtocolVersion.MQTT_5,
                                        "publisher",
                                        true,
                                        0,
                                        Properties.EMPTY,
                                        null,
                                        null,
                                        null),
                                new Output(),
                                new Peer("memory", "memory", null),
                                TestNode.START_NANOS);
        ConnAck connected = (ConnAck) answer();
        if (connected.reason() != ReasonCode.SUCCESS) {
            throw new AssertionError(connected);
        }
    }

    /** Publishes at QoS 1 and returns what PUBACK says. */
    ReasonCode publish(String topic, byte[] payload) {
        connection.received(
                new Publish(
                        TopicName.of(topic),
                        payload,
                        QoS.AT_LEAST_ONCE,
                        false,
                        false,
                        1,
                        Properties.EMPTY),
                TestNode.START_NANOS);
        return ((PubAck) answer()).reason();
    }

    private Packet answer() {
        loop.runUntil(() -> !answers.isEmpty());
        return answers.remove();
    }

    @Override
    public void close() {
        cluster.close();
    }

    private static final class Loop implements ShardLoop {
        private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
        private boolean endAsked;
        private @Nullable Shard shard;

        void runUntil(BooleanSupplier done) {
            try {
                while (!done.getAsBoolean()) {
                    Task task = tasks.poll(20, TimeUnit.SECONDS);
                    if (task == null) {
                        throw new AssertionError("nothing happens");
                    }
                    task.run(TestNode.START_NANOS);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void execute(Task task) {
            tasks.add(task);
        }

        @Override
        public void requestEndOfTurn() {
            if (!endAsked) {
                endAsked = true;
                execute(now -> {
                    endAsked = false;
                    shard.endTurn(now);
                });
            }
        }

        @Override
        public void wakeAt(long atNanos) {
            // its time does not pass
        }
    }

    private final class Output implements ConnectionOutput {
        @Override
        public void send(Packet packet) {
            answers.add(packet);
        }

        @Override
        public int publish(
                Message message,
                QoS qos,
                boolean retain,
                boolean duplicate,
                int packetId,
                List<Integer> subscriptionIdentifiers,
                long expirySeconds) {
            throw new AssertionError("subscribed to nothing");
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void setReading(boolean reading) {
            // sends one packet after the other
        }

        @Override
        public void close() {
            // nothing to close
        }
    }
}
