package io.skein.broker;

import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.QoS;
import org.jspecify.annotations.Nullable;

/**
 * A QoS 2 PUBLISH of a session that is kept, where the message and its packet id are kept in
 * different places: the id comes first, with the number under which the message is published then.
 * So what the client sends again, wherever its session is, goes out as the same message, and
 * whoever has had it passes it by.
 */
final class NumberedPublish extends InboundPublish {
    private final Origin origin;
    private final boolean again;
    private @Nullable Message message;
    private @Nullable Refusal notKept;
    private boolean begun;
    private boolean routed;

    /**
     * @param again whether it may have been published before under this number
     */
    NumberedPublish(
            Connection connection, Session session, int packetId, Origin origin, boolean again) {
        super(connection, session, packetId, QoS.EXACTLY_ONCE, false);
        this.origin = origin;
        this.again = again;
    }

    @Override
    Origin origin() {
        return origin;
    }

    /** The packet id is kept or could not be, so that it may be routed in its turn. */
    boolean isBegun() {
        return begun;
    }

    /** Those behind have to wait for one that is published again: it takes another way. */
    boolean isAwaited() {
        return again && routed && !isFinished();
    }

    boolean isRouted() {
        return routed;
    }

    @Override
    void route(Message numbered, long nowNanos) {
        message = numbered;
        session.begin(this);
        if (again) {
            begun = true;
            session.routeBegun(nowNanos);
            return;
        }
        shard.change(new SessionChange.Received(session.clientId, session.epoch, packetId, origin));
        shard.afterWrite(
                session,
                (refusal, now) -> {
                    notKept = refusal;
                    begun = true;
                    session.routeBegun(now);
                });
    }

    /** It is its turn. */
    void routeInTurn(long nowNanos) {
        routed = true;
        Message numbered = message;
        Refusal refusal = session.ended ? Refusal.fenced(session.clientId) : notKept;
        if (refusal == null && numbered != null) {
            connection.retain(numbered, this);
            wanted =
                    again
                            ? shard.routeAgain(numbered, this)
                            : shard.route(numbered, this, nowNanos);
        }
        partDone(refusal, nowNanos);
    }

    @Override
    void finished(long nowNanos) {
        boolean current = session.noLongerUnderWay(this);
        if (current && failure == null) {
            session.everybodyHas(packetId); // the answer need not wait for that
        } else if (current && failure != null && canRefuse(failure)) {
            session.removeReceived(packetId);
            free();
            return;
        } else if (current) {
            session.awaitRepetition(packetId);
        }
        answer(nowNanos);
        session.routeBegun(nowNanos);
    }
}
