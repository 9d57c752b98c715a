package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ReasonCode;

/** Releases a QoS 2 packet id after PUBREC (section 3.6). */
public record PubRel(int packetId, ReasonCode reason, Properties properties) implements Packet {
    /** A plain success without properties. */
    public PubRel(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.EMPTY);
    }
}
