package io.skein.cluster.redis;

import org.jspecify.annotations.Nullable;

/** Noted on a message that was taken from an inbox: the place it has there. */
final class InboxEntry {
    /** The session whose inbox it is; null for the inbox of this node. */
    final @Nullable OwnedSession session;

    final long number;

    /** Whether a change that puts it into a queue takes it out of the inbox. */
    volatile boolean queued;

    InboxEntry(@Nullable OwnedSession session, long number) {
        this.session = session;
        this.number = number;
    }
}
