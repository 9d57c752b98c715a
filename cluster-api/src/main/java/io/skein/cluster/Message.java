package io.skein.cluster;

import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An application message between its publisher and its subscribers: what sessions queue, stores
 * keep and nodes exchange. Immutable but for the note of the store; the payload array must not
 * change after construction.
 */
public final class Message {
    /** The expiry of a message that has none. */
    public static final long NEVER_EXPIRES = Long.MAX_VALUE;

    private final TopicName topic;
    private final byte[] payload;
    private final QoS qos;
    private final boolean retain;
    private final Properties properties;
    private final String publisherId;
    private final long expiresAtNanos;
    private final @Nullable Origin origin;
    private @Nullable Object note;

    /**
     * A message of unknown origin.
     *
     * @param topic where it was published
     * @param payload the application's bytes, 0 to 268,435,455
     * @param qos the quality it was published with; a subscription may lower it
     * @param retain whether it was published as retained
     * @param properties what travels on to the subscriber (section 3.3.2.3 of MQTT 5): never a
     *     topic alias, a subscription identifier or the expiry interval
     * @param publisherId the client id of its publisher, for No Local
     * @param expiresAtNanos when it is to be dropped, {@link #NEVER_EXPIRES} for never
     */
    public Message(
            TopicName topic,
            byte[] payload,
            QoS qos,
            boolean retain,
            Properties properties,
            String publisherId,
            long expiresAtNanos) {
        this(topic, payload, qos, retain, properties, publisherId, expiresAtNanos, null);
    }

    /**
     * A message.
     *
     * @param origin where it entered the cluster; null where that is not asked for, and on the node
     *     that published it
     */
    public Message(
            TopicName topic,
            byte[] payload,
            QoS qos,
            boolean retain,
            Properties properties,
            String publisherId,
            long expiresAtNanos,
            @Nullable Origin origin) {
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties;
        this.publisherId = publisherId;
        this.expiresAtNanos = expiresAtNanos;
        this.origin = origin;
    }

    /** Where it was published. */
    public TopicName topic() {
        return topic;
    }

    /** The application's bytes, not to be changed. */
    public byte[] payload() {
        return payload;
    }

    /** The quality it was published with. */
    public QoS qos() {
        return qos;
    }

    /** Whether it was published as retained. */
    public boolean retain() {
        return retain;
    }

    /** What travels on to the subscriber. */
    public Properties properties() {
        return properties;
    }

    /** The client id of its publisher. */
    public String publisherId() {
        return publisherId;
    }

    /** When it is to be dropped, {@link #NEVER_EXPIRES} for never. */
    public long expiresAtNanos() {
        return expiresAtNanos;
    }

    /** Where it entered the cluster, or null; no part of what the message is. */
    public @Nullable Origin origin() {
        return origin;
    }

    /** The same message as it is known elsewhere; with null as one that is not known. */
    public Message from(@Nullable Origin elsewhere) {
        return new Message(
                topic, payload, qos, retain, properties, publisherId, expiresAtNanos, elsewhere);
    }

    /** Whether its time is over. */
    public boolean isExpired(long nowNanos) {
        return nowNanos >= expiresAtNanos;
    }

    /**
     * What the store that keeps it has noted on it, to know it again without looking it up; null
     * for nothing. For the one thread of that store; no part of what the message is.
     */
    public @Nullable Object note() {
        return note;
    }

    /** Notes something on it, or with null nothing; see {@link #note()}. */
    public void note(@Nullable Object note) {
        this.note = note;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Message that
                && topic.equals(that.topic)
                && Arrays.equals(payload, that.payload)
                && qos == that.qos
                && retain == that.retain
                && properties.equals(that.properties)
                && publisherId.equals(that.publisherId)
                && expiresAtNanos == that.expiresAtNanos;
    }

    @Override
    public int hashCode() {
        return Objects.hash(topic, Arrays.hashCode(payload), qos, publisherId, expiresAtNanos);
    }

    @Override
    public String toString() {
        return "Message[%s, %d bytes, %s%s]"
                .formatted(topic, payload.length, qos, retain ? ", retain" : "");
    }
}
