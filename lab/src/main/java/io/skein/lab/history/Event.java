package io.skein.lab.history;

import io.skein.mqtt.QoS;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that a client did or saw, or that was done to the broker. An operation begins with an
 * event that is recorded before its packet is written, and ends with one that is recorded after its
 * answer was read: so what ended before something else began did so in truth, too.
 *
 * <p>Operations are numbered, each number once in a record. A connection has the number of the
 * operation that made it.
 */
public sealed interface Event {
    /** A time in seconds that was not said. */
    long UNSET = -1;

    /** Session Expiry Interval of a session that never expires. */
    long NEVER = 0xFFFF_FFFFL;

    /** What was run; the first event. */
    record Start(String target, long seed, String startedAt, String commandLine) implements Event {}

    /**
     * A CONNECT leaves.
     *
     * @param op the number of the connection, too
     * @param client the client identifier
     * @param node which node is asked, in words; empty where there is one
     * @param version the protocol level: 3, 4 or 5
     * @param cleanStart Clean Start, or Clean Session before MQTT 5
     * @param expirySeconds the Session Expiry Interval; before MQTT 5, 0 for a clean session and
     *     otherwise {@link #NEVER}
     */
    record Connect(
            long op,
            String client,
            String node,
            int version,
            boolean cleanStart,
            long expirySeconds,
            int keepAliveSeconds,
            @Nullable WillMessage will)
            implements Event {}

    /**
     * CONNACK said yes.
     *
     * @param expirySeconds the Session Expiry Interval that holds, be it the broker's
     */
    record Connected(long op, boolean sessionPresent, long expirySeconds) implements Event {}

    /**
     * A DISCONNECT leaves; there is no answer to it.
     *
     * @param reason 0 to have the will discarded, 4 to have it published
     * @param expirySeconds the Session Expiry Interval from here on, or {@link #UNSET} to leave it
     */
    record Disconnect(long connection, int reason, long expirySeconds) implements Event {}

    /**
     * A connection that had been accepted ended.
     *
     * @param reason the code of a DISCONNECT that came, otherwise 0
     */
    record Closed(long connection, Closing by, int reason, String words) implements Event {}

    /**
     * A PUBLISH leaves. When a later connection of the client sends it again, that is part of this
     * operation.
     *
     * @param message null where the payload is empty: the retained message of the topic is cleared
     * @param expirySeconds the Message Expiry Interval, or {@link #UNSET}
     */
    record Publish(
            long op,
            long connection,
            String topic,
            @Nullable MessageId message,
            QoS qos,
            boolean retain,
            long expirySeconds)
            implements Event {}

    /**
     * The message of an operation is acknowledged: by PUBACK or PUBCOMP without an error, or at QoS
     * 0 by having been written.
     *
     * @param connection the one on which the answer came
     * @param reason its code
     */
    record Published(long op, long connection, int reason) implements Event {}

    /**
     * A SUBSCRIBE with one filter leaves.
     *
     * @param filter with {@code $share/group/} where it is shared
     * @param retainHandling 0 to 2; 0 before MQTT 5
     * @param identifier the Subscription Identifier, or 0
     */
    record Subscribe(
            long op,
            long connection,
            String filter,
            QoS qos,
            boolean noLocal,
            boolean retainAsPublished,
            int retainHandling,
            int identifier)
            implements Event {}

    /** SUBACK granted a quality of service. */
    record Subscribed(long op, QoS qos) implements Event {}

    /** An UNSUBSCRIBE with one filter leaves. */
    record Unsubscribe(long op, long connection, String filter) implements Event {}

    /** UNSUBACK came, without an error. */
    record Unsubscribed(long op, int reason) implements Event {}

    /**
     * An operation did not happen: the broker said so, or nothing of it can have reached the
     * broker.
     *
     * @param reason the code of the answer, or 0 if there was none
     */
    record Failed(long op, int reason, String words) implements Event {}

    /**
     * An operation was given up without an answer, and will not be sent again: it may have
     * happened, or happen yet.
     */
    record Unknown(long op, String words) implements Event {}

    /**
     * A PUBLISH came. At QoS 2 only those are recorded that the client's half of the session takes
     * for new: not what comes again under a packet identifier that is not released.
     *
     * @param packetId 0 at QoS 0
     * @param topic as the packet has it
     * @param message as the payload has it; null for an empty payload, and where that cannot be
     *     told
     * @param identifiers the Subscription Identifiers
     * @param defect what is wrong with the payload, in words; empty for one that is as it was sent
     */
    record Received(
            long connection,
            int packetId,
            String topic,
            @Nullable MessageId message,
            QoS qos,
            boolean dup,
            boolean retain,
            List<Integer> identifiers,
            String defect)
            implements Event {
        /** Copies the list. */
        public Received {
            identifiers = List.copyOf(identifiers);
        }
    }

    /**
     * The client has written the last packet it owes for a message: PUBACK, or PUBCOMP, which it
     * does not before the broker has PUBREC.
     */
    record Acknowledged(long connection, int packetId) implements Event {}

    /**
     * A fault is about to be made: from here on clients may feel it.
     *
     * @param fault its number
     * @param kind kill, freeze, partition, ...
     * @param node where
     * @param words what is done
     */
    record FaultBegun(int fault, String kind, String node, String words) implements Event {}

    /**
     * A fault is undone.
     *
     * @param words how it was seen to hold, and to be undone
     */
    record FaultEnded(int fault, String words) implements Event {}

    /** A part of the run begins. */
    record Reached(Phase phase) implements Event {}
}
