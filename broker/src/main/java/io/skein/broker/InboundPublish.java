package io.skein.broker;

import io.skein.mqtt.QoS;

/** A QoS 1 or 2 PUBLISH of a client that waits for its PUBACK or PUBREC. */
final class InboundPublish extends Pending {
    final int packetId;
    final QoS qos;
    boolean wanted = true;

    private final Connection connection;

    InboundPublish(Connection connection, int packetId, QoS qos) {
        super(connection.shard());
        this.connection = connection;
        this.packetId = packetId;
        this.qos = qos;
    }

    @Override
    void finished(long nowNanos) {
        connection.acknowledgeFinished(nowNanos);
    }
}
