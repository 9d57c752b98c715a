package io.skein.mqtt.codec;

import static io.skein.mqtt.ProtocolVersion.MQTT_3_1;
import static io.skein.mqtt.ProtocolVersion.MQTT_3_1_1;
import static io.skein.mqtt.ProtocolVersion.MQTT_5;
import static io.skein.mqtt.codec.PacketTable.USER_PROPERTY;
import static io.skein.mqtt.codec.PacketTable.client;
import static io.skein.mqtt.codec.PacketTable.readOnly;
import static io.skein.mqtt.codec.PacketTable.server;
import static io.skein.mqtt.codec.PacketTable.utf8;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.PacketTable.From;
import io.skein.mqtt.codec.PacketTable.Sample;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicName;
import java.util.List;

/** CONNECT, CONNACK, PING, DISCONNECT and AUTH. */
final class ConnectionSamples {
    private ConnectionSamples() {}

    static List<Sample> connections() {
        return List.of(
                client(
                        "CONNECT",
                        MQTT_3_1,
                        "10 10 00 06 'MQIsdp' 03 02 00 3C 00 02 'c1'",
                        connect(MQTT_3_1, "c1", true, 60)),
                client(
                        "CONNECT",
                        MQTT_3_1_1,
                        "10 0E 00 04 'MQTT' 04 02 00 3C 00 02 'c1'",
                        connect(MQTT_3_1_1, "c1", true, 60)),
                client(
                        "CONNECT without client identifier",
                        MQTT_3_1_1,
                        "10 0C 00 04 'MQTT' 04 02 00 00 00 00",
                        connect(MQTT_3_1_1, "", true, 0)),
                client(
                        "CONNECT with everything", // [MQTT-3.1.3-1] of both
                        MQTT_3_1_1,
                        "10 1F 00 04 'MQTT' 04 EC FF FF 00 02 'c1' 00 03 'w/t' 00 03 'bye'"
                                + " 00 01 'u' 00 02 'pw'",
                        new Connect(
                                MQTT_3_1_1,
                                "c1",
                                false,
                                65_535,
                                Properties.EMPTY,
                                new Will(
                                        TopicName.of("w/t"),
                                        utf8("bye"),
                                        QoS.AT_LEAST_ONCE,
                                        true,
                                        Properties.EMPTY),
                                "u",
                                utf8("pw"))),
                client(
                        "CONNECT",
                        MQTT_5,
                        "10 0F 00 04 'MQTT' 05 02 00 3C 00 00 02 'c1'",
                        connect(MQTT_5, "c1", true, 60)),
                client(
                        "CONNECT with everything",
                        MQTT_5,
                        "10 63 00 04 'MQTT' 05 D6 00 0A"
                                + " 23 11 00 00 00 0A 15 00 01 'm' 16 00 01 FF 17 00 19 01"
                                + " 21 00 14 22 00 0A 27 00 00 10 00 "
                                + USER_PROPERTY
                                + " 00 02 'c5'"
                                + " 1F 01 01 02 00 00 00 3C 03 00 01 't' 08 00 01 'r' 09 00 01 07"
                                + " 18 00 00 00 05 "
                                + USER_PROPERTY
                                + " 00 03 'w/t' 00 03 'bye' 00 01 'u' 00 02 00 FF",
                        connectWithEverything()),
                client(
                        "CONNECT with password but no user name",
                        MQTT_5,
                        "10 12 00 04 'MQTT' 05 42 00 3C 00 00 01 'c' 00 02 'pw'",
                        new Connect(
                                MQTT_5, "c", true, 60, Properties.EMPTY, null, null, utf8("pw"))),
                readOnly(
                        From.CLIENT,
                        "CONNECT that promises a user name it has not",
                        MQTT_3_1,
                        "10 0F 00 06 'MQIsdp' 03 82 00 3C 00 01 'c'",
                        connect(MQTT_3_1, "c", true, 60)),
                server("CONNACK", MQTT_3_1, "20 02 00 00", connAck(false, ReasonCode.SUCCESS)),
                server("CONNACK", MQTT_3_1_1, "20 02 01 00", connAck(true, ReasonCode.SUCCESS)),
                server(
                        "CONNACK of refusal",
                        MQTT_3_1_1,
                        "20 02 00 05",
                        connAck(false, ReasonCode.NOT_AUTHORIZED)),
                server("CONNACK", MQTT_5, "20 03 01 00 00", connAck(true, ReasonCode.SUCCESS)),
                server(
                        "CONNACK of refusal",
                        MQTT_5,
                        "20 03 00 86 00",
                        connAck(false, ReasonCode.BAD_USER_NAME_OR_PASSWORD)),
                server(
                        "CONNACK with everything",
                        MQTT_5,
                        "20 40 00 00 3D 11 00 00 00 1E 12 00 02 'id' 13 00 3C 15 00 01 'm'"
                                + " 16 00 01 01 1A 00 01 'i' 1C 00 01 's' 1F 00 01 'r' 21 00 05"
                                + " 22 00 03 24 01 25 00 27 00 01 00 00 28 00 29 00 2A 00 "
                                + USER_PROPERTY,
                        new ConnAck(false, ReasonCode.SUCCESS, connAckProperties())));
    }

    private static Connect connectWithEverything() {
        Properties properties =
                Properties.builder()
                        .number(Property.SESSION_EXPIRY_INTERVAL, 10)
                        .string(Property.AUTHENTICATION_METHOD, "m")
                        .binary(Property.AUTHENTICATION_DATA, new byte[] {(byte) 0xFF})
                        .number(Property.REQUEST_PROBLEM_INFORMATION, 0)
                        .number(Property.REQUEST_RESPONSE_INFORMATION, 1)
                        .number(Property.RECEIVE_MAXIMUM, 20)
                        .number(Property.TOPIC_ALIAS_MAXIMUM, 10)
                        .number(Property.MAXIMUM_PACKET_SIZE, 4_096)
                        .userProperty("k", "v")
                        .build();
        Properties willProperties =
                Properties.builder()
                        .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                        .number(Property.MESSAGE_EXPIRY_INTERVAL, 60)
                        .string(Property.CONTENT_TYPE, "t")
                        .string(Property.RESPONSE_TOPIC, "r")
                        .binary(Property.CORRELATION_DATA, new byte[] {7})
                        .number(Property.WILL_DELAY_INTERVAL, 5)
                        .userProperty("k", "v")
                        .build();
        Will will =
                new Will(TopicName.of("w/t"), utf8("bye"), QoS.EXACTLY_ONCE, false, willProperties);
        byte[] password = {0, (byte) 0xFF};
        return new Connect(MQTT_5, "c5", true, 10, properties, will, "u", password);
    }

    private static Properties connAckProperties() {
        return Properties.builder()
                .number(Property.SESSION_EXPIRY_INTERVAL, 30)
                .string(Property.ASSIGNED_CLIENT_IDENTIFIER, "id")
                .number(Property.SERVER_KEEP_ALIVE, 60)
                .string(Property.AUTHENTICATION_METHOD, "m")
                .binary(Property.AUTHENTICATION_DATA, new byte[] {1})
                .string(Property.RESPONSE_INFORMATION, "i")
                .string(Property.SERVER_REFERENCE, "s")
                .string(Property.REASON_STRING, "r")
                .number(Property.RECEIVE_MAXIMUM, 5)
                .number(Property.TOPIC_ALIAS_MAXIMUM, 3)
                .number(Property.MAXIMUM_QOS, 1)
                .number(Property.RETAIN_AVAILABLE, 0)
                .number(Property.MAXIMUM_PACKET_SIZE, 65_536)
                .number(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, 0)
                .number(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0)
                .number(Property.SHARED_SUBSCRIPTION_AVAILABLE, 0)
                .userProperty("k", "v")
                .build();
    }

    static List<Sample> ends() {
        Properties expiry =
                Properties.builder().number(Property.SESSION_EXPIRY_INTERVAL, 10).build();
        Properties reference =
                Properties.builder()
                        .string(Property.SERVER_REFERENCE, "s")
                        .string(Property.REASON_STRING, "r")
                        .build();
        Properties method =
                Properties.builder().string(Property.AUTHENTICATION_METHOD, "m").build();
        Properties data =
                method.toBuilder().binary(Property.AUTHENTICATION_DATA, utf8("d")).build();
        Disconnect normal = new Disconnect(ReasonCode.SUCCESS, Properties.EMPTY);
        return List.of(
                client("PINGREQ", MQTT_3_1_1, "C0 00", PingReq.INSTANCE),
                client("PINGREQ", MQTT_5, "C0 00", PingReq.INSTANCE),
                server("PINGRESP", MQTT_3_1_1, "D0 00", PingResp.INSTANCE),
                server("PINGRESP", MQTT_5, "D0 00", PingResp.INSTANCE),
                client("DISCONNECT", MQTT_3_1_1, "E0 00", normal),
                client("DISCONNECT", MQTT_5, "E0 00", normal),
                readOnly(
                        From.CLIENT,
                        "DISCONNECT with all written out",
                        MQTT_5,
                        "E0 02 00 00",
                        normal),
                client(
                        "DISCONNECT with Will",
                        MQTT_5,
                        "E0 01 04",
                        new Disconnect(ReasonCode.DISCONNECT_WITH_WILL, Properties.EMPTY)),
                client(
                        "DISCONNECT with session expiry",
                        MQTT_5,
                        "E0 07 00 05 11 00 00 00 0A",
                        new Disconnect(ReasonCode.SUCCESS, expiry)),
                server(
                        "DISCONNECT with server reference",
                        MQTT_5,
                        "E0 0A 9C 08 1C 00 01 's' 1F 00 01 'r'",
                        new Disconnect(ReasonCode.USE_ANOTHER_SERVER, reference)),
                client(
                        "AUTH to continue",
                        MQTT_5,
                        "F0 0A 18 08 15 00 01 'm' 16 00 01 'd'",
                        new Auth(ReasonCode.CONTINUE_AUTHENTICATION, data)),
                client(
                        "AUTH anew",
                        MQTT_5,
                        "F0 06 19 04 15 00 01 'm'",
                        new Auth(ReasonCode.RE_AUTHENTICATE, method)),
                server(
                        "AUTH of success",
                        MQTT_5,
                        "F0 06 00 04 15 00 01 'm'",
                        new Auth(ReasonCode.SUCCESS, method)));
    }

    private static Connect connect(
            ProtocolVersion version, String clientId, boolean cleanStart, int keepAliveSeconds) {
        return new Connect(
                version,
                clientId,
                cleanStart,
                keepAliveSeconds,
                Properties.EMPTY,
                null,
                null,
                null);
    }

    private static ConnAck connAck(boolean sessionPresent, ReasonCode reason) {
        return new ConnAck(sessionPresent, reason, Properties.EMPTY);
    }
}
