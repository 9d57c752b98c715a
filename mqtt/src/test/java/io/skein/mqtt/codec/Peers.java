package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Packet;

/** Decoders at the point of a connection where a certain packet may come. */
final class Peers {
    static final DecoderLimits LIMITS = DecoderLimits.DEFAULT;

    private Peers() {}

    /** A decoder that expects this packet from a client (or from a server) next. */
    static PacketDecoder expecting(Packet next, ProtocolVersion version, boolean fromClient) {
        boolean opening =
                next instanceof Connect || next instanceof ConnAck || next instanceof Auth;
        if (fromClient) {
            return next instanceof Connect
                    ? PacketDecoder.forServer(LIMITS)
                    : connectedServer(version, LIMITS);
        }
        return opening
                ? PacketDecoder.forClient(version, LIMITS)
                : connectedClient(version, LIMITS);
    }

    /** A server's decoder that has seen the CONNECT. */
    static PacketDecoder connectedServer(ProtocolVersion version, DecoderLimits limits) {
        PacketDecoder decoder = PacketDecoder.forServer(limits);
        Connect connect = new Connect(version, "c", true, 60, Properties.EMPTY, null, null, null);
        decodeOne(decoder, connect, version);
        return decoder;
    }

    /** A client's decoder that has seen the CONNACK. */
    static PacketDecoder connectedClient(ProtocolVersion version, DecoderLimits limits) {
        PacketDecoder decoder = PacketDecoder.forClient(version, limits);
        decodeOne(decoder, new ConnAck(false, ReasonCode.SUCCESS, Properties.EMPTY), version);
        return decoder;
    }

    private static void decodeOne(PacketDecoder decoder, Packet packet, ProtocolVersion version) {
        ByteBuf bytes = Unpooled.buffer();
        PacketEncoder.encode(packet, version, bytes);
        try {
            decoder.decode(bytes);
        } catch (MqttCodecException e) {
            throw new AssertionError(e);
        }
    }
}
