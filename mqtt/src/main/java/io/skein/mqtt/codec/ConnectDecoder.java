package io.skein.mqtt.codec;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.Property.Place;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads CONNECT (section 3.1), which names the version of the connection, and CONNACK (3.2). */
final class ConnectDecoder {
    private static final byte[] MQTT = "MQTT".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MQISDP = "MQIsdp".getBytes(StandardCharsets.US_ASCII);

    private ConnectDecoder() {}

    static Connect connect(PacketInput in, DecoderLimits limits) throws MqttCodecException {
        ProtocolVersion version = version(in);
        in.version(version);
        int flags = in.oneByte("connect flags");
        checkFlags(in, flags, version);
        int keepAliveSeconds = in.twoBytes("keep alive");
        Properties properties = PropertiesDecoder.decode(in, Place.CONNECT);
        requireMethodWithData(in, properties);
        String clientId = in.string("client identifier"); // [MQTT-3.1.3-3] [MQTT-3.1.3-4]
        Will will = (flags & ConnectFlags.WILL) == 0 ? null : will(in, flags, limits);
        String username = (flags & ConnectFlags.USER_NAME) == 0 ? null : username(in, version);
        byte[] password = (flags & ConnectFlags.PASSWORD) == 0 ? null : in.binary("password");
        in.requireEnd(); // [MQTT-3.1.2-16] [MQTT-3.1.2-18] of 5
        return new Connect(
                version,
                clientId,
                (flags & ConnectFlags.CLEAN_START) != 0,
                keepAliveSeconds,
                properties,
                will,
                username,
                password);
    }

    private static ProtocolVersion version(PacketInput in) throws MqttCodecException {
        int length = in.twoBytes("protocol name");
        int from = in.skip(length, "protocol name");
        boolean mqtt = isName(in, from, length, MQTT);
        if (!mqtt && !isName(in, from, length, MQISDP)) { // [MQTT-3.1.2-1]
            throw in.refused(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "unknown protocol name");
        }
        int level = in.oneByte("protocol level");
        for (ProtocolVersion version : ProtocolVersion.values()) {
            boolean sameName = mqtt == version.protocolName().equals("MQTT");
            if (sameName && version.level() == level) {
                return version;
            }
        }
        // [MQTT-3.1.2-2] A level with the highest bit is a bridge of an older protocol.
        ProtocolVersion nearest =
                level > 5 && level < 0x80 ? ProtocolVersion.MQTT_5 : ProtocolVersion.MQTT_3_1_1;
        throw new MqttCodecException(
                ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                nearest,
                "CONNECT: protocol level " + level + " is not supported");
    }

    private static boolean isName(PacketInput in, int from, int length, byte[] name) {
        if (length != name.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (in.buffer().getByte(from + i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static void checkFlags(PacketInput in, int flags, ProtocolVersion version)
            throws MqttCodecException {
        if ((flags & ConnectFlags.RESERVED) != 0) { // [MQTT-3.1.2-3]
            throw in.malformed("reserved connect flag is set");
        }
        int willQos = ConnectFlags.willQos(flags);
        if ((flags & ConnectFlags.WILL) == 0
                && (willQos != 0 || (flags & ConnectFlags.WILL_RETAIN) != 0)) {
            // [MQTT-3.1.2-11] [MQTT-3.1.2-13] [MQTT-3.1.2-15]
            throw in.malformed("Will QoS or Will Retain without Will Flag");
        }
        if (willQos == 3) { // [MQTT-3.1.2-12] of 5, [MQTT-3.1.2-14] of 3.1.1
            throw in.malformed("Will QoS is 3");
        }
        if (version != ProtocolVersion.MQTT_5
                && (flags & ConnectFlags.PASSWORD) != 0
                && (flags & ConnectFlags.USER_NAME) == 0) { // [MQTT-3.1.2-22] of 3.1.1
            throw in.malformed("password without user name");
        }
    }

    private static Will will(PacketInput in, int flags, DecoderLimits limits)
            throws MqttCodecException {
        Properties properties = PropertiesDecoder.decode(in, Place.WILL); // [MQTT-3.1.2-9]
        int length = in.twoBytes("will topic");
        TopicName topic = TopicDecoder.name(in, length, limits, "will topic"); // [MQTT-3.1.3-11]
        byte[] payload = in.binary("will payload");
        return new Will(
                topic,
                payload,
                QoS.of(ConnectFlags.willQos(flags)),
                (flags & ConnectFlags.WILL_RETAIN) != 0,
                properties);
    }

    private static @Nullable String username(PacketInput in, ProtocolVersion version)
            throws MqttCodecException {
        if (version == ProtocolVersion.MQTT_3_1 && in.remaining() == 0) {
            return null; // MQTT 3.1 allows the flag without the field, for its predecessor's sake
        }
        return in.string("user name"); // [MQTT-3.1.3-12] of 5, [MQTT-3.1.3-11] of 3.1.1
    }

    static ConnAck connAck(PacketInput in) throws MqttCodecException {
        int flags = in.oneByte("acknowledge flags");
        if (in.version() == ProtocolVersion.MQTT_3_1) {
            flags = 0; // a byte that MQTT 3.1 does not use
        }
        if ((flags & ~1) != 0) { // [MQTT-3.2.2-1] of 5
            throw in.malformed("reserved acknowledge flags are set");
        }
        ReasonCode reason = in.isMqtt5() ? in.reason(AllowedReasons.CONNACK) : returnCode(in);
        boolean sessionPresent = flags == 1;
        if (sessionPresent && reason != ReasonCode.SUCCESS) {
            // [MQTT-3.2.2-6] of 5, [MQTT-3.2.2-4] of 3.1.1
            throw in.protocolError("Session Present with " + reason);
        }
        Properties properties = PropertiesDecoder.decode(in, Place.CONNACK);
        requireMethodWithData(in, properties);
        in.requireEnd();
        return new ConnAck(sessionPresent, reason, properties);
    }

    private static ReasonCode returnCode(PacketInput in) throws MqttCodecException {
        int code = in.oneByte("return code");
        ReasonCode reason = ConnectReturnCode.reason(code);
        if (reason == null) {
            throw in.protocolError("there is no return code " + code);
        }
        return reason;
    }

    /**
     * Authentication data without a method is a protocol error (sections 3.1.2.11.10, 3.2.2.3.18).
     */
    private static void requireMethodWithData(PacketInput in, Properties properties)
            throws MqttCodecException {
        if (properties.has(Property.AUTHENTICATION_DATA)
                && !properties.has(Property.AUTHENTICATION_METHOD)) {
            throw in.protocolError("AUTHENTICATION_DATA without AUTHENTICATION_METHOD");
        }
    }
}
