package io.skein.cluster.standalone;

import io.skein.cluster.Message;
import io.skein.cluster.RetainedMessages;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the log adds up to: the sessions and the retained messages that a restart would bring back.
 * Messages are the same objects that the broker holds. Used by one thread; {@link #retained} may be
 * read by any.
 */
final class LiveState {
    // Its iterators go on while it changes, and find what stays.
    private final Map<String, Image.Stored> sessions = new ConcurrentHashMap<>();
    private final RetainedMessages retained = new RetainedMessages();
    private final MessageTable messages = new MessageTable();
    private @Nullable Image image;
    private long images;

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
        Image.Stored stored = sessions.get(clientId);
        return stored == null ? null : stored.session;
    }

    /** All sessions, in no order. */
    List<StoredSession> sessions() {
        return sessions.values().stream().map(stored -> stored.session).toList();
    }

    /**
     * Begins an image of what it holds now; to be called between two records.
     *
     * @param epochs the epoch of the owner of a client id
     */
    Image beginImage(ToLongFunction<String> epochs) {
        Image begun =
                new Image(
                        ++images,
                        sessions.values().iterator(),
                        retained.iterator(),
                        messages,
                        epochs);
        image = begun;
        return begun;
    }

    /** The image is handed out, or nobody wants it any more. */
    void endImage() {
        image = null;
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
                    set.clientId(),
                    clientId -> new Image.Stored(new StoredSession(clientId, set.head()), images));
        }
        Image.Stored stored = sessions.get(change.clientId());
        if (stored == null) {
            return;
        }
        if (image != null) {
            image.changing(stored, change);
        }
        StoredSession session = stored.session;
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
        if (image != null) {
            image.changing(message.topic(), retained.get(message.topic()));
        }
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
