package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ReasonCode;

/** One step of enhanced authentication (section 3.15), MQTT 5 only. */
public record Auth(ReasonCode reason, Properties properties) implements Packet {}
