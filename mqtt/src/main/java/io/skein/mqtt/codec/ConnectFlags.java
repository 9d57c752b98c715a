package io.skein.mqtt.codec;

/** The connect flags of section 3.1.2.3. */
final class ConnectFlags {
    static final int USER_NAME = 0x80;
    static final int PASSWORD = 0x40;
    static final int WILL_RETAIN = 0x20;
    static final int WILL_QOS_SHIFT = 3;
    static final int WILL = 0x04;
    static final int CLEAN_START = 0x02;
    static final int RESERVED = 0x01;

    private ConnectFlags() {}

    /** Two bits: 0 to 3, of which 3 is not allowed. */
    static int willQos(int flags) {
        return (flags >> WILL_QOS_SHIFT) & 3;
    }
}
