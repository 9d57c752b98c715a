package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over one whole packet in a buffer. Whatever would pass the end of the packet is
 * malformed, so nothing is allocated that the packet has not got the bytes for. One per decoder,
 * used again for each packet; not thread-safe.
 */
final class PacketInput {
    private static final byte[] NO_BYTES = {};

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private PacketType type = PacketType.CONNECT;
    private int start;
    private int position;
    private int end;

    /** The version of the connection; null until a CONNECT has named one. */
    private @Nullable ProtocolVersion version;

    PacketInput(@Nullable ProtocolVersion version) {
        this.version = version;
    }

    /** Begins a packet whose body is {@code position} to {@code end} of {@code buffer}. */
    void begin(PacketType type, ByteBuf buffer, int start, int position, int end) {
        this.type = type;
        this.buffer = buffer;
        this.start = start;
        this.position = position;
        this.end = end;
    }

    /** Lets go of the buffer. */
    void release() {
        buffer = Unpooled.EMPTY_BUFFER;
    }

    PacketType type() {
        return type;
    }

    @Nullable ProtocolVersion version() {
        return version;
    }

    void version(ProtocolVersion learned) {
        version = learned;
    }

    boolean isMqtt5() {
        return version == ProtocolVersion.MQTT_5;
    }

    ByteBuf buffer() {
        return buffer;
    }

    int position() {
        return position;
    }

    int remaining() {
        return end - position;
    }

    /** Passes over {@code bytes} that the caller reads from the buffer: the index of the first. */
    int skip(int bytes, String what) throws MqttCodecException {
        if (bytes > end - position) {
            throw malformed(what + " is cut off");
        }
        int from = position;
        position += bytes;
        return from;
    }

    int oneByte(String what) throws MqttCodecException {
        return buffer.getByte(skip(1, what)) & 0xFF;
    }

    int twoBytes(String what) throws MqttCodecException {
        return buffer.getUnsignedShort(skip(2, what));
    }

    long fourBytes(String what) throws MqttCodecException {
        return buffer.getUnsignedInt(skip(4, what));
    }

    /** A Variable Byte Integer (section 1.5.5), 0 to 268,435,455. */
    int variable(String what) throws MqttCodecException {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int b = oneByte(what);
            value |= (b & 0x7F) << shift;
            if (b < 0x80) {
                if (b == 0 && shift > 0) { // [MQTT-1.5.5-1]
                    throw malformed(what + " is not written in the fewest bytes");
                }
                return value;
            }
        }
        throw malformed(what + " has more than four bytes");
    }

    int packetId() throws MqttCodecException {
        int id = twoBytes("packet identifier");
        if (id == 0) { // [MQTT-2.2.1-3] [MQTT-2.3.1-1]
            throw protocolError("packet identifier is 0");
        }
        return id;
    }

    ReasonCode reason(Set<ReasonCode> allowed) throws MqttCodecException {
        int value = oneByte("reason code");
        ReasonCode reason = ReasonCode.orNull(value);
        if (reason == null || !allowed.contains(reason)) {
            throw protocolError(
                    "reason code 0x" + Integer.toHexString(value) + " is not allowed here");
        }
        return reason;
    }

    /** Binary Data (section 1.5.6): a copy. */
    byte[] binary(String what) throws MqttCodecException {
        return bytes(twoBytes(what), what);
    }

    String string(String what) throws MqttCodecException {
        byte[] utf8 = binary(what);
        if (utf8.length == 0) {
            return "";
        }
        int fault = Utf8.firstFault(utf8);
        if (fault >= 0) { // [MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT-1.5.3-1] [MQTT-1.5.3-2]
            throw malformed(
                    what
                            + (utf8[fault] == 0 ? " has U+0000" : " is not UTF-8")
                            + " at byte "
                            + fault);
        }
        return new String(utf8, StandardCharsets.UTF_8); // [MQTT-1.5.4-3] keeps U+FEFF
    }

    /** All that is left of the packet: a copy. */
    byte[] rest() throws MqttCodecException {
        return bytes(remaining(), "rest");
    }

    private byte[] bytes(int length, String what) throws MqttCodecException {
        int from = skip(length, what);
        if (length == 0) {
            return NO_BYTES;
        }
        return copy(from, length);
    }

    /**
     * A copy of bytes passed by {@link #skip}. Moves the reader index, because a direct buffer
     * makes an object for each copy from an absolute index; the decoder sets it in the end.
     */
    byte[] copy(int from, int length) {
        byte[] bytes = new byte[length];
        buffer.readerIndex(from);
        buffer.readBytes(bytes);
        return bytes;
    }

    void requireEnd() throws MqttCodecException {
        if (position != end) {
            throw malformed((end - position) + " bytes too many");
        }
    }

    MqttCodecException malformed(String what) {
        return refused(ReasonCode.MALFORMED_PACKET, what);
    }

    MqttCodecException protocolError(String what) {
        return refused(ReasonCode.PROTOCOL_ERROR, what);
    }

    MqttCodecException refused(ReasonCode reason, String what) {
        return new MqttCodecException(
                reason, version, type + ": " + what + " (before byte " + (position - start) + ")");
    }
}
