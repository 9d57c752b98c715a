package io.skein.lab.edge;

import io.netty.buffer.ByteBuf;

/**
 * A reading of ten bytes, all that is needed to account for it; when it was due follows from the
 * plan of its device. The marker that ends the stream of a device has the same form and says how
 * many readings there were.
 *
 * <pre>
 *  0  device          4 bytes, the highest bit set in a marker
 *  4  sequence        4 bytes, from 0 for each device; in a marker how many were sent
 *  8  tag             2 bytes, of the run
 * 10  zeros           where readings are larger
 * </pre>
 */
final class ReadingPayload {
    static final int BYTES = 10;

    private static final int MARKER = 1 << 31;

    private ReadingPayload() {}

    static void writeReading(ByteBuf buffer, int index, int device, int sequence, short tag) {
        buffer.setInt(index, device).setInt(index + 4, sequence).setShort(index + 8, tag);
    }

    static void writeMarker(ByteBuf buffer, int index, int device, int sent, short tag) {
        buffer.setInt(index, device | MARKER).setInt(index + 4, sent).setShort(index + 8, tag);
    }

    static boolean isMarker(ByteBuf buffer, int index) {
        return (buffer.getInt(index) & MARKER) != 0;
    }

    static int device(ByteBuf buffer, int index) {
        return buffer.getInt(index) & ~MARKER;
    }

    static int sequence(ByteBuf buffer, int index) {
        return buffer.getInt(index + 4);
    }

    static short tag(ByteBuf buffer, int index) {
        return buffer.getShort(index + 8);
    }
}
