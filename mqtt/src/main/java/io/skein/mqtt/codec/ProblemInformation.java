package io.skein.mqtt.codec;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
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
import org.jspecify.annotations.Nullable;

/**
 * The reason string and user properties of an answer: what MQTT 5 lets a sender leave out, and
 * makes it leave out where the receiver does not want it or has no room for it.
 */
public final class ProblemInformation {
    private ProblemInformation() {}

    /**
     * The packet as it may be sent to a receiver with this Maximum Packet Size: itself if it is
     * small enough, else without its problem information ([MQTT-3.2.2-19], [MQTT-3.2.2-20] and the
     * like for every answer), or null if it is too large even so ([MQTT-3.1.2-24]).
     *
     * @param bytesMaximum 1 to 4,294,967,295
     */
    public static @Nullable Packet fit(Packet packet, ProtocolVersion version, long bytesMaximum) {
        if (PacketEncoder.encodedBytes(packet, version) <= bytesMaximum) {
            return packet;
        }
        Packet shorter = without(packet);
        return PacketEncoder.encodedBytes(shorter, version) <= bytesMaximum ? shorter : null;
    }

    /**
     * The packet without its problem information, if it is an answer; requests and PUBLISH, whose
     * user properties belong to the application, are returned as they are.
     */
    public static Packet without(Packet packet) {
        return switch (packet) {
            case ConnAck(var present, var reason, var properties) ->
                    new ConnAck(present, reason, without(properties));
            case PubAck(var id, var reason, var properties) ->
                    new PubAck(id, reason, without(properties));
            case PubRec(var id, var reason, var properties) ->
                    new PubRec(id, reason, without(properties));
            case PubRel(var id, var reason, var properties) ->
                    new PubRel(id, reason, without(properties));
            case PubComp(var id, var reason, var properties) ->
                    new PubComp(id, reason, without(properties));
            case SubAck(var id, var reasons, var properties) ->
                    new SubAck(id, reasons, without(properties));
            case UnsubAck(var id, var reasons, var properties) ->
                    new UnsubAck(id, reasons, without(properties));
            case Disconnect(var reason, var properties) ->
                    new Disconnect(reason, without(properties));
            case Auth(var reason, var properties) -> new Auth(reason, without(properties));
            case Connect _, Publish _, Subscribe _, Unsubscribe _, PingReq _, PingResp _ -> packet;
        };
    }

    private static Properties without(Properties properties) {
        if (!properties.has(Property.REASON_STRING) && !properties.has(Property.USER_PROPERTY)) {
            return properties;
        }
        return properties.toBuilder()
                .remove(Property.REASON_STRING)
                .remove(Property.USER_PROPERTY)
                .build();
    }
}
