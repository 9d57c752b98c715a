package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.Property.Place;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.Disconnect;
import java.util.Set;

/**
 * Writes what is mostly one reason code: PUBACK, PUBREC, PUBREL, PUBCOMP (sections 3.4 to 3.7),
 * DISCONNECT (3.14) and AUTH (3.15). A plain success is left out, as MQTT 5 allows.
 */
final class AcknowledgementEncoder {
    private AcknowledgementEncoder() {}

    /** For the four acknowledgements of a PUBLISH. */
    static int remainingLength(
            int packetId,
            ReasonCode reason,
            Set<ReasonCode> allowed,
            Properties properties,
            Place place,
            ProtocolVersion version) {
        PacketIds.require(packetId);
        if (version != ProtocolVersion.MQTT_5) {
            return 2;
        }
        AllowedReasons.require(allowed, reason);
        return 2 + tailBytes(reason, properties, place);
    }

    static void writeBody(
            int packetId,
            ReasonCode reason,
            Properties properties,
            Place place,
            ProtocolVersion version,
            ByteBuf out) {
        out.writeShort(packetId);
        if (version == ProtocolVersion.MQTT_5) {
            writeTail(reason, properties, place, out);
        }
    }

    static int remainingLength(Disconnect disconnect, ProtocolVersion version) {
        if (version != ProtocolVersion.MQTT_5) {
            return 0;
        }
        if (!AllowedReasons.DISCONNECT_OF_CLIENT.contains(disconnect.reason())) {
            AllowedReasons.require(
                    AllowedReasons.DISCONNECT_OF_SERVER, disconnect.reason()); // [MQTT-3.14.2-1]
        }
        return tailBytes(disconnect.reason(), disconnect.properties(), Place.DISCONNECT);
    }

    static void writeBody(Disconnect disconnect, ProtocolVersion version, ByteBuf out) {
        if (version == ProtocolVersion.MQTT_5) {
            writeTail(disconnect.reason(), disconnect.properties(), Place.DISCONNECT, out);
        }
    }

    static int remainingLength(Auth auth, ProtocolVersion version) {
        if (version != ProtocolVersion.MQTT_5) {
            throw new IllegalArgumentException("there is no AUTH in " + version);
        }
        if (!AllowedReasons.AUTH_OF_CLIENT.contains(auth.reason())) {
            AllowedReasons.require(AllowedReasons.AUTH_OF_SERVER, auth.reason()); // [MQTT-3.15.2-1]
        }
        if (!auth.properties().has(Property.AUTHENTICATION_METHOD)) { // [MQTT-4.12.0-5]
            throw new IllegalArgumentException("AUTH without an authentication method");
        }
        return tailBytes(auth.reason(), auth.properties(), Place.AUTH);
    }

    static void writeBody(Auth auth, ByteBuf out) {
        writeTail(auth.reason(), auth.properties(), Place.AUTH, out);
    }

    private static int tailBytes(ReasonCode reason, Properties properties, Place place) {
        if (properties.isEmpty()) {
            return reason == ReasonCode.SUCCESS ? 0 : 1;
        }
        return 1 + PropertiesEncoder.bytesWithLength(properties, place);
    }

    private static void writeTail(
            ReasonCode reason, Properties properties, Place place, ByteBuf out) {
        if (!properties.isEmpty()) {
            out.writeByte(reason.value());
            PropertiesEncoder.write(properties, place, out);
        } else if (reason != ReasonCode.SUCCESS) {
            out.writeByte(reason.value());
        }
    }
}
