package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An application message on its way (section 3.3). Topic aliases are resolved by the decoder, so
 * the topic is always the real one. {@code packetId} is 0 at QoS 0. The payload array must not
 * change after construction.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Publish(
        TopicName topic,
        byte[] payload,
        QoS qos,
        boolean retain,
        boolean duplicate,
        int packetId,
        Properties properties)
        implements Packet {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Publish that
                && topic.equals(that.topic)
                && Arrays.equals(payload, that.payload)
                && qos == that.qos
                && retain == that.retain
                && duplicate == that.duplicate
                && packetId == that.packetId
                && properties.equals(that.properties);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * topic.hashCode() + Arrays.hashCode(payload)) + packetId;
    }
}
