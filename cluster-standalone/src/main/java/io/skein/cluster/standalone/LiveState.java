package io.skein.cluster.standalone;

import io.skein.cluster.Message;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.RetainedMessages;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
    private Image.@Nullable Stored last; // changes come in runs of one session
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

    /** The epoch under which a session was changed last, 0 if it is not there. */
    long epoch(String clientId) {
        Image.Stored stored = sessions.get(clientId);
        return stored == null ? 0 : stored.epoch;
    }

    /** Begins an image of what it holds now; to be called between two records. */
    Image beginImage() {
        Image begun =
                new Image(++images, sessions.values().iterator(), retained.iterator(), messages);
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

    /** Takes a change of a session in. */
    void apply(SessionChange change) {
        if (change instanceof SessionChange.HeadSet set) {
            sessions.computeIfAbsent(
                    set.clientId(),
                    clientId ->
                            new Image.Stored(
                                    new StoredSession(clientId, set.head()), set.epoch(), images));
        }
        Image.Stored stored = stored(change.clientId());
        if (stored == null) {
            return;
        }
        if (image != null) {
            image.changing(stored, change);
        }
        stored.epoch = change.epoch();
        StoredSession session = stored.session;
        switch (change) {
            case SessionChange.Queued joined -> {
                release(session.queued(joined.sequence()));
                messages.use(joined.queued().message());
            }
            case SessionChange.Dequeued done -> release(session.queued(done.sequence()));
            case SessionChange.Ended ended -> {
                session.queue().forEach(slot -> release(slot.queued()));
                sessions.remove(ended.clientId());
                last = null;
            }
            default -> {}
        }
        session.apply(change);
    }

    private Image.@Nullable Stored stored(String clientId) {
        Image.Stored stored = last;
        if (stored == null || !stored.session.clientId().equals(clientId)) {
            stored = sessions.get(clientId);
            last = stored;
        }
        return stored;
    }

    /** Takes a retained message in, or with an empty payload the end of one. */
    void retain(Message message) {
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

    private void release(@Nullable QueuedMessage queued) {
        if (queued != null) {
            messages.release(queued.message());
        }
    }
}
