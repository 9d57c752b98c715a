package io.skein.mqtt.codec;

import static io.skein.mqtt.ReasonCode.MALFORMED_PACKET;
import static io.skein.mqtt.ReasonCode.PACKET_TOO_LARGE;
import static io.skein.mqtt.ReasonCode.PROTOCOL_ERROR;

import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.ProhibitedPackets.At;
import io.skein.mqtt.codec.ProhibitedPackets.Prohibited;
import java.util.List;

/** Fixed headers, order, CONNECT, CONNACK, DISCONNECT and AUTH. */
final class ProhibitedConnections {
    private ProhibitedConnections() {}

    static List<Prohibited> fixedHeaders() {
        return List.of(
                new Prohibited("packet type 0", At.SERVER_START, "00", MALFORMED_PACKET),
                new Prohibited("packet type 0", At.SERVER_5, "00 00", MALFORMED_PACKET),
                // [MQTT-2.2.2-1] [MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1]
                new Prohibited("CONNECT flags", At.SERVER_START, "11", MALFORMED_PACKET),
                new Prohibited("PUBACK flags", At.SERVER_3_1_1, "41 02 00 01", MALFORMED_PACKET),
                new Prohibited("PUBREC flags", At.SERVER_5, "52 02 00 01", MALFORMED_PACKET),
                new Prohibited(
                        "PUBREL flags", // [MQTT-3.6.1-1]
                        At.SERVER_5,
                        "60 02 00 01",
                        MALFORMED_PACKET),
                new Prohibited("repeated PUBREL", At.SERVER_3_1_1, "6A", MALFORMED_PACKET),
                new Prohibited("PUBCOMP flags", At.SERVER_5, "78 02 00 01", MALFORMED_PACKET),
                new Prohibited(
                        "SUBSCRIBE flags", At.SERVER_5, "80", MALFORMED_PACKET), // [MQTT-3.8.1-1]
                new Prohibited("SUBSCRIBE flags", At.SERVER_3_1, "83", MALFORMED_PACKET),
                new Prohibited(
                        "UNSUBSCRIBE flags",
                        At.SERVER_5,
                        "A0",
                        MALFORMED_PACKET), // [MQTT-3.10.1-1]
                new Prohibited("PINGREQ flags", At.SERVER_5, "C1 00", MALFORMED_PACKET),
                new Prohibited(
                        "DISCONNECT flags",
                        At.SERVER_5,
                        "E1 00",
                        MALFORMED_PACKET), // [MQTT-3.14.1-1]
                new Prohibited(
                        "AUTH flags", At.SERVER_5, "F1", MALFORMED_PACKET), // [MQTT-3.15.1-1]
                new Prohibited("CONNACK flags", At.CLIENT_5_START, "21", MALFORMED_PACKET),
                new Prohibited("SUBACK flags", At.CLIENT_5, "92", MALFORMED_PACKET),
                new Prohibited("UNSUBACK flags", At.CLIENT_5, "B2", MALFORMED_PACKET),
                new Prohibited("PINGRESP flags", At.CLIENT_5, "D1", MALFORMED_PACKET),
                new Prohibited(
                        "QoS 3", At.SERVER_3_1_1, "36", MALFORMED_PACKET), // [MQTT-3.3.1-4] of both
                new Prohibited("QoS 3", At.CLIENT_5, "37", MALFORMED_PACKET),
                new Prohibited(
                        "DUP with QoS 0",
                        At.SERVER_5,
                        "38",
                        MALFORMED_PACKET), // [MQTT-3.3.1-2] of both
                new Prohibited("DUP with QoS 0", At.SERVER_3_1_1, "39", MALFORMED_PACKET),
                new Prohibited(
                        "remaining length of five bytes",
                        At.SERVER_5,
                        "30 80 80 80 80",
                        MALFORMED_PACKET),
                new Prohibited(
                        "remaining length of five bytes",
                        At.SERVER_START,
                        "10 FF FF FF FF 01",
                        MALFORMED_PACKET),
                new Prohibited(
                        "remaining length not in the fewest bytes", // [MQTT-1.5.5-1]
                        At.SERVER_5,
                        "C0 80 00",
                        MALFORMED_PACKET),
                new Prohibited(
                        "too large, as soon as that is known",
                        At.SERVER_5,
                        "30 E6 07",
                        PACKET_TOO_LARGE),
                new Prohibited(
                        "largest packet there is",
                        At.SERVER_3_1_1,
                        "30 FF FF FF 7F",
                        PACKET_TOO_LARGE),
                new Prohibited(
                        "too large for a CONNECT", At.SERVER_START, "10 F2 03", PACKET_TOO_LARGE),
                new Prohibited("PINGREQ with a body", At.SERVER_5, "C0 01 00", MALFORMED_PACKET),
                new Prohibited("PINGRESP with a body", At.CLIENT_5, "D0 01 00", MALFORMED_PACKET));
    }

    static List<Prohibited> order() {
        return List.of(
                new Prohibited(
                        "PINGREQ before CONNECT", // [MQTT-3.1.0-1] of both
                        At.SERVER_START,
                        "C0 00",
                        PROTOCOL_ERROR),
                new Prohibited("AUTH before CONNECT", At.SERVER_START, "F0 00", PROTOCOL_ERROR),
                new Prohibited("an HTTP request", At.SERVER_START, "'GET / HTTP'", PROTOCOL_ERROR),
                new Prohibited("a TLS record", At.SERVER_START, "16 03 01", MALFORMED_PACKET),
                new Prohibited(
                        "second CONNECT", // [MQTT-3.1.0-2] of 3.1.1
                        At.SERVER_3_1_1,
                        "10 0C 00 04 'MQTT' 04 02 00 00 00 00",
                        PROTOCOL_ERROR),
                new Prohibited("CONNACK to a server", At.SERVER_5, "20", PROTOCOL_ERROR),
                new Prohibited("SUBACK to a server", At.SERVER_5, "90", PROTOCOL_ERROR),
                new Prohibited("UNSUBACK to a server", At.SERVER_3_1_1, "B0", PROTOCOL_ERROR),
                new Prohibited("PINGRESP to a server", At.SERVER_5, "D0 00", PROTOCOL_ERROR),
                new Prohibited("AUTH in MQTT 3", At.SERVER_3_1_1, "F0 00", PROTOCOL_ERROR),
                new Prohibited("CONNECT to a client", At.CLIENT_5, "10", PROTOCOL_ERROR),
                new Prohibited("SUBSCRIBE to a client", At.CLIENT_5, "82", PROTOCOL_ERROR),
                new Prohibited("UNSUBSCRIBE to a client", At.CLIENT_5, "A2", PROTOCOL_ERROR),
                new Prohibited("PINGREQ to a client", At.CLIENT_3_1_1, "C0", PROTOCOL_ERROR),
                new Prohibited("DISCONNECT to a client", At.CLIENT_3_1_1, "E0", PROTOCOL_ERROR),
                new Prohibited("AUTH to a client", At.CLIENT_3_1_1_START, "F0", PROTOCOL_ERROR),
                new Prohibited("PUBLISH before CONNACK", At.CLIENT_5_START, "30", PROTOCOL_ERROR),
                new Prohibited(
                        "DISCONNECT before CONNACK", At.CLIENT_5_START, "E0", PROTOCOL_ERROR),
                new Prohibited("second CONNACK", At.CLIENT_5, "20 03 00 00 00", PROTOCOL_ERROR));
    }

    static List<Prohibited> connects() {
        return List.of(
                connect("unknown protocol name", "00 04 'MQTX' 04 02 00 00 00 00", 0x84),
                connect(
                        "no protocol name",
                        "00 00 04 02 00 00 00 00",
                        0x84), // [MQTT-3.1.2-1] of both
                connect(
                        "level 6",
                        "00 04 'MQTT' 06 02 00 00 00 00",
                        0x84), // [MQTT-3.1.2-2] of both
                connect("level 3 as MQTT", "00 04 'MQTT' 03 02 00 00 00 00", 0x84),
                connect("level 4 as MQIsdp", "00 06 'MQIsdp' 04 02 00 00 00 00", 0x84),
                connect("level of a bridge", "00 04 'MQTT' 84 02 00 00 00 00", 0x84),
                connect("protocol name cut off", "00 09 'MQTT'", 0x81),
                connect("empty", "", 0x81),
                connect(
                        "reserved flag",
                        "00 04 'MQTT' 04 03 00 00 00 00",
                        0x81), // [MQTT-3.1.2-3] of both
                connect("reserved flag", "00 04 'MQTT' 05 03 00 00 00 00 00", 0x81),
                connect(
                        "Will QoS alone",
                        "00 04 'MQTT' 04 0A 00 00 00 00",
                        0x81), // [MQTT-3.1.2-13] of 3.1.1
                connect(
                        "Will QoS alone",
                        "00 04 'MQTT' 05 12 00 00 00 00 00",
                        0x81), // [MQTT-3.1.2-11]
                connect(
                        "Will Retain alone",
                        "00 04 'MQTT' 04 22 00 00 00 00",
                        0x81), // [MQTT-3.1.2-11] [MQTT-3.1.2-15] of 3.1.1
                connect(
                        "Will QoS 3", // [MQTT-3.1.2-14] of 3.1.1
                        "00 04 'MQTT' 04 1E 00 00 00 00 00 01 'w' 00 00",
                        0x81),
                connect(
                        "Will QoS 3", // [MQTT-3.1.2-12]
                        "00 04 'MQTT' 05 1E 00 00 00 00 00 00 00 01 'w' 00 00",
                        0x81),
                connect(
                        "password without user name", // [MQTT-3.1.2-22]
                        "00 04 'MQTT' 04 42 00 00 00 00 00 01 'p'",
                        0x81),
                connect(
                        "no user name",
                        "00 04 'MQTT' 04 82 00 00 00 00",
                        0x81), // [MQTT-3.1.2-19] of 3.1.1
                connect(
                        "no user name",
                        "00 04 'MQTT' 05 82 00 00 00 00 00",
                        0x81), // [MQTT-3.1.2-17]
                connect(
                        "unannounced user name", // [MQTT-3.1.2-18] of 3.1.1
                        "00 04 'MQTT' 04 02 00 00 00 00 00 01 'u'",
                        0x81),
                connect(
                        "no client identifier",
                        "00 04 'MQTT' 04 02 00 00",
                        0x81), // [MQTT-3.1.3-3] of 3.1.1
                connect("client identifier U+0000", "00 04 'MQTT' 04 02 00 00 00 01 00", 0x81),
                connect( // [MQTT-1.5.3-1] [MQTT-3.1.3-4] of 3.1.1
                        "client identifier not UTF-8", "00 04 'MQTT' 04 02 00 00 00 01 FF", 0x81),
                connect(
                        "surrogate in the user name", // [MQTT-3.1.3-11] of 3.1.1
                        "00 04 'MQTT' 04 82 00 00 00 00 00 03 ED A0 80",
                        0x81),
                connect(
                        "no will",
                        "00 04 'MQTT' 04 06 00 00 00 00",
                        0x81), // [MQTT-3.1.2-9] of 3.1.1
                connect("empty will topic", "00 04 'MQTT' 04 06 00 00 00 00 00 00 00 00", 0x90),
                connect(
                        "wildcard in the will topic",
                        "00 04 'MQTT' 04 06 00 00 00 00 00 03 'a/#' 00 00",
                        0x90),
                connect(
                        "will topic not UTF-8", // [MQTT-3.1.3-10] of 3.1.1
                        "00 04 'MQTT' 04 06 00 00 00 00 00 01 C3 00 00",
                        0x81));
    }

    private static Prohibited connect(String what, String body, int reason) {
        int length = Bytes.of(body).length;
        return new Prohibited(
                "CONNECT: " + what,
                At.SERVER_START,
                "10 %02X ".formatted(length) + body,
                ReasonCode.of(reason));
    }

    static List<Prohibited> connectProperties() {
        return List.of(
                connect5("no properties", "", 0x81),
                connect5("properties longer than the packet", "05", 0x81),
                connect5("property cut off by the property length", "02 21 00 14 00 00", 0x81),
                connect5("RECEIVE_MAXIMUM 0", "03 21 00 00 00 00", 0x82),
                connect5("MAXIMUM_PACKET_SIZE 0", "05 27 00 00 00 00 00 00", 0x82),
                connect5("REQUEST_PROBLEM_INFORMATION 2", "02 17 02 00 00", 0x82),
                connect5("REQUEST_RESPONSE_INFORMATION 2", "02 19 02 00 00", 0x82),
                connect5("AUTHENTICATION_DATA alone", "04 16 00 01 FF 00 00", 0x82),
                connect5("a property twice", "06 21 00 01 21 00 01 00 00", 0x82),
                connect5("TOPIC_ALIAS", "03 23 00 01 00 00", 0x82),
                connect5("SERVER_KEEP_ALIVE", "03 13 00 01 00 00", 0x82),
                connect5("WILL_DELAY_INTERVAL", "05 18 00 00 00 01 00 00", 0x82),
                connect5("property 0", "02 00 00 00 00", 0x81),
                connect5("property 0x04", "02 04 00 00 00", 0x81),
                connect5("property 0x7F", "02 7F 00 00 00", 0x81),
                connect5("property 0x80", "02 80 01 00 00", 0x81),
                connect5(
                        "user property not UTF-8",
                        "06 26 00 01 80 00 00 00 00",
                        0x81), // [MQTT-1.5.7-1]
                connect5(
                        "value of a user property with U+0000", "06 26 00 00 00 01 00 00 00", 0x81),
                connect5("property length of five bytes", "80 80 80 80 01 00 00", 0x81),
                connect5(
                        "property length not in the fewest bytes",
                        "80 00 00 00",
                        0x81), // [MQTT-1.5.5-1]
                will5("SESSION_EXPIRY_INTERVAL", "05 11 00 00 00 01", 0x82),
                will5("PAYLOAD_FORMAT_INDICATOR 2", "02 01 02", 0x82),
                will5("TOPIC_ALIAS", "03 23 00 01", 0x82),
                will5("SUBSCRIPTION_IDENTIFIER", "02 0B 01", 0x82),
                will5("RESPONSE_TOPIC with a wildcard", "04 08 00 01 '#'", 0x82), // [MQTT-3.3.2-14]
                will5("a property twice", "04 01 00 01 00", 0x82));
    }

    private static Prohibited connect5(String what, String propertiesOnwards, int reason) {
        return connect(what, "00 04 'MQTT' 05 02 00 00 " + propertiesOnwards, reason);
    }

    private static Prohibited will5(String what, String properties, int reason) {
        return connect(
                "Will with " + what,
                "00 04 'MQTT' 05 06 00 00 00 00 00" + properties + " 00 01 'w' 00 00",
                reason);
    }

    static List<Prohibited> connAcks() {
        At start3 = At.CLIENT_3_1_1_START;
        At start5 = At.CLIENT_5_START;
        return List.of(
                new Prohibited("CONNACK flags 2", start3, "20 02 02 00", MALFORMED_PACKET),
                new Prohibited("CONNACK flags 2", start5, "20 03 02 00 00", MALFORMED_PACKET),
                new Prohibited("return code 6", start3, "20 02 00 06", PROTOCOL_ERROR),
                new Prohibited("reason code 4", start5, "20 03 00 04 00", PROTOCOL_ERROR),
                new Prohibited(
                        "session present with refusal", start3, "20 02 01 05", PROTOCOL_ERROR),
                new Prohibited(
                        "session present with refusal", start5, "20 03 01 87 00", PROTOCOL_ERROR),
                new Prohibited("CONNACK cut off", start3, "20 01 00", MALFORMED_PACKET),
                new Prohibited("CONNACK too long", start3, "20 03 00 00 00", MALFORMED_PACKET),
                new Prohibited("MAXIMUM_QOS 2", start5, "20 05 00 00 02 24 02", PROTOCOL_ERROR),
                new Prohibited(
                        "RETAIN_AVAILABLE 2", start5, "20 05 00 00 02 25 02", PROTOCOL_ERROR),
                new Prohibited(
                        "RECEIVE_MAXIMUM 0", start5, "20 06 00 00 03 21 00 00", PROTOCOL_ERROR),
                new Prohibited(
                        "PAYLOAD_FORMAT_INDICATOR",
                        start5,
                        "20 05 00 00 02 01 01",
                        PROTOCOL_ERROR));
    }

    static List<Prohibited> ends() {
        return List.of(
                new Prohibited("long DISCONNECT", At.SERVER_3_1_1, "E0 01 00", MALFORMED_PACKET),
                new Prohibited(
                        "DISCONNECT as a server", // [MQTT-3.14.2-1]
                        At.SERVER_5,
                        "E0 01 8E",
                        PROTOCOL_ERROR),
                new Prohibited("DISCONNECT as a client", At.CLIENT_5, "E0 01 04", PROTOCOL_ERROR),
                new Prohibited("DISCONNECT 0x01", At.SERVER_5, "E0 01 01", PROTOCOL_ERROR),
                new Prohibited(
                        "session expiry from a server",
                        At.CLIENT_5,
                        "E0 07 00 05 11 00 00 00 01",
                        PROTOCOL_ERROR),
                new Prohibited(
                        "server reference from a client",
                        At.SERVER_5,
                        "E0 06 00 04 1C 00 01 's'",
                        PROTOCOL_ERROR),
                new Prohibited(
                        "AUTH of success",
                        At.SERVER_5,
                        "F0 06 00 04 15 00 01 'm'",
                        PROTOCOL_ERROR), // [MQTT-3.15.2-1]
                new Prohibited(
                        "AUTH anew", At.CLIENT_5, "F0 06 19 04 15 00 01 'm'", PROTOCOL_ERROR),
                new Prohibited(
                        "AUTH without method",
                        At.SERVER_5,
                        "F0 02 18 00",
                        PROTOCOL_ERROR), // [MQTT-4.12.0-5]
                new Prohibited("empty AUTH", At.SERVER_5, "F0 00", MALFORMED_PACKET));
    }
}
