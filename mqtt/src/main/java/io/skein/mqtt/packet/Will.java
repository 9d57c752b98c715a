package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The message to publish when a connection ends without DISCONNECT (section 3.1.2.5). The payload
 * array must not change after construction.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Will(
        TopicName topic, byte[] payload, QoS qos, boolean retain, Properties properties) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Will that
                && topic.equals(that.topic)
                && Arrays.equals(payload, that.payload)
                && qos == that.qos
                && retain == that.retain
                && properties.equals(that.properties);
    }

    @Override
    public int hashCode() {
        return 31 * topic.hashCode() + Arrays.hashCode(payload);
    }
}
