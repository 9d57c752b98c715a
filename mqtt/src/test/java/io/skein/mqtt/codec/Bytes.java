package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Packets as a person writes them: hexadecimal bytes and, between quotes, text. */
final class Bytes {
    private Bytes() {}

    /** For instance {@code "C0 00"}, or {@code "30 03 00 01 'a'"}. */
    static byte[] of(String written) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean quoted = false;
        for (String part : written.split("'", -1)) {
            bytes.writeBytes(
                    quoted
                            ? part.getBytes(StandardCharsets.UTF_8)
                            : HexFormat.of().parseHex(part.replace(" ", "")));
            quoted = !quoted;
        }
        return bytes.toByteArray();
    }

    static ByteBuf buffer(String written) {
        return Unpooled.wrappedBuffer(of(written));
    }

    static byte[] readable(ByteBuf buffer) {
        return ByteBufUtil.getBytes(buffer);
    }
}
