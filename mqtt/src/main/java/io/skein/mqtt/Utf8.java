package io.skein.mqtt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What MQTT calls a UTF-8 Encoded String (section 1.5.4), checked byte by byte. */
public final class Utf8 {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;

    private Utf8() {}

    /**
     * The index of the first byte at which the text is ill-formed (surrogates and overlong forms
     * included) or U+0000; -1 if there is no such byte. Other control characters and noncharacters
     * are allowed, as the specification leaves them to the receiver.
     */
    public static int firstFault(byte[] bytes) {
        int i = 0;
        while (i < bytes.length) {
            if (i + Long.BYTES <= bytes.length) {
                long eight = (long) LONGS.get(bytes, i);
                // no byte has its high bit, and none borrows it when 1 is subtracted: 0x01 to 0x7F
                if (((eight | (eight - LOW_BITS)) & HIGH_BITS) == 0) {
                    i += Long.BYTES;
                    continue;
                }
            }
            int length = characterBytes(bytes, i);
            if (length == 0) {
                return i;
            }
            i += length;
        }
        return -1;
    }

    /** How many bytes the character at {@code i} has; 0 if it is not allowed. */
    private static int characterBytes(byte[] bytes, int i) {
        int first = bytes[i];
        if (first > 0) {
            return 1;
        }
        if (first == 0) { // [MQTT-1.5.4-2] [MQTT-1.5.3-2]
            return 0;
        }
        // the limits of the second byte are those of table 3-7 of the Unicode standard
        int lead = first & 0xFF;
        if (lead >= 0xC2 && lead <= 0xDF) {
            return within(bytes, i + 1, 0x80, 0xBF) ? 2 : 0;
        }
        if (lead >= 0xE0 && lead <= 0xEF) {
            int low = lead == 0xE0 ? 0xA0 : 0x80;
            int high = lead == 0xED ? 0x9F : 0xBF; // [MQTT-1.5.4-1] no surrogates
            return within(bytes, i + 1, low, high) && within(bytes, i + 2, 0x80, 0xBF) ? 3 : 0;
        }
        if (lead >= 0xF0 && lead <= 0xF4) {
            int low = lead == 0xF0 ? 0x90 : 0x80;
            int high = lead == 0xF4 ? 0x8F : 0xBF;
            return within(bytes, i + 1, low, high)
                            && within(bytes, i + 2, 0x80, 0xBF)
                            && within(bytes, i + 3, 0x80, 0xBF)
                    ? 4
                    : 0;
        }
        return 0;
    }

    private static boolean within(byte[] bytes, int i, int low, int high) {
        return i < bytes.length && (bytes[i] & 0xFF) >= low && (bytes[i] & 0xFF) <= high;
    }
}
