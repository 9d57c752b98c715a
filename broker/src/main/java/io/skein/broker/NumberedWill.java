package io.skein.broker;

import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Will;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A will of QoS 1 or 2 on its way, where the message and the session it belongs to are kept in
 * different places: the number under which it is published is kept with the session first, and that
 * the session has no will any more when everybody has it. So whoever has the session next, if this
 * node dies or is cut off in between, publishes the will as the same message, and whoever has had
 * it passes it by. Belongs to the shard of the session.
 */
final class NumberedWill {
    /** When it is tried again first; every time it takes twice as long, up to the maximum. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long RETRY_NANOS_MAXIMUM = TimeUnit.SECONDS.toNanos(5);

    /** How long those who wait for the session do at most; as long as a claim. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Shard shard;
    private final Session session;
    private final Will will;
    private Origin origin;

    /** Whether the number is kept. */
    private boolean numbered;

    /** Whether somebody may have had it: then it takes a longer way, past those who have. */
    private boolean again;

    private long retryNanos = RETRY_NANOS;
    private long sinceNanos;

    NumberedWill(Session session, Will will, Origin origin) {
        this.shard = session.shard;
        this.session = session;
        this.will = will;
        this.origin = origin;
        numbered = session.head.willOrigin() != null;
        again = numbered;
    }

    /** What concerns the session waits until this is over, as for a {@link JointPublish}. */
    void begin(long nowNanos) {
        sinceNanos = nowNanos;
        session.willUnderWay = this;
        session.jointPublishes++;
        goOn(nowNanos);
    }

    private void goOn(long nowNanos) {
        if (session.head.will() == null) { // dropped meanwhile
            over(nowNanos);
        } else if (numbered) {
            publish(nowNanos);
        } else {
            shard.change(
                    new SessionChange.HeadSet(
                            session.clientId, session.epoch, session.head.publishing(origin)));
            shard.afterWrite(session, this::numberKept);
        }
    }

    private void numberKept(@Nullable Refusal refusal, long nowNanos) {
        boolean fenced = refusal != null && refusal.reason() == ReasonCode.SESSION_TAKEN_OVER;
        if (session.head.will() == null) {
            over(nowNanos);
        } else if (refusal == null) {
            session.head = session.head.publishing(origin);
            numbered = true;
            publish(nowNanos);
        } else if (fenced && session.leaving) { // its next owner waits until it is published
            origin = session.nextOwnersWill == null ? origin : session.nextOwnersWill;
            numbered = true;
            publish(nowNanos);
        } else if (fenced && isOverdue(nowNanos)) { // it is its owner's to publish
            over(nowNanos);
        } else {
            refused(nowNanos);
        }
    }

    private void publish(long nowNanos) {
        Message message = Broker.willMessage(session.clientId, will, origin, nowNanos);
        Pending attempt = new Attempt();
        if (will.retain() && shard.broker.keepsRetained(message)) {
            shard.broker.cluster.retained().put(message, attempt.part());
        }
        if (again) {
            shard.routeAgain(message, attempt);
        } else {
            again = true;
            shard.route(message, attempt, nowNanos);
        }
        attempt.partDone(null, nowNanos);
    }

    private void answered(@Nullable Refusal refusal, long nowNanos) {
        if (session.head.will() == null) {
            over(nowNanos);
        } else if (refusal == null || !Reasons.isPassing(refusal)) {
            dropped(); // everybody has it, or is not going to
        } else {
            refused(nowNanos);
        }
    }

    private void refused(long nowNanos) {
        if (isOverdue(nowNanos) && session.isAwaited()) {
            shard.counters.publishesRefused.increment();
            dropped();
        } else {
            shard.timers.at(nowNanos + retryNanos, this::goOn);
            retryNanos = Math.min(2 * retryNanos, RETRY_NANOS_MAXIMUM);
        }
    }

    private boolean isOverdue(long nowNanos) {
        return nowNanos - sinceNanos > PATIENCE_NANOS;
    }

    private void dropped() {
        session.head = session.head.withoutWill(); // [MQTT-3.1.2-10]
        if (!session.endIsDue) {
            shard.change(new SessionChange.HeadSet(session.clientId, session.epoch, session.head));
        }
        shard.afterWrite(session, (refusal, now) -> over(now));
    }

    private void over(long nowNanos) {
        session.willUnderWay = null;
        session.jointPublishEnded(nowNanos);
    }

    /** The message on its way to everybody. */
    private final class Attempt extends Pending {
        Attempt() {
            super(NumberedWill.this.shard);
        }

        @Override
        void finished(long nowNanos) {
            answered(failure, nowNanos);
        }
    }
}
