package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ReasonCode;

/** The last packet of either side (section 3.14); the server sends it in MQTT 5 only. */
public record Disconnect(ReasonCode reason, Properties properties) implements Packet {}
