package io.skein.mqtt.codec;

import org.jspecify.annotations.Nullable;

/** The packet types of section 2.1.2 with the flags their fixed header must carry (2.1.3). */
enum PacketType {
    CONNECT(1, 0, true, false),
    CONNACK(2, 0, false, true),
    /** Its flags are DUP, QoS and RETAIN; checked apart. */
    PUBLISH(3, 0, true, true),
    PUBACK(4, 0, true, true),
    PUBREC(5, 0, true, true),
    PUBREL(6, 2, true, true),
    PUBCOMP(7, 0, true, true),
    SUBSCRIBE(8, 2, true, false),
    SUBACK(9, 0, false, true),
    UNSUBSCRIBE(10, 2, true, false),
    UNSUBACK(11, 0, false, true),
    PINGREQ(12, 0, true, false),
    PINGRESP(13, 0, false, true),
    DISCONNECT(14, 0, true, true),
    AUTH(15, 0, true, true);

    private static final PacketType[] VALUES = values();

    private final int value;
    private final int flags;
    private final boolean sentByClient;
    private final boolean sentByServer;

    PacketType(int value, int flags, boolean sentByClient, boolean sentByServer) {
        this.value = value;
        this.flags = flags;
        this.sentByClient = sentByClient;
        this.sentByServer = sentByServer;
    }

    /** The type in the upper half of a fixed header's first byte, or null for the reserved 0. */
    static @Nullable PacketType ofHeader(int header) {
        int value = (header & 0xFF) >>> 4;
        return value == 0 ? null : VALUES[value - 1];
    }

    /** The first byte of the fixed header, for PUBLISH with all flags 0. */
    int header() {
        return (value << 4) | flags;
    }

    int flags() {
        return flags;
    }

    boolean isSentByClient() {
        return sentByClient;
    }

    boolean isSentByServer() {
        return sentByServer;
    }
}
