package io.skein.broker;

import io.skein.cluster.SessionHead;
import io.skein.mqtt.Property;
import io.skein.mqtt.packet.Will;

/**
 * Ends sessions whose time is over and publishes wills whose delay is over, while nobody is there.
 * A will waits until it can be kept by whom it is for.
 */
final class Expiry {
    private static final long SECOND_NANOS = 1_000_000_000L;

    /**
     * Looks at the session again when the next of the two is due; a session has one timer at most.
     */
    void schedule(Session session) {
        long willDue = session.willUnderWay == null ? willDueNanos(session.head) : Long.MAX_VALUE;
        long due = Math.min(willDue, session.head.expiresAtNanos());
        if (due == Long.MAX_VALUE
                || session.head.connected()
                || session.timerAtNanos <= due
                || session.shard.broker.isJoining()) {
            return;
        }
        lookAt(session, due);
    }

    private void lookAt(Session session, long atNanos) {
        session.timerAtNanos = atNanos;
        session.shard.timers.at(atNanos, now -> look(session, atNanos, now));
    }

    private void look(Session session, long dueNanos, long nowNanos) {
        if (session.timerAtNanos != dueNanos) {
            return; // an earlier timer has taken its place
        }
        session.timerAtNanos = Long.MAX_VALUE;
        if (session.ended || session.head.connected() || session.connection != null) {
            return;
        }
        if (hasWill(session) && !session.shard.broker.maySendWills()) {
            lookAt(session, nowNanos + SECOND_NANOS);
            return;
        }
        Admission admission = session.shard.admission;
        if (willDueNanos(session.head) <= nowNanos) {
            admission.publishWill(session, nowNanos);
        }
        if (session.head.expiresAtNanos() <= nowNanos) { // [MQTT-3.1.2-23]
            admission.publishWill(session, nowNanos); // [MQTT-3.1.3-9] at the end at the latest
            session.shard.counters.sessionsExpired.increment();
            admission.end(session, nowNanos);
        } else {
            schedule(session);
        }
    }

    private static boolean hasWill(Session session) {
        return session.head.will() != null && session.willUnderWay == null;
    }

    static long willDueNanos(SessionHead head) {
        Will will = head.will();
        if (will == null || head.connected()) {
            return Long.MAX_VALUE;
        }
        if (head.willOrigin() != null) { // somebody has begun to publish it
            return head.disconnectedAtNanos();
        }
        return head.disconnectedAtNanos() + delaySeconds(will) * SECOND_NANOS;
    }

    static long delaySeconds(Will will) {
        return will.properties().number(Property.WILL_DELAY_INTERVAL, 0);
    }
}
