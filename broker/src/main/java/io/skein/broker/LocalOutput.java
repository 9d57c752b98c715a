package io.skein.broker;

import io.skein.cluster.LocalClient;
import io.skein.cluster.LocalConnection;
import io.skein.cluster.Message;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.Publish;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** Both ways of a client without a network: packets pass as they are, between threads. */
final class LocalOutput implements ConnectionOutput {
    private final Shard shard;
    private final LocalClient client;

    // Used by the thread of the shard.
    private @Nullable Connection connection;
    private boolean closed;

    private LocalOutput(Shard shard, LocalClient client) {
        this.shard = shard;
        this.client = client;
    }

    static LocalConnection connect(Shard shard, Connect packet, LocalClient client) {
        LocalOutput output = new LocalOutput(shard, client);
        shard.loop.execute(now -> output.connection = shard.connectLocal(packet, output, now));
        return output.new Input();
    }

    /** What the client does. */
    private final class Input implements LocalConnection {
        @Override
        public void send(Packet packet) {
            onShard((live, now) -> live.received(packet, now));
        }

        @Override
        public void writable() {
            onShard(Connection::writable);
        }

        @Override
        public void forgetReceived() {
            onShard((live, ignored) -> live.forgetReceived());
        }

        @Override
        public void close() {
            onShard((live, now) -> {
                closed = true;
                live.closed(now);
            });
        }

        private void onShard(ObjLongConsumer<Connection> call) {
            shard.loop.execute(now -> {
                if (connection != null && !closed) {
                    call.accept(connection, now);
                }
            });
        }
    }

    @Override
    public void send(Packet packet) {
        if (!closed) {
            client.received(packet);
        }
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
        Properties properties =
                expirySeconds < 0
                        ? message.properties()
                        : message.properties().toBuilder()
                                .number(Property.MESSAGE_EXPIRY_INTERVAL, expirySeconds)
                                .build();
        send(
                new Publish(
                        message.topic(),
                        message.payload(),
                        qos,
                        retain,
                        duplicate,
                        packetId,
                        properties));
        return message.topic().utf8().length + message.payload().length;
    }

    @Override
    public boolean isWritable() {
        return client.isWritable();
    }

    @Override
    public void setReading(boolean reading) {
        if (!closed) {
            client.setReading(reading);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            client.closed();
        }
    }
}
