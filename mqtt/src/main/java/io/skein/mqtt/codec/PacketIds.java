package io.skein.mqtt.codec;

/** The bounds of a Packet Identifier (section 2.2.1). */
final class PacketIds {
    private PacketIds() {}

    static void require(int packetId) { // [MQTT-2.2.1-3] [MQTT-2.2.1-4] [MQTT-2.3.1-1]
        if (packetId < 1 || packetId > 0xFFFF) {
            throw new IllegalArgumentException("packet identifier " + packetId);
        }
    }
}
