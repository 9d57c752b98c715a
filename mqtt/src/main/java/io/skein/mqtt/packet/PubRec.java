package io.skein.mqtt.packet;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ReasonCode;

/** First answer to a QoS 2 PUBLISH (section 3.5). */
public record PubRec(int packetId, ReasonCode reason, Properties properties) implements Packet {
    /** A plain success without properties. */
    public PubRec(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.EMPTY);
    }
}
