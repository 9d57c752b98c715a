package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ReasonCode;

/** Completes a QoS 2 flow (section 3.7). */
public record PubComp(int packetId, ReasonCode reason, Properties properties) implements Packet {
    /** A plain success without properties. */
    public PubComp(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.EMPTY);
    }
}
