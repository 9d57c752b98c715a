package io.skein.lab.capture;

/**
 * An MQTT packet of a capture, as far as its flight needs to know it.
 *
 * @param type 1 to 15, of the fixed header
 * @param qos of a PUBLISH, otherwise 0
 * @param packetId 0 where there is none
 * @param bytes on the wire
 * @param refusal whether it says no: a reason of 0x80 or above
 * @param words what is in it
 */
record SeenPacket(
        long atNanos,
        boolean fromClient,
        int type,
        int qos,
        int packetId,
        int bytes,
        boolean refusal,
        String words) {
    static final int CONNECT = 1;
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;
    static final int SUBSCRIBE = 8;
    static final int SUBACK = 9;
    static final int UNSUBSCRIBE = 10;
    static final int UNSUBACK = 11;
    static final int PINGREQ = 12;
    static final int PINGRESP = 13;
    static final int DISCONNECT = 14;

    private static final String[] NAMES = {
        "?",
        "CONNECT",
        "CONNACK",
        "PUBLISH",
        "PUBACK",
        "PUBREC",
        "PUBREL",
        "PUBCOMP",
        "SUBSCRIBE",
        "SUBACK",
        "UNSUBSCRIBE",
        "UNSUBACK",
        "PINGREQ",
        "PINGRESP",
        "DISCONNECT",
        "AUTH"
    };

    String name() {
        return NAMES[type];
    }
}
