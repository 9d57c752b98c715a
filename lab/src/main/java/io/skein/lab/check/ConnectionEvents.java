package io.skein.lab.check;

import io.skein.lab.check.Counts.Count;
import io.skein.lab.check.Pending.Connecting;
import io.skein.lab.check.Pending.Publishing;
import io.skein.lab.history.Closing;
import io.skein.lab.history.Event.Closed;
import io.skein.lab.history.Event.Connect;
import io.skein.lab.history.Event.Connected;
import io.skein.lab.history.Event.Disconnect;
import io.skein.lab.history.HistoryException;
import io.skein.lab.history.WillMessage;
import org.jspecify.annotations.Nullable;

/** Connections and the sessions that they begin, resume and end. */
final class ConnectionEvents {
    private final RunState run;
    private final OwnerCheck owners;
    private final LossCheck losses;
    private final Availability availability;

    ConnectionEvents(RunState run, OwnerCheck owners, LossCheck losses, Availability availability) {
        this.run = run;
        this.owners = owners;
        this.losses = losses;
        this.availability = availability;
    }

    void connect(Connect event, long index, long nanos)
            throws HistoryException, RecordTooLargeException {
        Connection connection = run.connect(event, index);
        Client client = connection.client();
        client.attempts(index, nanos);
        client.unfollowed().forEach(earlier -> earlier.followed(nanos));
        client.unfollowed().clear();
        WillMessage will = event.will();
        if (will != null) {
            MessageStream stream = run.stream(will.topic(), will.message());
            long sequence = will.message().sequence();
            run.count(stream, sequence, index);
            if (!stream.add(
                    sequence, index, nanos, event.op(), will.qos(), will.retain(), false, true)) {
                throw PublishEvents.usedTwice(stream, sequence, index);
            }
            if (will.retain()) {
                run.retained(will.topic()).sent(will.message(), false, index);
            }
        }
        run.begin(event.op(), new Connecting(connection, index, nanos));
    }

    void connected(Connected event, long index, long nanos) throws HistoryException {
        Connecting begun = run.end(event.op(), index, Connecting.class);
        Connection connection = begun.connection();
        Client client = connection.client();
        boolean clean = connection.connect().cleanStart();
        boolean raced = isRacedByCleanStart(connection);
        if (raced) {
            client.haunt();
        }
        Session session = client.session();
        if (!event.sessionPresent()) {
            if (session != null) {
                gone(session, connection, index, nanos);
            }
            publishesAnew(client);
            session = fresh(client, false);
        } else if (clean) {
            foundNotClean(connection, index, nanos);
            if (session != null) {
                end(session, index);
            }
            session = fresh(client, true);
        } else if (session == null) {
            session = fresh(client, true);
        } else {
            run.counts().add(Count.SESSIONS_RESUMED);
            if (session.isPersistent()) {
                run.findings().checked(Promise.P6);
            }
        }
        if (raced) {
            session.distrust();
        }
        connection.accepted(session, index, event.expirySeconds());
        session.continueOn(connection, event.expirySeconds());
        session.aliveAt(begun.nanos());
        owners.accepted(connection, index);
        if (connection.will() != null) {
            client.unfollowed().add(connection);
        }
        availability.served(client, nanos);
        run.counts().add(Count.CONNECTIONS);
    }

    /**
     * Whether a CONNECT of the same client with Clean Start, or without if this one has it,
     * overlaps: it cannot be told which of them came first.
     */
    private boolean isRacedByCleanStart(Connection connection) {
        boolean clean = connection.connect().cleanStart();
        for (Pending pending : run.pending()) {
            if (pending instanceof Connecting
                    && pending.connection().client() == connection.client()
                    && (clean || pending.connection().connect().cleanStart())) {
                return true;
            }
        }
        return connection.client().open().stream()
                .anyMatch(other ->
                        other.connected() > connection.invoked()
                                && (clean || other.connect().cleanStart()));
    }

    private Session fresh(Client client, boolean inherited) {
        Session session = new Session(client, inherited);
        client.session(session);
        run.add(session);
        return session;
    }

    /** The broker says that there is no session. */
    private void gone(Session session, Connection connection, long index, long nanos) {
        boolean lawful =
                connection.connect().cleanStart()
                        || !session.isPersistent()
                        || session.client().isHaunted()
                        || !session.outlasts(nanos);
        if (lawful) {
            end(session, index);
            return;
        }
        Connection last = session.connection();
        run.findings().checked(Promise.P6);
        run.findings()
                .add(
                        Anomaly.SESSION_FORGOTTEN,
                        nanos,
                        () ->
                                "%s came back with connection %d, and its session was gone"
                                        .formatted(session.client().id(), connection.number()),
                        () ->
                                Evidence.of(
                                        last == null ? -1 : last.connected(),
                                        last == null ? -1 : last.closed(),
                                        connection.invoked(),
                                        index));
        session.subscriptions().forEach(each -> losses.forgotten(each, connection));
        session.subscriptions().forEach(Subscription::doubted);
        endInGroups(session, index);
    }

    private void end(Session session, long index) {
        doubt(session);
        endInGroups(session, index);
    }

    private void doubt(Session session) {
        session.subscriptions().forEach(losses::passedOver);
        session.subscriptions().forEach(Subscription::doubted);
    }

    private void endInGroups(Session session, long index) {
        session.subscriptions().stream()
                .filter(Subscription::isShared)
                .forEach(each -> run.group(each.filter()).sessionEnded(index));
    }

    /** What its publishers have in flight may be sent again, as in a new session. */
    private void publishesAnew(Client client) {
        for (Pending pending : run.pending()) {
            if (pending instanceof Publishing publishing
                    && publishing.stream() != null
                    && publishing.connection().client() == client) {
                publishing.stream().sentAnew(publishing.sequence());
            }
        }
    }

    private void foundNotClean(Connection connection, long index, long nanos) {
        run.findings()
                .add(
                        Anomaly.SESSION_NOT_CLEAN,
                        nanos,
                        () ->
                                "connection %d of %s asked for a clean start and got a session"
                                        .formatted(connection.number(), connection.client().id()),
                        () -> Evidence.of(connection.invoked(), index));
    }

    /** A CONNECT was refused, or did not reach the broker. */
    void failed() {
        run.counts().add(Count.CONNECTIONS_REFUSED);
    }

    /** A CONNECT was given up: the broker may have taken it, or may yet. */
    void unknown(Connecting given, long index) {
        run.counts().add(Count.CONNECTIONS_UNKNOWN);
        haunts(given, index);
    }

    /** A CONNECT may end the session at any time, if it asks for that. */
    void haunts(Connecting given, long index) {
        if (given.connection().connect().cleanStart()) {
            Client client = given.connection().client();
            client.haunt();
            Session session = client.session();
            if (session != null) {
                end(session, index);
            }
        }
    }

    void disconnect(Disconnect event, long index, long nanos) throws HistoryException {
        Connection connection = run.connection(event.connection(), index);
        connection.disconnect(index, nanos, event.reason(), event.expirySeconds());
        connection.client().open().remove(connection);
        Session session = connection.session();
        if (session != null && session.connection() == connection) {
            session.expireAfter(connection.expirySeconds());
            left(session, index);
        }
    }

    void closed(Closed event, long index, long nanos) throws HistoryException {
        Connection connection = run.connection(event.connection(), index);
        connection.closed(index, nanos, event.by());
        connection.client().open().remove(connection);
        if (event.by() == Closing.LOST || event.by() == Closing.BY_BROKER) {
            run.counts().add(Count.CONNECTIONS_LOST);
        }
        @Nullable Session session = connection.session();
        if (session != null && session.connection() == connection) {
            left(session, index);
        }
    }

    /** The connection of a session has ended; one that overlapped with it may go on. */
    private void left(Session session, long index) {
        for (Connection other : session.client().open()) {
            if (other.session() == session) {
                session.continueOn(other, other.expirySeconds());
                return;
            }
        }
        if (!session.isPersistent()) {
            end(session, index);
        } else if (session.client().isHaunted()) {
            doubt(session);
        }
    }
}
