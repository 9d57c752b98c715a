package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ReasonCode;

/** The server's answer to CONNECT (section 3.2). MQTT 3 return codes are mapped by the codec. */
public record ConnAck(boolean sessionPresent, ReasonCode reason, Properties properties)
        implements Packet {}
