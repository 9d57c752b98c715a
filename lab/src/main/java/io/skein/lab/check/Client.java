package io.skein.lab.check;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client identifier with what is known of it. */
final class Client {
    private final String id;
    private final List<Connection> open = new ArrayList<>();
    private final List<Connection> unfollowed = new ArrayList<>();
    private @Nullable Session session;
    private boolean haunted;
    private long waitingSinceNanos = -1;
    private long attempted = -1;
    private long attemptedNanos = -1;
    private long servedNanos = -1;

    Client(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    /** Connections that were accepted and have not ended. */
    List<Connection> open() {
        return open;
    }

    /** Connections with a will that no CONNECT has followed. */
    List<Connection> unfollowed() {
        return unfollowed;
    }

    @Nullable Session session() {
        return session;
    }

    void session(Session next) {
        session = next;
    }

    /**
     * Whether a CONNECT with Clean Start was given up without an answer: the broker may take it at
     * any time, and end whatever session there is then.
     */
    boolean isHaunted() {
        return haunted;
    }

    void haunt() {
        haunted = true;
    }

    /** It asks for something. */
    void attempts(long index, long nanos) {
        attempted = index;
        attemptedNanos = nanos;
        if (waitingSinceNanos < 0) {
            waitingSinceNanos = nanos;
        }
    }

    /**
     * It got something.
     *
     * @return for how long it had asked for something and got nothing, in nanoseconds
     */
    long served(long nanos) {
        servedNanos = nanos;
        long waited = waitingSinceNanos < 0 ? 0 : nanos - waitingSinceNanos;
        waitingSinceNanos = -1;
        return waited;
    }

    /** Since when it has asked for something and got nothing; -1 if that is not so. */
    long waitingSinceNanos() {
        return waitingSinceNanos;
    }

    /** The index of the event with which it asked for something last, or -1. */
    long attempted() {
        return attempted;
    }

    long attemptedNanos() {
        return attemptedNanos;
    }

    long servedNanos() {
        return servedNanos;
    }
}
