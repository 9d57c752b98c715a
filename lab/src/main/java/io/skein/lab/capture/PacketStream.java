package io.skein.lab.capture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.codec.DecoderLimits;
import io.skein.mqtt.codec.MqttCodecException;
import io.skein.mqtt.codec.PacketDecoder;
import io.skein.mqtt.packet.Packet;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one direction cut into MQTT packets. The decoder of the product tells what is in
 * them; where it cannot, because the capture has no CONNECT or the packet is not allowed, the fixed
 * header and the packet identifier still say what it is.
 */
final class PacketStream {
    private static final DecoderLimits LIMITS =
            new DecoderLimits(
                    DecoderLimits.PROTOCOL_PACKET_BYTES,
                    DecoderLimits.PROTOCOL_PACKET_BYTES,
                    65_535,
                    65_535,
                    1_024,
                    Integer.MAX_VALUE,
                    64);
    private static final int LENGTH_BYTES_MAXIMUM = 4;

    private final boolean fromClient;
    private final Supplier<@Nullable ProtocolVersion> version;
    private final Consumer<SeenPacket> packets;
    private final ByteBuf buffer = Unpooled.buffer();
    private @Nullable PacketDecoder decoder;
    private @Nullable String broken;

    /**
     * A direction.
     *
     * @param version that the CONNECT named; null while there was none
     */
    PacketStream(
            boolean fromClient,
            Supplier<@Nullable ProtocolVersion> version,
            Consumer<SeenPacket> packets) {
        this.fromClient = fromClient;
        this.version = version;
        this.packets = packets;
    }

    /** Takes what came next. */
    void bytes(byte[] bytes, int offset, long atNanos) {
        if (broken != null) {
            return;
        }
        buffer.writeBytes(bytes, offset, bytes.length - offset);
        while (broken == null) {
            int length = packetLength();
            if (length < 0 || buffer.readableBytes() < length) {
                break;
            }
            packets.accept(packet(buffer.readSlice(length), atNanos));
        }
        buffer.discardSomeReadBytes();
    }

    /** Bytes of the packet at the front; -1 if that cannot be said yet. */
    private int packetLength() {
        int value = 0;
        for (int i = 0; i < LENGTH_BYTES_MAXIMUM; i++) {
            if (buffer.readableBytes() < i + 2) {
                return -1;
            }
            int digit = buffer.getUnsignedByte(buffer.readerIndex() + 1 + i);
            value |= (digit & 0x7F) << (7 * i);
            if (digit < 0x80) {
                return value + i + 2;
            }
        }
        broken = "a length of more than four bytes: this is not MQTT, or its beginning is missing";
        return -1;
    }

    private SeenPacket packet(ByteBuf frame, long atNanos) {
        int header = frame.getUnsignedByte(0);
        int type = header >> 4;
        int bytes = frame.readableBytes();
        int qos = type == SeenPacket.PUBLISH ? header >> 1 & 3 : 0;
        int body = bodyIndex(frame);
        int packetId = packetId(frame, type, qos, body);
        try {
            Packet packet = decode(frame.slice());
            if (packet != null) {
                return new SeenPacket(
                        atNanos,
                        fromClient,
                        type,
                        qos,
                        packetId,
                        bytes,
                        PacketWords.isRefusal(packet),
                        PacketWords.of(packet));
            }
        } catch (MqttCodecException e) {
            decoder = null;
            return new SeenPacket(
                    atNanos,
                    fromClient,
                    type,
                    qos,
                    packetId,
                    bytes,
                    false,
                    notAllowed(words(frame, type, qos, packetId, body), e));
        }
        return new SeenPacket(
                atNanos,
                fromClient,
                type,
                qos,
                packetId,
                bytes,
                false,
                words(frame, type, qos, packetId, body));
    }

    private @Nullable Packet decode(ByteBuf frame) throws MqttCodecException {
        PacketDecoder known = decoder;
        if (known == null) {
            boolean first =
                    frame.getUnsignedByte(0) >> 4
                            == (fromClient ? SeenPacket.CONNECT : SeenPacket.CONNACK);
            ProtocolVersion spoken = version.get();
            if (!first || (!fromClient && spoken == null)) {
                return null;
            }
            known =
                    fromClient || spoken == null
                            ? PacketDecoder.forServer(LIMITS)
                            : PacketDecoder.forClient(spoken, LIMITS);
            decoder = known;
        }
        return known.decode(frame);
    }

    private static int bodyIndex(ByteBuf frame) {
        int at = 1;
        while ((frame.getUnsignedByte(at) & 0x80) != 0) {
            at++;
        }
        return at + 1;
    }

    private static int packetId(ByteBuf frame, int type, int qos, int body) {
        return switch (type) {
            case SeenPacket.PUBLISH -> {
                int length = body + 2 <= frame.capacity() ? frame.getUnsignedShort(body) : -1;
                int at = body + 2 + length;
                yield qos > 0 && length >= 0 && at + 2 <= frame.capacity()
                        ? frame.getUnsignedShort(at)
                        : 0;
            }
            case SeenPacket.PUBACK,
                    SeenPacket.PUBREC,
                    SeenPacket.PUBREL,
                    SeenPacket.PUBCOMP,
                    SeenPacket.SUBSCRIBE,
                    SeenPacket.SUBACK,
                    SeenPacket.UNSUBSCRIBE,
                    SeenPacket.UNSUBACK ->
                    body + 2 <= frame.capacity() ? frame.getUnsignedShort(body) : 0;
            default -> 0;
        };
    }

    /** What fixed header, topic and packet identifier tell. */
    private static String words(ByteBuf frame, int type, int qos, int packetId, int body) {
        String id = packetId == 0 ? "" : "id " + packetId;
        if (type != SeenPacket.PUBLISH || body + 2 > frame.capacity()) {
            return id;
        }
        int length = Math.min(frame.getUnsignedShort(body), frame.capacity() - body - 2);
        String topic = frame.toString(body + 2, length, StandardCharsets.UTF_8);
        return "%sQoS %d, \"%s\"".formatted(id.isEmpty() ? "" : id + ", ", qos, topic);
    }

    private static String notAllowed(String words, MqttCodecException why) {
        return (words.isEmpty() ? "" : words + "; ") + "not allowed: " + why.getMessage();
    }

    /** Version of a CONNECT that was seen. */
    @Nullable ProtocolVersion versionSeen() {
        PacketDecoder known = decoder;
        return known == null ? null : known.version();
    }

    /** Why nothing more is read; null while something is. */
    @Nullable String broken() {
        return broken;
    }
}
