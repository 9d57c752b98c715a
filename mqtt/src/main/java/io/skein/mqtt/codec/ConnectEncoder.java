package io.skein.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.skein.mqtt.Property.Place;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Will;

/** Writes CONNECT (section 3.1) and CONNACK (3.2). */
final class ConnectEncoder {
    private ConnectEncoder() {}

    static int remainingLength(Connect connect, ProtocolVersion version) {
        requireWritable(connect, version);
        boolean mqtt5 = version == ProtocolVersion.MQTT_5;
        int bytes = Text.bytes(version.protocolName()) + 4 + Text.bytes(connect.clientId());
        if (mqtt5) {
            bytes += PropertiesEncoder.bytesWithLength(connect.properties(), Place.CONNECT);
        }
        Will will = connect.will();
        if (will != null) {
            bytes += 2 + will.topic().utf8().length + Text.bytes(will.payload());
            if (mqtt5) {
                bytes += PropertiesEncoder.bytesWithLength(will.properties(), Place.WILL);
            }
        }
        String username = connect.username();
        byte[] password = connect.password();
        return bytes
                + (username == null ? 0 : Text.bytes(username))
                + (password == null ? 0 : Text.bytes(password));
    }

    private static void requireWritable(Connect connect, ProtocolVersion version) {
        if (connect.version() != version) {
            throw new IllegalArgumentException(connect.version() + " CONNECT as " + version);
        }
        if (connect.keepAliveSeconds() < 0 || connect.keepAliveSeconds() > 0xFFFF) {
            throw new IllegalArgumentException(
                    "keep alive of " + connect.keepAliveSeconds() + " s");
        }
        if (version != ProtocolVersion.MQTT_5
                && connect.password() != null
                && connect.username() == null) { // [MQTT-3.1.2-22] of 3.1.1
            throw new IllegalArgumentException("password without user name in " + version);
        }
    }

    static void writeBody(Connect connect, ProtocolVersion version, ByteBuf out) {
        boolean mqtt5 = version == ProtocolVersion.MQTT_5;
        Text.write(version.protocolName(), out);
        out.writeByte(version.level());
        out.writeByte(flags(connect));
        out.writeShort(connect.keepAliveSeconds());
        if (mqtt5) {
            PropertiesEncoder.write(connect.properties(), Place.CONNECT, out);
        }
        Text.write(connect.clientId(), out); // [MQTT-3.1.3-1] the order of the payload
        Will will = connect.will();
        if (will != null) {
            if (mqtt5) {
                PropertiesEncoder.write(will.properties(), Place.WILL, out);
            }
            Text.write(will.topic().utf8(), out);
            Text.write(will.payload(), out);
        }
        String username = connect.username();
        if (username != null) { // [MQTT-3.1.2-17] of 5, [MQTT-3.1.2-19] of 3.1.1
            Text.write(username, out);
        }
        byte[] password = connect.password();
        if (password != null) { // [MQTT-3.1.2-19] of 5, [MQTT-3.1.2-21] of 3.1.1
            Text.write(password, out);
        }
    }

    private static int flags(Connect connect) {
        int flags = connect.cleanStart() ? ConnectFlags.CLEAN_START : 0;
        Will will = connect.will();
        if (will != null) {
            flags |= ConnectFlags.WILL | (will.qos().value() << ConnectFlags.WILL_QOS_SHIFT);
            flags |= will.retain() ? ConnectFlags.WILL_RETAIN : 0;
        }
        flags |= connect.username() == null ? 0 : ConnectFlags.USER_NAME;
        return flags | (connect.password() == null ? 0 : ConnectFlags.PASSWORD);
    }

    static int remainingLength(ConnAck connAck, ProtocolVersion version) {
        if (connAck.sessionPresent() && connAck.reason() != ReasonCode.SUCCESS) {
            // [MQTT-3.2.2-6] of 5, [MQTT-3.2.2-4] of 3.1.1
            throw new IllegalArgumentException("session present with " + connAck.reason());
        }
        if (version != ProtocolVersion.MQTT_5) {
            return 2;
        }
        AllowedReasons.require(AllowedReasons.CONNACK, connAck.reason()); // [MQTT-3.2.2-8]
        return 2 + PropertiesEncoder.bytesWithLength(connAck.properties(), Place.CONNACK);
    }

    static void writeBody(ConnAck connAck, ProtocolVersion version, ByteBuf out) {
        // MQTT 3.1 reserves the byte in which its successors tell Session Present
        boolean tellsSession = version != ProtocolVersion.MQTT_3_1;
        out.writeByte(connAck.sessionPresent() && tellsSession ? 1 : 0);
        if (version == ProtocolVersion.MQTT_5) {
            out.writeByte(connAck.reason().value());
            PropertiesEncoder.write(connAck.properties(), Place.CONNACK, out);
        } else {
            out.writeByte(ConnectReturnCode.of(connAck.reason()));
        }
    }
}
