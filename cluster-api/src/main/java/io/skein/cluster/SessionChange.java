package io.skein.cluster;

import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * One step in the life of a session, as a store keeps it. Every change names the epoch of the
 * ownership it was made under: a store refuses a change of an epoch that is over (P5).
 *
 * <p>Applying all changes of a session in order rebuilds it: see {@link StoredSession#apply}.
 */
public sealed interface SessionChange {
    /** The client whose session changes. */
    String clientId();

    /** The epoch of the ownership under which it changes. */
    long epoch();

    /** Connected, disconnected, will gone, expiry changed. */
    record HeadSet(String clientId, long epoch, SessionHead head) implements SessionChange {}

    /** The session is over; everything of it goes. */
    record Ended(String clientId, long epoch) implements SessionChange {}

    /**
     * A subscription was made, or replaced the one with the same filter.
     *
     * @param subscriptionIdentifier 0 for none
     */
    record Subscribed(
            String clientId, long epoch, Subscription subscription, int subscriptionIdentifier)
            implements SessionChange {}

    /** A subscription ended. */
    record Unsubscribed(String clientId, long epoch, TopicFilter filter) implements SessionChange {}

    /**
     * A QoS 1 or 2 message joined the queue.
     *
     * @param sequence its place in the session's queue, ascending, never reused
     */
    record Queued(String clientId, long epoch, long sequence, QueuedMessage queued)
            implements SessionChange {}

    /** A queued message was given a packet id, 1 to 65,535, and is about to be sent. */
    record Sent(String clientId, long epoch, long sequence, int packetId)
            implements SessionChange {}

    /** PUBREC arrived for a QoS 2 message: from now on only PUBREL is sent for it. */
    record Released(String clientId, long epoch, long sequence) implements SessionChange {}

    /** The message is done with: acknowledged, expired or dropped. */
    record Dequeued(String clientId, long epoch, long sequence) implements SessionChange {}

    /**
     * A QoS 2 PUBLISH with this packet id was received from the client, not yet released.
     *
     * @param underWay as which one its message is published, where somebody may not have it yet:
     *     what the client sends again under that id is published again, as the same one. Null where
     *     everybody has it: what the client sends again is only answered
     */
    record Received(String clientId, long epoch, int packetId, @Nullable Origin underWay)
            implements SessionChange {
        /** One that everybody has. */
        public Received(String clientId, long epoch, int packetId) {
            this(clientId, epoch, packetId, null);
        }
    }

    /** PUBREL for that packet id arrived: the id is free again. */
    record Completed(String clientId, long epoch, int packetId) implements SessionChange {}
}
