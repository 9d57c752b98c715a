package io.skein.mqtt.codec;

import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.packet.Packet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Packets as bytes, written by hand from the specification, and the values they are. Whatever
 * concerns all packets is tested over this table.
 */
final class PacketTable {
    /** Which way a packet goes. */
    enum From {
        CLIENT,
        SERVER
    }

    /**
     * One packet.
     *
     * @param isCanonical whether the encoder writes it with these bytes; the specification leaves
     *     some choice
     */
    record Sample(
            String name,
            ProtocolVersion version,
            From from,
            String bytes,
            Packet packet,
            boolean isCanonical) {
        PacketDecoder decoder() {
            return Peers.expecting(packet, version, from == From.CLIENT);
        }

        @Override
        public String toString() {
            return name + " from " + from + ", " + version;
        }
    }

    static final String USER_PROPERTY = "26 00 01 'k' 00 01 'v'";

    private PacketTable() {}

    static List<Sample> all() {
        return Stream.of(
                        ConnectionSamples.connections(),
                        ConnectionSamples.ends(),
                        MessageSamples.publishes(),
                        MessageSamples.acknowledgements(),
                        SubscriptionSamples.subscriptions())
                .flatMap(List::stream)
                .toList();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Sample client(String name, ProtocolVersion version, String bytes, Packet packet) {
        return new Sample(name, version, From.CLIENT, bytes, packet, true);
    }

    static Sample server(String name, ProtocolVersion version, String bytes, Packet packet) {
        return new Sample(name, version, From.SERVER, bytes, packet, true);
    }

    static Sample readOnly(
            From from, String name, ProtocolVersion version, String bytes, Packet packet) {
        return new Sample(name, version, from, bytes, packet, false);
    }
}
