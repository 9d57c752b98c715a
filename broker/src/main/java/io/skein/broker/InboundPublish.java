package io.skein.broker;

import io.skein.cluster.Refusal;
import io.skein.mqtt.QoS;
import org.jspecify.annotations.Nullable;

/** A QoS 1 or 2 PUBLISH of a client that waits for its PUBACK or PUBREC. */
final class InboundPublish extends JointPublish {
    final int packetId;
    final QoS qos;
    boolean wanted = true;

    private final Connection connection;
    private @Nullable InboundPublish repetition;

    InboundPublish(Connection connection, Session session, int packetId, QoS qos) {
        super(connection.shard(), session, qos == QoS.EXACTLY_ONCE && session.isPersistent());
        this.connection = connection;
        this.packetId = packetId;
        this.qos = qos;
    }

    /** The client has sent it again on another connection, which is to be answered as well. */
    void repeatedBy(InboundPublish again) {
        repetition = again;
    }

    @Override
    void changePublisher() {
        session.keepReceived(packetId);
    }

    @Override
    void finished(long nowNanos) {
        if (qos == QoS.EXACTLY_ONCE && session.noLongerReceiving(this) && changeKept) {
            expectPart(); // to the client the id is free when it is answered
            shard.afterWrite(session, this::freed);
            return;
        }
        connection.acknowledgeFinished(nowNanos);
        if (repetition != null) {
            repetition.wanted = wanted;
            repetition.partDone(failure, nowNanos);
        }
    }

    private void freed(@Nullable Refusal refusal, long nowNanos) {
        if (refusal == null || connection.isClosed()) {
            partDone(null, nowNanos);
            return;
        }
        connection.notKept(
                refusal,
                () -> {
                    session.completed(packetId);
                    shard.afterWrite(session, this::freed);
                },
                nowNanos);
    }
}
