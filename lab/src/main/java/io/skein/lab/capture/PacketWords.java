package io.skein.lab.capture;

import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is in a packet, in words; neither payloads nor passwords. */
final class PacketWords {
    private PacketWords() {}

    static String of(Packet packet) {
        return switch (packet) {
            case Connect connect -> connect(connect);
            case ConnAck answer ->
                    reason(answer.reason()) + (answer.sessionPresent() ? ", session present" : "");
            case Publish message -> publish(message);
            case PubAck answer -> id(answer.packetId(), answer.reason());
            case PubRec answer -> id(answer.packetId(), answer.reason());
            case PubRel answer -> id(answer.packetId(), answer.reason());
            case PubComp answer -> id(answer.packetId(), answer.reason());
            case Subscribe request ->
                    "id %d, %s"
                            .formatted(
                                    request.packetId(),
                                    request.subscriptions().stream()
                                            .map(one ->
                                                    "\"%s\" at QoS %d"
                                                            .formatted(
                                                                    one.filter(),
                                                                    one.maximumQos().value()))
                                            .collect(Collectors.joining(", ")));
            case SubAck answer -> "id %d, %s".formatted(answer.packetId(), all(answer.reasons()));
            case Unsubscribe request ->
                    "id %d, %s"
                            .formatted(
                                    request.packetId(),
                                    request.filters().stream()
                                            .map(filter -> "\"" + filter + "\"")
                                            .collect(Collectors.joining(", ")));
            case UnsubAck answer -> "id %d, %s".formatted(answer.packetId(), all(answer.reasons()));
            case Disconnect end -> reason(end.reason());
            case Auth step -> reason(step.reason());
            case PingReq _, PingResp _ -> "";
        };
    }

    /** Whether the packet says no. */
    static boolean isRefusal(Packet packet) {
        return switch (packet) {
            case ConnAck answer -> answer.reason().isError();
            case PubAck answer -> answer.reason().isError();
            case PubRec answer -> answer.reason().isError();
            case SubAck answer -> answer.reasons().stream().anyMatch(ReasonCode::isError);
            default -> false;
        };
    }

    private static String connect(Connect connect) {
        return "%s, client \"%s\", %s, keep alive %d s%s%s"
                .formatted(
                        version(connect.version()),
                        connect.clientId(),
                        connect.cleanStart() ? "clean" : "session kept",
                        connect.keepAliveSeconds(),
                        connect.username() == null ? "" : ", user \"" + connect.username() + "\"",
                        connect.will() == null
                                ? ""
                                : ", will on \"" + connect.will().topic() + "\"");
    }

    private static String version(ProtocolVersion version) {
        return switch (version) {
            case MQTT_3_1 -> "MQTT 3.1";
            case MQTT_3_1_1 -> "MQTT 3.1.1";
            case MQTT_5 -> "MQTT 5";
        };
    }

    private static String publish(Publish message) {
        return "%sQoS %d, \"%s\", %d bytes%s%s"
                .formatted(
                        message.packetId() == 0 ? "" : "id " + message.packetId() + ", ",
                        message.qos().value(),
                        message.topic(),
                        message.payload().length,
                        message.retain() ? ", retain" : "",
                        message.duplicate() ? ", again (DUP)" : "");
    }

    private static String id(int packetId, ReasonCode reason) {
        return "id " + packetId + (reason == ReasonCode.SUCCESS ? "" : ", " + reason(reason));
    }

    private static String all(List<ReasonCode> reasons) {
        return reasons.stream().map(PacketWords::reason).collect(Collectors.joining(", "));
    }

    private static String reason(ReasonCode reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
