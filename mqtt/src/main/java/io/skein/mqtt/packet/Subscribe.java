package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import java.util.List;

/** Asks for one or more subscriptions (section 3.8). */
public record Subscribe(int packetId, List<Subscription> subscriptions, Properties properties)
        implements Packet {}
