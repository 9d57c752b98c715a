package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** Strings and binary data as they are written, each after its length (sections 1.5.4, 1.5.6). */
final class Text {
    private static final int BYTES_LIMIT = 65_535;

    private Text() {}

    /** Bytes of the string with its length; throws where MQTT cannot carry it. */
    static int bytes(String text) {
        int utf8Bytes = ByteBufUtil.utf8Bytes(text);
        if (utf8Bytes > BYTES_LIMIT) {
            throw new IllegalArgumentException(
                    "string of " + utf8Bytes + " bytes, the limit is 65535");
        }
        if (text.indexOf(0) >= 0) { // [MQTT-1.5.4-2]
            throw new IllegalArgumentException("string with U+0000");
        }
        return 2 + utf8Bytes;
    }

    /** Bytes of binary data with its length; throws where MQTT cannot carry it. */
    static int bytes(byte[] data) {
        if (data.length > BYTES_LIMIT) {
            throw new IllegalArgumentException(
                    "binary data of " + data.length + " bytes, the limit is 65535");
        }
        return 2 + data.length;
    }

    static void write(String text, ByteBuf out) {
        int start = out.writerIndex();
        out.writeShort(0);
        int utf8Bytes =
                ByteBufUtil.writeUtf8(out, text); // writes no lone surrogate: [MQTT-1.5.4-1]
        out.setShort(start, utf8Bytes);
    }

    static void write(byte[] data, ByteBuf out) {
        out.writeShort(data.length);
        out.writeBytes(data);
    }
}
