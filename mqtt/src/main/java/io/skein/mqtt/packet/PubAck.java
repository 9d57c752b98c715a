package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ReasonCode;

/** Acknowledges a QoS 1 PUBLISH (section 3.4). */
public record PubAck(int packetId, ReasonCode reason, Properties properties) implements Packet {
    /** A plain success without properties. */
    public PubAck(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.EMPTY);
    }
}
