package io.skein.cluster;

import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session as a store holds it: the sum of its {@link SessionChange changes}. Not thread-safe.
 * Handed to the broker by {@link SessionStore#claim} and {@link LocalBroker#adopt}, it is the
 * broker's to keep and no longer the store's.
 */
public final class StoredSession {
    /** A subscription with its identifier, 0 for none. */
    public record Entry(Subscription subscription, int subscriptionIdentifier) {}

    /**
     * A message in the queue.
     *
     * @param packetId 0 while it was not sent
     * @param released whether PUBREC arrived for it
     */
    public record Slot(long sequence, QueuedMessage queued, int packetId, boolean released) {}

    private final String clientId;
    private SessionHead head;
    private final Map<TopicFilter, Entry> subscriptions = new LinkedHashMap<>();
    private final MessageQueue queue;
    private final SortedSet<Integer> received = new TreeSet<>();
    private final SortedMap<Integer, Origin> underWay = new TreeMap<>();

    /** A session without subscriptions and messages. */
    public StoredSession(String clientId, SessionHead head) {
        this(clientId, head, new MessageQueue());
    }

    private StoredSession(String clientId, SessionHead head, MessageQueue queue) {
        this.clientId = clientId;
        this.head = head;
        this.queue = queue;
    }

    /** Whose session it is. */
    public String clientId() {
        return clientId;
    }

    /** Connection state, expiry and will. */
    public SessionHead head() {
        return head;
    }

    /** Its subscriptions in the order they were made. */
    public Collection<Entry> subscriptions() {
        return subscriptions.values();
    }

    /** Its queue in order, messages in flight included. */
    public Collection<Slot> queue() {
        return queue.all();
    }

    /** Its queue from this place on, in order. */
    public Collection<Slot> queueFrom(long sequence) {
        return queue.from(sequence);
    }

    /** The last message of the queue, or null. */
    public @Nullable Slot lastSlot() {
        return queue.last();
    }

    /** The message at this place of the queue, or null. */
    public @Nullable Slot slot(long sequence) {
        return queue.slot(sequence);
    }

    /** The same without how far its delivery got. */
    public @Nullable QueuedMessage queued(long sequence) {
        return queue.get(sequence);
    }

    /**
     * Packet ids of QoS 2 messages that the client has sent, everybody has, and are not released.
     */
    public Collection<Integer> received() {
        return received;
    }

    /** Packet ids of QoS 2 messages that not everybody may have: as which one each is published. */
    public Map<Integer, Origin> underWay() {
        return underWay;
    }

    /**
     * Takes one change in; fencing is the caller's business. {@link SessionChange.Ended} empties
     * the session. A change of a message that is not there (any more) has no effect.
     */
    public void apply(SessionChange change) {
        switch (change) {
            case SessionChange.HeadSet set -> head = set.head();
            case SessionChange.Ended ignored -> {
                subscriptions.clear();
                queue.clear();
                received.clear();
                underWay.clear();
            }
            case SessionChange.Subscribed made ->
                    subscriptions.put(
                            made.subscription().filter(),
                            new Entry(made.subscription(), made.subscriptionIdentifier()));
            case SessionChange.Unsubscribed ended -> subscriptions.remove(ended.filter());
            case SessionChange.Queued joined -> queue.put(joined.sequence(), joined.queued());
            case SessionChange.Sent sent -> queue.sent(sent.sequence(), sent.packetId());
            case SessionChange.Released released -> queue.released(released.sequence());
            case SessionChange.Dequeued done -> queue.remove(done.sequence());
            case SessionChange.Received one -> received(one.packetId(), one.underWay());
            case SessionChange.Completed one -> {
                received.remove(one.packetId());
                underWay.remove(one.packetId());
            }
        }
    }

    private void received(int packetId, @Nullable Origin as) {
        if (as == null) {
            received.add(packetId);
            underWay.remove(packetId);
        } else {
            underWay.put(packetId, as);
        }
    }

    /** The same session, to be changed apart; messages are shared. */
    public StoredSession copy() {
        StoredSession copy = new StoredSession(clientId, head, queue.copy());
        copy.subscriptions.putAll(subscriptions);
        copy.received.addAll(received);
        copy.underWay.putAll(underWay);
        return copy;
    }

    /** Hands out the changes, made under {@code epoch}, that rebuild this session from nothing. */
    public void forEachChange(long epoch, Consumer<SessionChange> action) {
        forEachChangeButQueue(epoch, action);
        for (Slot slot : queue.all()) {
            forEachChange(epoch, slot, action);
        }
    }

    /** The same without the messages in the queue. */
    public void forEachChangeButQueue(long epoch, Consumer<SessionChange> action) {
        action.accept(new SessionChange.HeadSet(clientId, epoch, head));
        for (Entry entry : subscriptions.values()) {
            action.accept(
                    new SessionChange.Subscribed(
                            clientId, epoch, entry.subscription(), entry.subscriptionIdentifier()));
        }
        for (int packetId : received) {
            action.accept(new SessionChange.Received(clientId, epoch, packetId));
        }
        underWay.forEach((packetId, as) ->
                action.accept(new SessionChange.Received(clientId, epoch, packetId, as)));
    }

    /** The same for one of the messages in the queue. */
    public void forEachChange(long epoch, Slot slot, Consumer<SessionChange> action) {
        action.accept(new SessionChange.Queued(clientId, epoch, slot.sequence(), slot.queued()));
        if (slot.packetId() != 0) {
            action.accept(
                    new SessionChange.Sent(clientId, epoch, slot.sequence(), slot.packetId()));
        }
        if (slot.released()) {
            action.accept(new SessionChange.Released(clientId, epoch, slot.sequence()));
        }
    }
}
