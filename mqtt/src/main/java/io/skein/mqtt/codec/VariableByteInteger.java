package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;

/** Variable Byte Integers (section 1.5.5) as they are written. */
final class VariableByteInteger {
    static final int MAXIMUM = 268_435_455;

    private VariableByteInteger() {}

    /** How many bytes the value takes, 1 to 4. */
    static int bytes(int value) {
        if (value < 128) {
            return 1;
        }
        return value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
    }

    static void write(int value, ByteBuf out) { // [MQTT-1.5.5-1]
        int rest = value;
        while (rest > 0x7F) {
            out.writeByte((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }
}
