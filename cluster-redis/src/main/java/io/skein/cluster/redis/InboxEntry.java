package io.skein.cluster.redis;

/** Noted on a message that was taken from the inbox of a session: the place it has there. */
final class InboxEntry {
    final OwnedSession session;
    final long number;

    /** Whether a change that puts it into the queue takes it out of the inbox. */
    volatile boolean queued;

    InboxEntry(OwnedSession session, long number) {
        this.session = session;
        this.number = number;
    }
}
