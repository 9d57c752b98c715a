package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes one side of a connection receives into packets, and refuses everything the
 * specification forbids one direction to send: MQTT 3.1, 3.1.1 and 5 alike. Topic aliases are
 * resolved here. One per connection; not thread-safe. It keeps no reference to the buffer, and what
 * it returns shares no memory with it.
 *
 * <p>It never allocates for a field whose bytes have not all arrived within the limits: a packet
 * that is too large is refused at its fixed header.
 */
public final class PacketDecoder {
    private static final int NO_PACKET = -1;
    private static final int LENGTH_BYTES_MAXIMUM = 4;

    /** Protocol name and version, as a CONNECT of MQTT 5 begins behind its fixed header. */
    private static final byte[] MQTT_5_NAME = {0, 4, 'M', 'Q', 'T', 'T', 5};

    private final DecoderLimits limits;
    private final boolean fromClient;
    private final PacketInput input;
    private final PublishDecoder publishes;

    /** Whether the CONNECT, or the CONNACK of a success, has come. */
    private boolean connected;

    private @Nullable MqttCodecException failure;

    private PacketDecoder(
            boolean fromClient, @Nullable ProtocolVersion version, DecoderLimits limits) {
        this.limits = limits;
        this.fromClient = fromClient;
        this.input = new PacketInput(version);
        this.publishes = new PublishDecoder(limits, fromClient);
    }

    /**
     * A decoder of what a client sends: the first packet must be CONNECT, which tells the version;
     * there must not be another, and no packet that only servers send.
     */
    public static PacketDecoder forServer(DecoderLimits limits) {
        return new PacketDecoder(true, null, limits);
    }

    /**
     * A decoder of what a server sends to a client of this version: CONNACK once, before it nothing
     * but AUTH, and no packet that only clients send.
     */
    public static PacketDecoder forClient(ProtocolVersion version, DecoderLimits limits) {
        return new PacketDecoder(false, version, limits);
    }

    /** The version of the connection: known to a server once the CONNECT named one it supports. */
    public @Nullable ProtocolVersion version() {
        return input.version();
    }

    /**
     * The next packet, or null if the buffer holds no whole packet yet.
     *
     * @param in bytes as they came; a packet returned is consumed exactly, otherwise (null or
     *     exception) nothing is consumed
     * @throws MqttCodecException if the bytes at the front cannot become an allowed packet; no
     *     later call can succeed, each throws the same
     */
    public @Nullable Packet decode(ByteBuf in) throws MqttCodecException {
        if (failure != null) {
            throw failure;
        }
        int start = in.readerIndex();
        if (in.readableBytes() == 0) {
            return null;
        }
        try {
            int header = in.getUnsignedByte(start);
            PacketType type = acceptableType(header);
            int end = endOfPacket(in, start, type);
            if (end == NO_PACKET) {
                return null;
            }
            Packet packet = body(type, header);
            in.readerIndex(end);
            return packet;
        } catch (MqttCodecException e) {
            in.readerIndex(start);
            failure = e;
            throw e;
        } finally {
            input.release();
        }
    }

    private PacketType acceptableType(int header) throws MqttCodecException {
        PacketType type = PacketType.ofHeader(header);
        if (type == null) {
            throw refused(ReasonCode.MALFORMED_PACKET, "packet type 0 is reserved");
        }
        boolean sent = fromClient ? type.isSentByClient() : type.isSentByServer();
        if (!sent || (!input.isMqtt5() && isMqtt5Only(type) && input.version() != null)) {
            throw refused(
                    ReasonCode.PROTOCOL_ERROR,
                    type + " is not for a " + (fromClient ? "client" : "server") + " to send");
        }
        checkOrder(type);
        if (type == PacketType.PUBLISH) {
            String fault = PublishDecoder.flagsFault(header);
            if (fault != null) {
                throw refused(ReasonCode.MALFORMED_PACKET, "PUBLISH: " + fault);
            }
        } else if ((header & 0x0F & ~dupOfMqtt31(type)) != type.flags()) {
            // [MQTT-2.1.3-1] [MQTT-2.2.2-1] [MQTT-2.2.2-2] [MQTT-3.6.1-1] [MQTT-3.8.1-1]
            // [MQTT-3.10.1-1] [MQTT-3.14.1-1] [MQTT-3.15.1-1]
            throw refused(
                    ReasonCode.MALFORMED_PACKET,
                    type + ": flags of the fixed header are " + (header & 0x0F));
        }
        return type;
    }

    /** MQTT 3 has no AUTH, and its servers send no DISCONNECT. */
    private boolean isMqtt5Only(PacketType type) {
        return type == PacketType.AUTH || (type == PacketType.DISCONNECT && !fromClient);
    }

    private void checkOrder(PacketType type) throws MqttCodecException {
        if (fromClient) {
            if (connected == (type == PacketType.CONNECT)) { // [MQTT-3.1.0-1] [MQTT-3.1.0-2]
                throw refused(
                        ReasonCode.PROTOCOL_ERROR,
                        connected ? "second CONNECT" : type + " before CONNECT");
            }
        } else if (connected ? type == PacketType.CONNACK : !mayPrecedeConnAck(type)) {
            // [MQTT-3.2.0-1] [MQTT-3.2.0-2] [MQTT-3.14.0-1]
            throw refused(
                    ReasonCode.PROTOCOL_ERROR,
                    connected ? "second CONNACK" : type + " before CONNACK");
        }
    }

    private static boolean mayPrecedeConnAck(PacketType type) {
        return type == PacketType.CONNACK || type == PacketType.AUTH;
    }

    /** MQTT 3.1 marks a repeated PUBREL, SUBSCRIBE or UNSUBSCRIBE with DUP. */
    private int dupOfMqtt31(PacketType type) {
        return input.version() == ProtocolVersion.MQTT_3_1 && type.flags() == 2 ? 0x08 : 0;
    }

    /**
     * Where the packet ends, with the input set to its body; {@link #NO_PACKET} if not all came.
     */
    private int endOfPacket(ByteBuf in, int start, PacketType type) throws MqttCodecException {
        int available = in.readableBytes();
        int remainingLength = 0;
        int lengthBytes = 0;
        int b;
        do {
            if (lengthBytes == LENGTH_BYTES_MAXIMUM) {
                throw refused(
                        ReasonCode.MALFORMED_PACKET,
                        type + ": remaining length has more than four bytes");
            }
            if (1 + lengthBytes == available) {
                return NO_PACKET;
            }
            b = in.getUnsignedByte(start + 1 + lengthBytes);
            remainingLength |= (b & 0x7F) << (7 * lengthBytes);
            lengthBytes++;
        } while (b >= 0x80);
        if (b == 0 && lengthBytes > 1 && (input.isMqtt5() || type == PacketType.CONNECT)) {
            // [MQTT-1.5.5-1] MQTT 3 does not forbid it, but no client writes its CONNECT like this
            throw refused(
                    ReasonCode.MALFORMED_PACKET,
                    type + ": remaining length is not written in the fewest bytes");
        }
        int packetBytes = 1 + lengthBytes + remainingLength;
        int bytesMaximum =
                type == PacketType.CONNECT
                        ? Math.min(limits.connectBytesMaximum(), limits.packetBytesMaximum())
                        : limits.packetBytesMaximum();
        if (packetBytes > bytesMaximum) {
            throw tooLarge(type, packetBytes, bytesMaximum, in, start + 1 + lengthBytes);
        }
        if (packetBytes > available) {
            return NO_PACKET;
        }
        int end = start + packetBytes;
        input.begin(type, in, start, start + 1 + lengthBytes, end);
        return end;
    }

    /** A CONNECT is not read; what it begins with tells whether its client knows the reason. */
    private MqttCodecException tooLarge(
            PacketType type, int packetBytes, int bytesMaximum, ByteBuf in, int body) {
        String message = type + " of " + packetBytes + " bytes, the limit is " + bytesMaximum;
        boolean isMqtt5 =
                type == PacketType.CONNECT
                        && in.writerIndex() - body >= MQTT_5_NAME.length
                        && ByteBufUtil.equals(
                                Unpooled.wrappedBuffer(MQTT_5_NAME),
                                0,
                                in,
                                body,
                                MQTT_5_NAME.length);
        return isMqtt5
                ? new MqttCodecException(
                        ReasonCode.PACKET_TOO_LARGE, ProtocolVersion.MQTT_5, message)
                : refused(ReasonCode.PACKET_TOO_LARGE, message);
    }

    private Packet body(PacketType type, int header) throws MqttCodecException {
        return switch (type) {
            case CONNECT -> {
                Packet connect = ConnectDecoder.connect(input, limits);
                connected = true;
                yield connect;
            }
            case CONNACK -> {
                Packet connAck = ConnectDecoder.connAck(input);
                connected = true;
                yield connAck;
            }
            case PUBLISH -> publishes.decode(input, header);
            case PUBACK -> AcknowledgementDecoder.pubAck(input, fromClient);
            case PUBREC -> AcknowledgementDecoder.pubRec(input, fromClient);
            case PUBREL -> AcknowledgementDecoder.pubRel(input);
            case PUBCOMP -> AcknowledgementDecoder.pubComp(input);
            case SUBSCRIBE -> SubscribeDecoder.subscribe(input, limits);
            case SUBACK -> SubscribeDecoder.subAck(input);
            case UNSUBSCRIBE -> SubscribeDecoder.unsubscribe(input, limits);
            case UNSUBACK -> SubscribeDecoder.unsubAck(input);
            case PINGREQ -> {
                input.requireEnd();
                yield PingReq.INSTANCE;
            }
            case PINGRESP -> {
                input.requireEnd();
                yield PingResp.INSTANCE;
            }
            case DISCONNECT -> AcknowledgementDecoder.disconnect(input, fromClient);
            case AUTH -> AcknowledgementDecoder.auth(input, fromClient);
        };
    }

    private MqttCodecException refused(ReasonCode reason, String what) {
        return new MqttCodecException(reason, input.version(), what);
    }
}
