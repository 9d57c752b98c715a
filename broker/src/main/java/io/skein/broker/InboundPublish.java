package io.skein.broker;

import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.QoS;
import org.jspecify.annotations.Nullable;

/** A QoS 1 or 2 PUBLISH of a client that waits for its PUBACK or PUBREC. */
class InboundPublish extends JointPublish {
    final int packetId;
    final QoS qos;
    boolean wanted = true;

    final Connection connection;
    private @Nullable InboundPublish repetition;

    InboundPublish(Connection connection, Session session, int packetId, QoS qos) {
        this(connection, session, packetId, qos, isKeptTogether(session, qos));
    }

    InboundPublish(
            Connection connection, Session session, int packetId, QoS qos, boolean keptTogether) {
        super(connection.shard(), session, keptTogether);
        this.connection = connection;
        this.packetId = packetId;
        this.qos = qos;
    }

    private static boolean isKeptTogether(Session session, QoS qos) {
        return qos == QoS.EXACTLY_ONCE && session.isPersistent();
    }

    /** The client has sent it again on another connection, which is to be answered as well. */
    void repeatedBy(InboundPublish again) {
        repetition = again;
    }

    /** As which one its message is published; null where it has no number. */
    @Nullable Origin origin() {
        return null;
    }

    /** Gives everybody the message. */
    void route(Message message, long nowNanos) {
        connection.retain(message, this);
        wanted = shard.route(message, this, nowNanos);
        if (qos == QoS.EXACTLY_ONCE) {
            session.receiving(this);
            routed(nowNanos);
        } else {
            partDone(null, nowNanos);
        }
    }

    @Override
    @Nullable SessionChange publisherChange() {
        return session.receivedChange(packetId);
    }

    @Override
    void finished(long nowNanos) {
        if (qos == QoS.EXACTLY_ONCE && session.noLongerReceiving(this) && changeKept) {
            free(); // to the client the id is free when it is answered
        } else {
            answer(nowNanos);
        }
    }

    /** Keeps that the packet id is free again, and answers then. */
    final void free() {
        expectPart();
        shard.afterWrite(session, this::freed);
    }

    /** Whether the client is going to be told that the message is refused. */
    final boolean canRefuse(Refusal refusal) {
        return connection.canRefuse(refusal)
                || (repetition != null && repetition.canRefuse(refusal));
    }

    final void answer(long nowNanos) {
        connection.finished(this, nowNanos);
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
