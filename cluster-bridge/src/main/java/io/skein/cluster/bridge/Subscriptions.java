package io.skein.cluster.bridge;

import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.RetainHandling;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a link holds at the far side, and the next packet that brings it nearer to what it wants.
 */
final class Subscriptions {
    private static final int FILTERS_AT_ONCE = 50;

    private final Map<TopicFilter, QoS> held = new LinkedHashMap<>();

    /** The far side knows nothing of this link. */
    void forget() {
        held.clear();
    }

    /** Null if what is held is what is wanted. */
    @Nullable Packet next(Map<TopicFilter, QoS> wanted, int packetId) {
        List<Subscription> missing = new ArrayList<>();
        wanted.forEach((filter, qos) -> {
            if (qos != held.get(filter) && missing.size() < FILTERS_AT_ONCE) {
                missing.add(new Subscription(filter, qos, true, true, RetainHandling.SEND_IF_NEW));
            }
        });
        if (!missing.isEmpty()) {
            missing.forEach(asked -> held.put(asked.filter(), asked.maximumQos()));
            return new Subscribe(packetId, missing, Properties.EMPTY);
        }
        List<TopicFilter> left =
                held.keySet().stream()
                        .filter(filter -> !wanted.containsKey(filter))
                        .limit(FILTERS_AT_ONCE)
                        .toList();
        if (left.isEmpty()) {
            return null;
        }
        left.forEach(held::remove);
        return new Unsubscribe(packetId, left, Properties.EMPTY);
    }
}
