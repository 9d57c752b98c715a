package io.skein.lab.client;

import io.netty.buffer.ByteBuf;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.MqttCodecException;
import io.skein.mqtt.codec.PacketDecoder;
import io.skein.mqtt.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a connection receives into packets. Plain acknowledgements, and messages where somebody
 * wants them as frames, are handed on without an object each; everything else goes through the
 * decoder. Only for the event loop.
 */
final class FrameReader {
    private static final int PUBLISH = 3;
    private static final int ACKNOWLEDGEMENT_FIRST = 4;
    private static final int ACKNOWLEDGEMENT_LAST = 7;
    private static final int PUBREL_FLAGS = 2;

    private final Receiver receiver;
    private final PacketDecoder decoder;
    private final boolean properties;
    private final int packetBytesMaximum;
    private final @Nullable PublishFrame frame;

    /** Who gets the packets. What it throws ends the reading. */
    interface Receiver {
        /** PUBACK, PUBREC, PUBREL or PUBCOMP, by its type on the wire. */
        void acknowledgement(int type, int packetId, ReasonCode reason) throws MqttViolation;

        /** A message as it lies in the buffer. */
        void frame(ByteBuf buffer, PublishFrame frame) throws MqttViolation;

        /** Any other packet. */
        void packet(Packet packet) throws MqttViolation;

        /** Whether CONNACK has come; before it, only the decoder may judge. */
        boolean connected();

        /** Whether to go on; false once the connection is being closed. */
        boolean wantsMore();
    }

    FrameReader(
            Receiver receiver,
            PacketDecoder decoder,
            ProtocolVersion version,
            int packetBytesMaximum,
            boolean frames) {
        this.receiver = receiver;
        this.decoder = decoder;
        this.properties = version == ProtocolVersion.MQTT_5;
        this.packetBytesMaximum = packetBytesMaximum;
        this.frame = frames ? new PublishFrame() : null;
    }

    /** Hands on all whole packets; what is left begins at the reader index. */
    void read(ByteBuf in) throws MqttViolation {
        while (in.isReadable() && receiver.wantsMore()) {
            if (!receiver.connected() || !readFast(in)) {
                Packet packet = decode(in);
                if (packet == null) {
                    return;
                }
                receiver.packet(packet);
            }
        }
    }

    /** Whether the packet at the front was one for the fast path and has been handed on. */
    private boolean readFast(ByteBuf in) throws MqttViolation {
        int start = in.readerIndex();
        int header = in.getUnsignedByte(start);
        int type = header >> 4;
        boolean message = type == PUBLISH && frame != null;
        if (!message && (type < ACKNOWLEDGEMENT_FIRST || type > ACKNOWLEDGEMENT_LAST)) {
            return false;
        }
        long field = VariableByteInteger.read(in, start + 1, in.writerIndex());
        if (field < 0) {
            return false; // The decoder knows whether to wait or to refuse.
        }
        int length = VariableByteInteger.value(field);
        int body = start + 1 + VariableByteInteger.bytes(field);
        if (body + length > in.writerIndex()) {
            return false;
        }
        if (message) {
            readFrame(in, header, body, length);
            return true;
        }
        boolean plain = length == 2 || (length == 3 && properties);
        if (!plain || (header & 0x0F) != (type == 6 ? PUBREL_FLAGS : 0)) {
            return false;
        }
        int packetId = in.getUnsignedShort(body);
        ReasonCode reason = length == 2 ? ReasonCode.SUCCESS : reason(in.getUnsignedByte(body + 2));
        in.readerIndex(body + length);
        receiver.acknowledgement(type, packetId, reason);
        return true;
    }

    private void readFrame(ByteBuf in, int header, int body, int length) throws MqttViolation {
        PublishFrame parts = frame;
        int end = body + length;
        if (parts == null || end - in.readerIndex() > packetBytesMaximum) {
            throw new MqttViolation(
                    ReasonCode.PACKET_TOO_LARGE,
                    "PUBLISH of " + length + " bytes, the limit is " + packetBytesMaximum);
        }
        if (!parts.wrap(in, header, body, length, properties)
                || (parts.qos() > 0 && parts.packetId() == 0)) {
            throw new MqttViolation(ReasonCode.MALFORMED_PACKET, "malformed PUBLISH");
        }
        in.readerIndex(end);
        receiver.frame(in, parts);
    }

    private @Nullable Packet decode(ByteBuf in) throws MqttViolation {
        try {
            return decoder.decode(in);
        } catch (MqttCodecException e) {
            throw new MqttViolation(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static ReasonCode reason(int value) throws MqttViolation {
        try {
            return ReasonCode.of(value);
        } catch (IllegalArgumentException e) {
            throw new MqttViolation(ReasonCode.MALFORMED_PACKET, String.valueOf(e.getMessage()));
        }
    }
}
