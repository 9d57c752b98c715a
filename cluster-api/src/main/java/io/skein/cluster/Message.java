package io.skein.cluster;

import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An application message between its publisher and its subscribers: what sessions queue, stores
 * keep and nodes exchange. Immutable; the payload array must not change after construction.
 *
 * @param topic where it was published
 * @param payload the application's bytes, 0 to 268,435,455
 * @param qos the quality it was published with; a subscription may lower it
 * @param retain whether it was published as retained
 * @param properties what travels on to the subscriber (section 3.3.2.3 of MQTT 5): never a topic
 *     alias, a subscription identifier or the expiry interval
 * @param publisherId the client id of its publisher, for No Local
 * @param expiresAtNanos when it is to be dropped, {@link #NEVER_EXPIRES} for never
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Message(
        TopicName topic,
        byte[] payload,
        QoS qos,
        boolean retain,
        Properties properties,
        String publisherId,
        long expiresAtNanos) {
    /** The expiry of a message that has none. */
    public static final long NEVER_EXPIRES = Long.MAX_VALUE;

    /** Whether its time is over. */
    public boolean isExpired(long nowNanos) {
        return nowNanos >= expiresAtNanos;
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
