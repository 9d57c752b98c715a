package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.topic.TopicFilter;
import java.util.List;

/** Ends one or more subscriptions (section 3.10). */
public record Unsubscribe(int packetId, List<TopicFilter> filters, Properties properties)
        implements Packet {}
