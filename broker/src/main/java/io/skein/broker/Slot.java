package io.skein.broker;

import io.skein.cluster.Message;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A QoS 1 or 2 message on its way to one session: in its queue, then in its window. */
final class Slot {
    final long sequence;
    final Message message;
    final QoS qos;
    final boolean retain;
    final List<Integer> subscriptionIdentifiers;

    /** The shared subscription it came by: another member gets it if the session ends. */
    @Nullable TopicFilter share;

    /** Set while the shard of the publisher has not written it: it waits, and all behind it. */
    @Nullable Reservation reservation;

    /** 0 while it waits in the queue. */
    int packetId;

    /** Whether a PUBLISH with this packet id has left before: the next one carries DUP. */
    boolean sent;

    /** QoS 2: that it has this packet id is kept, so that it may leave. */
    boolean kept;

    /** QoS 2: PUBREC has arrived, only PUBREL is sent from now on. */
    boolean released;

    /** Whether it was sent on the connection that exists now and is not acknowledged. */
    boolean outstanding;

    Slot(
            long sequence,
            Message message,
            QoS qos,
            boolean retain,
            List<Integer> subscriptionIdentifiers) {
        this.sequence = sequence;
        this.message = message;
        this.qos = qos;
        this.retain = retain;
        this.subscriptionIdentifiers = subscriptionIdentifiers;
    }

    /** What it counts for in the session's byte limit. */
    long bytes() {
        return message.payload().length + (long) message.topic().utf8().length;
    }
}
