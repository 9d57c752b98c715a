package io.skein.mqtt.packet;

import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;

/** One filter of a SUBSCRIBE with its options (section 3.8.3.1). MQTT 3 knows only the quality. */
public record Subscription(
        TopicFilter filter,
        QoS maximumQos,
        boolean noLocal,
        boolean retainAsPublished,
        RetainHandling retainHandling) {
    /** A subscription with the options of MQTT 3. */
    public Subscription(TopicFilter filter, QoS maximumQos) {
        this(filter, maximumQos, false, false, RetainHandling.SEND);
    }
}
