package io.skein.mqtt.codec;

import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import java.util.List;
import java.util.stream.Stream;

/** Everything one packet must not be, as bytes, with the reason code it is refused for. */
final class ProhibitedPackets {
    static final DecoderLimits LIMITS = new DecoderLimits(1_000, 500, 3, 100, 10, 4, 8);

    /** Where the bytes come in. */
    enum At {
        SERVER_START,
        SERVER_3_1,
        SERVER_3_1_1,
        SERVER_5,
        CLIENT_3_1_1_START,
        CLIENT_3_1_1,
        CLIENT_5_START,
        CLIENT_5;

        PacketDecoder decoder() {
            return switch (this) {
                case SERVER_START -> PacketDecoder.forServer(LIMITS);
                case SERVER_3_1 -> Peers.connectedServer(ProtocolVersion.MQTT_3_1, LIMITS);
                case SERVER_3_1_1 -> Peers.connectedServer(ProtocolVersion.MQTT_3_1_1, LIMITS);
                case SERVER_5 -> Peers.connectedServer(ProtocolVersion.MQTT_5, LIMITS);
                case CLIENT_3_1_1_START ->
                        PacketDecoder.forClient(ProtocolVersion.MQTT_3_1_1, LIMITS);
                case CLIENT_3_1_1 -> Peers.connectedClient(ProtocolVersion.MQTT_3_1_1, LIMITS);
                case CLIENT_5_START -> PacketDecoder.forClient(ProtocolVersion.MQTT_5, LIMITS);
                case CLIENT_5 -> Peers.connectedClient(ProtocolVersion.MQTT_5, LIMITS);
            };
        }
    }

    record Prohibited(String what, At at, String bytes, ReasonCode reason) {
        @Override
        public String toString() {
            return what + " (" + at + ")";
        }
    }

    private ProhibitedPackets() {}

    static List<Prohibited> all() {
        return Stream.of(
                        ProhibitedConnections.fixedHeaders(),
                        ProhibitedConnections.order(),
                        ProhibitedConnections.connects(),
                        ProhibitedConnections.connectProperties(),
                        ProhibitedConnections.connAcks(),
                        ProhibitedMessages.publishes(),
                        ProhibitedMessages.properties(),
                        ProhibitedMessages.acknowledgements(),
                        ProhibitedMessages.subscribes(),
                        ProhibitedConnections.ends())
                .flatMap(List::stream)
                .toList();
    }
}
