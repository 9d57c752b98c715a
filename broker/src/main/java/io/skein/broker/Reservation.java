package io.skein.broker;

import io.skein.cluster.SessionChange;

/**
 * A place in the queue of a session that the shard of a message's publisher writes, together with
 * what else belongs to the message. The queue is not sent beyond it before that is done.
 */
final class Reservation {
    final Session session;
    final Slot slot;
    final SessionChange.Queued change;

    /** The write was refused: set by the publisher's shard before the session is told. */
    boolean refused;

    /**
     * The session's own shard has written it or given it up, because the session moves or ends: a
     * refusal of the joint write does not concern it.
     */
    volatile boolean seenTo;

    Reservation(Session session, Slot slot, SessionChange.Queued change) {
        this.session = session;
        this.slot = slot;
        this.change = change;
    }
}
