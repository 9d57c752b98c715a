package io.skein.cluster.standalone;

import io.skein.cluster.Message;
import io.skein.cluster.RetainedMessages;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the log adds up to: the sessions and the retained messages that a restart would bring back.
 * Messages are the same objects that the broker holds. Used by one thread; {@link #retained} may be
 * read by any.
 */
final class LiveState {
    private final Map<String, StoredSession> sessions = new HashMap<>();
    private final RetainedMessages retained = new RetainedMessages();
    private final MessageTable messages = new MessageTable();

    /** Takes an entry in. */
    void apply(Entry entry) {
        switch (entry) {
            case Entry.Changed changed -> apply(changed.change());
            case Entry.Retained set -> retain(set.message());
        }
    }

    /** To be called after the entries of each record. */
    void endOfRecord() {
        messages.endOfRecord();
    }

    /** The session, or null. */
    @Nullable StoredSession session(String clientId) {
        return sessions.get(clientId);
    }

    /** All sessions, in no order. */
    Collection<StoredSession> sessions() {
        return sessions.values();
    }

    /** The retained messages. */
    RetainedMessages retained() {
        return retained;
    }

    /** The messages of both. */
    MessageTable messages() {
        return messages;
    }

    private void apply(SessionChange change) {
        if (change instanceof SessionChange.HeadSet set) {
            sessions.computeIfAbsent(
                    set.clientId(), clientId -> new StoredSession(clientId, set.head()));
        }
        StoredSession session = sessions.get(change.clientId());
        if (session == null) {
            return;
        }
        switch (change) {
            case SessionChange.Queued joined -> {
                release(session.slot(joined.sequence()));
                messages.use(joined.queued().message());
            }
            case SessionChange.Dequeued done -> release(session.slot(done.sequence()));
            case SessionChange.Ended ended -> {
                session.queue().forEach(this::release);
                sessions.remove(ended.clientId());
            }
            default -> {}
        }
        session.apply(change);
    }

    private void retain(Message message) {
        if (message.payload().length > 0) {
            messages.use(message);
        }
        Message before = retained.put(message);
        if (before != null) {
            messages.release(before);
        }
    }

    private void release(StoredSession.@Nullable Slot slot) {
        if (slot != null) {
            messages.release(slot.queued().message());
        }
    }
}
