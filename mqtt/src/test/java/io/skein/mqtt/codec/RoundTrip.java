package io.skein.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubRec;
import java.util.Objects;

/** Writes a packet and reads it back. */
final class RoundTrip {
    private RoundTrip() {}

    /** A packet that {@code decoder} returned can be written, and reads the same. */
    static void check(Packet packet, PacketDecoder decoder, boolean fromClient) {
        ProtocolVersion version = Objects.requireNonNull(decoder.version());
        if (packet instanceof Auth auth && !auth.properties().has(Property.AUTHENTICATION_METHOD)) {
            return; // a server may answer so, Skein does not
        }
        if (!fromClient && isTooLarge(packet)) {
            return; // Mosquitto answers so, Skein does not
        }
        check(packet, version, fromClient);
    }

    private static boolean isTooLarge(Packet packet) {
        return switch (packet) {
            case PubAck ack -> ack.reason() == ReasonCode.PACKET_TOO_LARGE;
            case PubRec rec -> rec.reason() == ReasonCode.PACKET_TOO_LARGE;
            default -> false;
        };
    }

    static void check(Packet packet, ProtocolVersion version, boolean fromClient) {
        ByteBuf bytes = Unpooled.buffer();
        PacketEncoder.encode(packet, version, bytes);
        assertThat(PacketEncoder.encodedBytes(packet, version)).isEqualTo(bytes.readableBytes());
        PacketDecoder decoder = Peers.expecting(packet, version, fromClient);
        try {
            assertThat(decoder.decode(bytes)).isEqualTo(packet);
        } catch (MqttCodecException e) {
            throw new AssertionError(packet + " was written but refused: " + e.getMessage(), e);
        }
        assertThat(bytes.isReadable()).isFalse();
        if (packet instanceof Connect connect) {
            assertThat(decoder.version()).isEqualTo(connect.version());
        }
    }
}
