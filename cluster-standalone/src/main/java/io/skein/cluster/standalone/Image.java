package io.skein.cluster.standalone;

import io.skein.cluster.Message;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LiveState} holds at one moment, handed out part by part while the state goes on
 * changing: what is about to change is set aside before it does. To begin an image costs the same
 * however much there is, and so does a change meanwhile. Used by the thread that changes the state.
 */
final class Image {
    /** A session of the state, and how far images have got with it. */
    static final class Stored {
        final StoredSession session;

        /** Under which it was changed last. */
        long epoch;

        /** The last image that has its head, or that it is not part of. */
        private long image;

        /** What of its queue is left for that image; null for nothing. */
        private @Nullable Queue queue;

        /** A session that is not part of images up to this one. */
        Stored(StoredSession session, long epoch, long image) {
            this.session = session;
            this.epoch = epoch;
            this.image = image;
        }
    }

    /** A queue from which places up to the last of that moment are to be taken, in order. */
    private static final class Queue {
        final long epoch;
        final long last;
        final Set<Long> changed = new HashSet<>();
        long next = Long.MIN_VALUE;

        Queue(long epoch, long last) {
            this.epoch = epoch;
            this.last = last;
        }
    }

    private final long number;
    private final Iterator<Stored> sessions;
    private final Iterator<Message> retained;
    private final MessageTable messages;
    private final Set<TopicName> changedTopics = new HashSet<>();
    private List<Part> parts = new ArrayList<>();
    private @Nullable Stored current;

    /**
     * Begins with nothing handed out.
     *
     * @param number one more than that of the image before
     * @param sessions finds every session that stays until it was found
     * @param retained the same of retained messages
     */
    Image(
            long number,
            Iterator<Stored> sessions,
            Iterator<Message> retained,
            MessageTable messages) {
        this.number = number;
        this.sessions = sessions;
        this.retained = retained;
        this.messages = messages;
    }

    /** Whether there is more, not counting what was set aside. */
    boolean hasMore() {
        return current != null || sessions.hasNext() || retained.hasNext();
    }

    /** Hands out what was set aside, and more up to about this many parts together. */
    List<Part> handOut(int count) {
        while (parts.size() < count && (current != null || sessions.hasNext())) {
            Stored stored = current == null ? sessions.next() : current;
            begin(stored);
            current = takeQueue(stored, count) ? null : stored;
        }
        while (parts.size() < count && current == null && retained.hasNext()) {
            Message message = retained.next();
            if (!changedTopics.contains(message.topic())) {
                take(message);
            }
        }
        List<Part> taken = parts;
        parts = new ArrayList<>();
        return taken;
    }

    /** A session is about to change. */
    void changing(Stored stored, SessionChange change) {
        begin(stored);
        switch (change) {
            case SessionChange.Queued one -> changing(stored, one.sequence());
            case SessionChange.Sent one -> changing(stored, one.sequence());
            case SessionChange.Released one -> changing(stored, one.sequence());
            case SessionChange.Dequeued one -> changing(stored, one.sequence());
            case SessionChange.Ended ignored -> takeQueue(stored, Integer.MAX_VALUE);
            case SessionChange.HeadSet ignored -> {}
            case SessionChange.Subscribed ignored -> {}
            case SessionChange.Unsubscribed ignored -> {}
            case SessionChange.Received ignored -> {}
            case SessionChange.Completed ignored -> {}
        }
    }

    /** A topic is about to get another retained message, or none. */
    void changing(TopicName topic, @Nullable Message before) {
        if (changedTopics.add(topic) && before != null) {
            take(before);
        }
    }

    private void changing(Stored stored, long sequence) {
        Queue queue = stored.queue;
        if (queue != null
                && sequence >= queue.next
                && sequence <= queue.last
                && queue.changed.add(sequence)) {
            StoredSession.Slot slot = stored.session.slot(sequence);
            if (slot != null) {
                take(stored.session, queue.epoch, slot);
            }
        }
    }

    /** Takes everything but the queue, which may be large. */
    private void begin(Stored stored) {
        if (stored.image >= number) {
            return;
        }
        StoredSession session = stored.session;
        long epoch = stored.epoch;
        session.forEachChangeButQueue(epoch, change -> take(change, null));
        stored.image = number;
        StoredSession.Slot last = session.lastSlot();
        stored.queue = last == null ? null : new Queue(epoch, last.sequence());
    }

    /** Whether nothing of the queue is left. */
    private boolean takeQueue(Stored stored, int count) {
        Queue queue = stored.queue;
        if (queue == null) {
            return true;
        }
        for (StoredSession.Slot slot : stored.session.queueFrom(queue.next)) {
            if (slot.sequence() > queue.last) {
                break;
            }
            if (parts.size() >= count) {
                return false;
            }
            if (!queue.changed.contains(slot.sequence())) {
                take(stored.session, queue.epoch, slot);
            }
            queue.next = slot.sequence() + 1;
        }
        stored.queue = null;
        return true;
    }

    private void take(StoredSession session, long epoch, StoredSession.Slot slot) {
        session.forEachChange(
                epoch,
                slot,
                change ->
                        take(
                                change,
                                change instanceof SessionChange.Queued joined
                                        ? messages.number(joined.queued().message())
                                        : null));
    }

    private void take(SessionChange change, @Nullable MessageNumber number) {
        parts.add(new Part(new Entry.Changed(change), number));
    }

    /** One that was taken and then changes is taken again: so it counts as shared. */
    private void take(Message message) {
        MessageNumber number = new MessageNumber(messages.number(message).value(), true);
        parts.add(new Part(new Entry.Retained(message), number));
    }
}
