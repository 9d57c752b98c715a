package io.skein.lab.chaos;

import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import org.jspecify.annotations.Nullable;

/**
 * How much of MQTT clients use, for brokers that have not all of it.
 *
 * @param qosMost the highest quality of service that is asked for
 * @param only the one version that is spoken; null for 3.1.1 and 5
 * @param shared whether there are shared subscriptions
 */
public record Dialect(QoS qosMost, @Nullable ProtocolVersion only, boolean shared) {
    /** All of it. */
    public static final Dialect WHOLE = new Dialect(QoS.EXACTLY_ONCE, null, true);

    QoS limit(QoS qos) {
        return qos.atMost(qosMost);
    }
}
