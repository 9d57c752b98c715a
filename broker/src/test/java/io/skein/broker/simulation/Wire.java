package io.skein.broker.simulation;

import io.skein.broker.Connection;
import io.skein.broker.ConnectionOutput;
import io.skein.broker.Peer;
import io.skein.broker.Shard;
import io.skein.broker.ShardLoop;
import io.skein.cluster.Message;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.Publish;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network connection of one client to one node: in order, late, and cut when the test says so.
 */
final class Wire implements ConnectionOutput {
    private static final long LATENCY_NANOS = 3_000_000;

    private final VirtualTime time;
    private final SimulatedNode node;
    private final SimulatedClient client;
    private final SimulatedLoop loop;
    private final ArrayDeque<Packet> unread = new ArrayDeque<>();
    private @Nullable Connection connection;
    private boolean reading = true;
    private boolean dead;
    private boolean finishing;
    private long toNodeAtNanos;
    private long toClientAtNanos;

    Wire(SimulatedNode node, SimulatedClient client, Connect connect) {
        this.time = client.time;
        this.node = node;
        this.client = client;
        int shard = node.broker().shardIndexFor(connect.clientId());
        this.loop = node.loop(shard);
        Shard home = node.broker().shard(shard);
        Peer peer = new Peer("client", "simulated", null);
        arriveAtNode(now -> connection = home.connect(connect, this, peer, now));
    }

    boolean isDead() {
        return dead;
    }

    /** From the client. */
    void toNode(Packet packet) {
        arriveAtNode(now -> {
            if (reading) {
                received(packet, now);
            } else {
                unread.add(packet);
            }
        });
    }

    private void received(Packet packet, long nowNanos) {
        if (connection != null) {
            connection.received(packet, nowNanos);
        }
    }

    private void arriveAtNode(ShardLoop.Task task) {
        toNodeAtNanos = Math.max(toNodeAtNanos + 1, time.nowNanos() + time.delay(LATENCY_NANOS));
        time.at(
                toNodeAtNanos,
                () -> {
                    if (!dead) {
                        loop.execute(now -> {
                            if (!dead) {
                                task.run(now);
                            }
                        });
                    }
                });
    }

    /** The network fails: what is under way is lost, the node notices later. */
    void cut() {
        if (!dead) {
            dead = true;
            time.after(time.delay(LATENCY_NANOS), () -> loop.execute(this::closed));
        }
    }

    private void closed(long nowNanos) {
        if (connection != null) {
            connection.closed(nowNanos);
        }
    }

    @Override
    public void send(Packet packet) {
        toClient(() -> client.received(this, packet));
    }

    private void toClient(Runnable arrival) {
        if (finishing) {
            return;
        }
        toClientAtNanos =
                Math.max(toClientAtNanos + 1, time.nowNanos() + time.delay(LATENCY_NANOS));
        time.at(
                toClientAtNanos,
                () -> {
                    if (!dead && !node.isCrashed()) {
                        arrival.run();
                    }
                });
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
        Properties.Builder properties = message.properties().toBuilder();
        subscriptionIdentifiers.forEach(properties::subscriptionIdentifier);
        if (expirySeconds >= 0) {
            properties.number(Property.MESSAGE_EXPIRY_INTERVAL, expirySeconds);
        }
        send(
                new Publish(
                        message.topic(),
                        message.payload(),
                        qos,
                        retain,
                        duplicate,
                        packetId,
                        properties.build()));
        return 1 + message.payload().length;
    }

    @Override
    public boolean isWritable() {
        return client.taking;
    }

    /** The node learns it later than it could see it. */
    void takesAgain() {
        time.after(
                time.delay(LATENCY_NANOS),
                () ->
                        loop.execute(now -> {
                            if (connection != null) {
                                connection.writable(now);
                            }
                        }));
    }

    @Override
    public void setReading(boolean to) {
        reading = to;
        loop.execute(now -> {
            while (reading && !unread.isEmpty()) {
                received(unread.poll(), now);
            }
        });
    }

    @Override
    public void close() {
        toClient(() -> {
            dead = true;
            client.lost(this);
        });
        finishing = true;
        loop.execute(this::closed);
    }
}
