package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks at bytes where they lie in a buffer, eight at a time, to find what is known by them. */
public final class BufferBytes {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private BufferBytes() {}

    /** A hash of these bytes; fast, and no defence against who chooses them. */
    public static int hash(ByteBuf buffer, int index, int length) {
        long hash = length;
        int last = index + length - Long.BYTES;
        if (last < index) {
            for (int i = index; i < index + length; i++) {
                hash = (hash ^ buffer.getByte(i)) * MULTIPLIER;
            }
        } else {
            for (int i = index; i < last; i += Long.BYTES) {
                hash = (hash ^ buffer.getLong(i)) * MULTIPLIER;
                hash ^= hash >>> 32;
            }
            hash = (hash ^ buffer.getLong(last)) * MULTIPLIER; // may cover some bytes again
        }
        return (int) (hash >>> 32);
    }

    /** Whether these bytes are those of an array. */
    public static boolean same(ByteBuf buffer, int index, int length, byte[] bytes) {
        if (bytes.length != length) {
            return false;
        }
        int last = length - Long.BYTES;
        if (last < 0) {
            for (int i = 0; i < length; i++) {
                if (buffer.getByte(index + i) != bytes[i]) {
                    return false;
                }
            }
            return true;
        }
        for (int i = 0; i < last; i += Long.BYTES) {
            if (buffer.getLong(index + i) != (long) LONGS.get(bytes, i)) {
                return false;
            }
        }
        return buffer.getLong(index + last) == (long) LONGS.get(bytes, last);
    }
}
