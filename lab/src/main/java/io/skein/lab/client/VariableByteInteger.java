package io.skein.lab.client;

import io.netty.buffer.ByteBuf;

/**
 * Reads the variable byte integer (section 1.5.5) in place: value and width come back in one long,
 * so that nothing is allocated.
 */
final class VariableByteInteger {
    /** The bytes end before the integer does. */
    static final long INCOMPLETE = -1;

    /** More than four bytes, which the specification forbids. */
    static final long MALFORMED = -2;

    private VariableByteInteger() {}

    /** The field at {@code index}, or {@link #INCOMPLETE} or {@link #MALFORMED}, both negative. */
    static long read(ByteBuf buffer, int index, int end) {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            if (index + i >= end) {
                return INCOMPLETE;
            }
            int b = buffer.getByte(index + i);
            value |= (b & 0x7F) << (7 * i);
            if (b >= 0) {
                return (long) (i + 1) << 32 | value;
            }
        }
        return MALFORMED;
    }

    static int value(long field) {
        return (int) field;
    }

    /** Width of the field, 1 to 4 bytes. */
    static int bytes(long field) {
        return (int) (field >>> 32);
    }

    /** Width of this value when written. */
    static int width(int value) {
        return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
    }

    static void write(ByteBuf buffer, int value) {
        int rest = value;
        while (rest >= 128) {
            buffer.writeByte((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        buffer.writeByte(rest);
    }
}
