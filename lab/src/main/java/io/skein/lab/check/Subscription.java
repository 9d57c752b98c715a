package io.skein.lab.check;

import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;

/** One filter of a session: when it may have held, and since when it surely does. */
final class Subscription {
    private static final long NOT = -1;

    private final Session session;
    private final TopicFilter filter;
    private final TopicFilter plain;
    private final Windows possible = new Windows();
    private boolean noLocal;
    private long begun = NOT;
    private long certainSince = NOT;

    Subscription(Session session, TopicFilter filter) {
        this.session = session;
        this.filter = filter;
        this.plain = filter.withoutShare();
    }

    Session session() {
        return session;
    }

    TopicFilter filter() {
        return filter;
    }

    boolean isShared() {
        return filter.isShared();
    }

    boolean matches(MessageStream stream) {
        return plain.matches(stream.topic());
    }

    /** A SUBSCRIBE leaves; whether it is what makes the subscription possible. */
    boolean begin(long index, boolean withoutLocal) {
        boolean was = possible.isOpen();
        begun = index;
        possible.open(index);
        noLocal |= withoutLocal;
        return !was;
    }

    /** SUBACK came for it. */
    void granted(long index, QoS qos) {
        possible.open(index);
        if (qos == QoS.AT_MOST_ONCE) {
            certainSince = NOT;
        } else if (certainSince == NOT) {
            certainSince = index;
        }
    }

    /**
     * What was asked at one event has surely ended it by another, unless it was renewed between.
     */
    void ended(long asked, long index) {
        if (begun <= asked) {
            possible.close(index);
            certainSince = NOT;
        }
    }

    /** It may end from here on, or hold less than QoS 1. */
    void doubted() {
        certainSince = NOT;
    }

    /** Whether it surely holds, at QoS 1 or 2. */
    boolean isCertain() {
        return certainSince != NOT;
    }

    /** Since which event it does. */
    long certainSince() {
        return certainSince;
    }

    /** Whether it may have held at any time between two events. */
    boolean touches(long from, long to) {
        return possible.touches(from, to);
    }

    boolean noLocal() {
        return noLocal;
    }
}
