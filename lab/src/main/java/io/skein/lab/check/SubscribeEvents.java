package io.skein.lab.check;

import io.skein.lab.check.Counts.Count;
import io.skein.lab.check.Pending.Subscribing;
import io.skein.lab.check.Pending.Unsubscribing;
import io.skein.lab.history.Event.Subscribe;
import io.skein.lab.history.Event.Subscribed;
import io.skein.lab.history.Event.Unsubscribe;
import io.skein.lab.history.Event.Unsubscribed;
import io.skein.lab.history.HistoryException;
import io.skein.lab.history.Phase;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.InvalidTopicException;

/** What clients subscribe to. */
final class SubscribeEvents {
    private static final int NEVER_RETAINED = 2;

    private final RunState run;
    private final LossCheck losses;
    private final Service service;

    SubscribeEvents(RunState run, LossCheck losses, Service service) {
        this.run = run;
        this.losses = losses;
        this.service = service;
    }

    void subscribe(Subscribe event, long index, long nanos) throws HistoryException {
        Connection connection = run.connection(event.connection(), index);
        Subscription subscription;
        try {
            subscription = session(connection, index).subscribe(event.filter());
        } catch (InvalidTopicException e) {
            throw new HistoryException("event %d: %s".formatted(index, e.getMessage()));
        }
        connection.client().attempts(index, nanos);
        if (event.qos() == QoS.AT_MOST_ONCE) {
            losses.passedOver(subscription);
            subscription.doubted();
        }
        boolean fresh = subscription.begin(index, event.noLocal());
        Reader reader = null;
        if (subscription.isShared()) {
            run.group(subscription.filter()).join(subscription);
        } else if (run.hasReached(Phase.DRAIN_BEGIN) && givesRetained(event, fresh)) {
            reader = new Reader(subscription, connection, index);
            run.readers().add(reader);
        }
        run.begin(
                event.op(), new Subscribing(connection, index, nanos, subscription, fresh, reader));
    }

    private static boolean givesRetained(Subscribe event, boolean fresh) {
        return event.retainHandling() == 0 || (event.retainHandling() < NEVER_RETAINED && fresh);
    }

    private static Session session(Connection connection, long index) throws HistoryException {
        Session session = connection.session();
        if (session == null) {
            throw new HistoryException(
                    "event %d: connection %d has not been accepted"
                            .formatted(index, connection.number()));
        }
        return session;
    }

    void subscribed(Subscribed event, long index, long nanos) throws HistoryException {
        Subscribing begun = run.end(event.op(), index, Subscribing.class);
        Subscription subscription = begun.subscription();
        Session session = subscription.session();
        run.counts().add(Count.SUBSCRIBED);
        if (session.isConnected()) {
            subscription.granted(index, event.qos());
        }
        if (subscription.isShared() && event.qos() == QoS.AT_MOST_ONCE) {
            run.group(subscription.filter()).weaken();
        }
        if (begun.reader() != null) {
            begun.reader().grant();
        }
        service.answered(begun.connection(), begun, index, nanos);
    }

    void unsubscribe(Unsubscribe event, long index, long nanos) throws HistoryException {
        Connection connection = run.connection(event.connection(), index);
        Subscription subscription = session(connection, index).subscription(event.filter());
        connection.client().attempts(index, nanos);
        if (subscription != null) {
            losses.passedOver(subscription);
            subscription.doubted();
        }
        run.begin(event.op(), new Unsubscribing(connection, index, nanos, subscription));
    }

    void unsubscribed(Unsubscribed event, long index, long nanos) throws HistoryException {
        Unsubscribing begun = run.end(event.op(), index, Unsubscribing.class);
        run.counts().add(Count.UNSUBSCRIBED);
        if (begun.subscription() != null) {
            begun.subscription().ended(begun.invoked(), index);
        }
        service.answered(begun.connection(), begun, index, nanos);
    }

    /** A SUBSCRIBE was refused. */
    void failed(Subscribing begun, long index) {
        if (begun.fresh()) {
            begun.subscription().ended(begun.invoked(), index);
        }
    }
}
