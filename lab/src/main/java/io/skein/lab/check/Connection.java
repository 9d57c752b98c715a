package io.skein.lab.check;

import io.skein.lab.history.Closing;
import io.skein.lab.history.Event.Connect;
import io.skein.lab.history.WillMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection, from its CONNECT on. */
final class Connection {
    private static final long NOT = -1;

    private final Connect connect;
    private final Client client;
    private final long invoked;
    private final List<Contest> contests = new ArrayList<>(1);
    private @Nullable Session session;
    private long connected = NOT;
    private long supersededAt = Long.MAX_VALUE;
    private long provedAt = NOT;
    private long disconnected = NOT;
    private long disconnectedNanos = NOT;
    private int disconnectReason;
    private @Nullable Closing closing;
    private long closed = NOT;
    private long closedNanos = NOT;
    private long expirySeconds;
    private long followedNanos = Long.MAX_VALUE;
    private long willSeen = NOT;

    Connection(Connect connect, Client client, long invoked) {
        this.connect = connect;
        this.client = client;
        this.invoked = invoked;
    }

    long number() {
        return connect.op();
    }

    Connect connect() {
        return connect;
    }

    Client client() {
        return client;
    }

    @Nullable WillMessage will() {
        return connect.will();
    }

    /** The index of its CONNECT. */
    long invoked() {
        return invoked;
    }

    /** Its CONNACK came. */
    void accepted(Session of, long index, long expiry) {
        session = of;
        connected = index;
        expirySeconds = expiry;
    }

    /** The session it serves; null before it is accepted. */
    @Nullable Session session() {
        return session;
    }

    /** The index of its CONNACK, or -1. */
    long connected() {
        return connected;
    }

    long expirySeconds() {
        return expirySeconds;
    }

    boolean isOpen() {
        return connected != NOT && closed == NOT && disconnected == NOT;
    }

    void disconnect(long index, long nanos, int reason, long expiry) {
        disconnected = index;
        disconnectedNanos = nanos;
        disconnectReason = reason;
        if (expiry >= 0) {
            expirySeconds = expiry;
        }
    }

    /** The index of the client's DISCONNECT, or -1. */
    long disconnected() {
        return disconnected;
    }

    long disconnectedNanos() {
        return disconnectedNanos;
    }

    /** Whether the client asked for its will to be discarded. */
    boolean discardsWill() {
        return disconnected != NOT && disconnectReason == 0;
    }

    /** It ended. */
    void closed(long index, long nanos, Closing by) {
        closed = index;
        closedNanos = nanos;
        closing = by;
    }

    /** The index of its end, or -1. */
    long closed() {
        return closed;
    }

    long closedNanos() {
        return closedNanos;
    }

    @Nullable Closing closing() {
        return closing;
    }

    /** Another CONNECT of its client leaves. */
    void followed(long nanos) {
        followedNanos = Math.min(followedNanos, nanos);
    }

    /** When the next CONNECT of its client left. */
    long followedNanos() {
        return followedNanos;
    }

    /** From this event on, another connection of its client owns the session. */
    void superseded(long index) {
        supersededAt = Math.min(supersededAt, index);
    }

    long supersededAt() {
        return supersededAt;
    }

    List<Contest> contests() {
        return contests;
    }

    /** The broker answered on it something that was asked at this event. */
    void proved(long index) {
        provedAt = Math.max(provedAt, index);
    }

    /** The latest event of which it is sure that the broker served the connection after it. */
    long provedAt() {
        return provedAt;
    }

    /** Its will came to somebody. */
    void willSeen(long index) {
        if (willSeen == NOT) {
            willSeen = index;
        }
    }

    /** When its will came first to anybody; -1 if it did not. */
    long willSeen() {
        return willSeen;
    }
}
