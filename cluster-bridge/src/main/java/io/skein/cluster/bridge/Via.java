package io.skein.cluster.bridge;

import io.skein.mqtt.Properties;
import io.skein.mqtt.UserProperty;
import java.util.List;

/**
 * The brokers a message has passed, in their order: one user property for each, which travels with
 * the message through any broker of MQTT 5.
 */
final class Via {
    static final String NAME = "skein-via";

    private Via() {}

    static List<String> of(Properties properties) {
        List<UserProperty> all = properties.userProperties();
        return all.isEmpty()
                ? List.of()
                : all.stream()
                        .filter(property -> property.name().equals(NAME))
                        .map(UserProperty::value)
                        .toList();
    }

    /** The same properties of a message that has passed one more broker. */
    static Properties with(Properties properties, List<String> via, String broker) {
        return !via.isEmpty() && via.getLast().equals(broker)
                ? properties
                : properties.toBuilder().userProperty(NAME, broker).build();
    }
}
