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
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.PacketTable.From;
import io.skein.mqtt.codec.PacketTable.Sample;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import java.util.List;

/** PUBLISH and its acknowledgements. */
final class MessageSamples {
    private MessageSamples() {}

    static List<Sample> publishes() {
        Properties some =
                Properties.builder()
                        .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                        .number(Property.MESSAGE_EXPIRY_INTERVAL, 10)
                        .string(Property.CONTENT_TYPE, "t")
                        .string(Property.RESPONSE_TOPIC, "r/t")
                        .binary(Property.CORRELATION_DATA, new byte[] {1, 2})
                        .userProperty("k", "v")
                        .userProperty("k", "w")
                        .build();
        Properties identifiers =
                Properties.builder()
                        .subscriptionIdentifier(1)
                        .subscriptionIdentifier(16_383)
                        .build();
        return List.of(
                client(
                        "PUBLISH at QoS 0", // [MQTT-2.3.1-5] [MQTT-2.2.1-2]
                        MQTT_3_1_1,
                        "30 07 00 03 'a/b' 'hi'",
                        publish("a/b", "hi", QoS.AT_MOST_ONCE, false, false, 0, Properties.EMPTY)),
                client(
                        "PUBLISH at QoS 1, retained and repeated",
                        MQTT_3_1_1,
                        "3B 09 00 03 'a/b' 00 0A 'hi'",
                        publish("a/b", "hi", QoS.AT_LEAST_ONCE, true, true, 10, Properties.EMPTY)),
                server(
                        "PUBLISH at QoS 2 without payload",
                        MQTT_3_1,
                        "34 07 00 03 'a/b' FF FF",
                        publish(
                                "a/b",
                                "",
                                QoS.EXACTLY_ONCE,
                                false,
                                false,
                                65_535,
                                Properties.EMPTY)),
                client(
                        "PUBLISH of 208 bytes",
                        MQTT_3_1_1,
                        "30 CD 01 00 03 'a/b'" + " 78".repeat(200),
                        publish(
                                "a/b",
                                "x".repeat(200),
                                QoS.AT_MOST_ONCE,
                                false,
                                false,
                                0,
                                Properties.EMPTY)),
                client(
                        "PUBLISH to characters of two, three and four bytes",
                        MQTT_3_1_1,
                        "30 0D 00 0B C3 A9 2F E2 82 AC 2F F0 9F 98 80",
                        publish("é/€/😀", "", QoS.AT_MOST_ONCE, false, false, 0, Properties.EMPTY)),
                client(
                        "PUBLISH to a topic that begins with U+FEFF", // [MQTT-1.5.4-3]
                        MQTT_5,
                        "30 07 00 04 EF BB BF 'a' 00",
                        publish(
                                "\uFEFFa",
                                "",
                                QoS.AT_MOST_ONCE,
                                false,
                                false,
                                0,
                                Properties.EMPTY)),
                client(
                        "PUBLISH",
                        MQTT_5,
                        "30 08 00 03 'a/b' 00 'hi'",
                        publish("a/b", "hi", QoS.AT_MOST_ONCE, false, false, 0, Properties.EMPTY)),
                client(
                        "PUBLISH with properties", // [MQTT-3.3.2-18] user properties in order
                        MQTT_5,
                        "32 2E 00 03 'a/b' 01 00 24 01 01 02 00 00 00 0A 03 00 01 't'"
                                + " 08 00 03 'r/t' 09 00 02 01 02 "
                                + USER_PROPERTY
                                + "26 00 01 'k' 00 01 'w' 'hi'",
                        publish("a/b", "hi", QoS.AT_LEAST_ONCE, false, false, 256, some)),
                readOnly(
                        From.CLIENT,
                        "PUBLISH that sets a topic alias",
                        MQTT_5,
                        "30 08 00 01 'a' 03 23 00 01 'x'",
                        publish("a", "x", QoS.AT_MOST_ONCE, false, false, 0, Properties.EMPTY)),
                server(
                        "PUBLISH with subscription identifiers",
                        MQTT_5,
                        "30 0C 00 03 'a/b' 05 0B 01 0B FF 7F 'x'",
                        publish("a/b", "x", QoS.AT_MOST_ONCE, false, false, 0, identifiers)));
    }

    static List<Sample> acknowledgements() {
        Properties reason = Properties.builder().string(Property.REASON_STRING, "r").build();
        Properties user = Properties.builder().userProperty("k", "v").build();
        return List.of(
                client("PUBACK", MQTT_3_1_1, "40 02 00 01", new PubAck(1)),
                client("PUBREC", MQTT_3_1_1, "50 02 00 01", new PubRec(1)),
                client("PUBREL", MQTT_3_1_1, "62 02 00 01", new PubRel(1)),
                client("PUBCOMP", MQTT_3_1_1, "70 02 00 01", new PubComp(1)),
                readOnly(From.CLIENT, "repeated PUBREL", MQTT_3_1, "6A 02 00 01", new PubRel(1)),
                server("PUBACK", MQTT_5, "40 02 FF FF", new PubAck(65_535)),
                server(
                        "PUBACK without matching subscribers",
                        MQTT_5,
                        "40 03 00 01 10",
                        new PubAck(1, ReasonCode.NO_MATCHING_SUBSCRIBERS, Properties.EMPTY)),
                readOnly(
                        From.SERVER,
                        "PUBACK with all written out",
                        MQTT_5,
                        "40 04 00 01 00 00",
                        new PubAck(1)),
                server(
                        "PUBACK with reason string",
                        MQTT_5,
                        "40 08 00 01 87 04 1F 00 01 'r'",
                        new PubAck(1, ReasonCode.NOT_AUTHORIZED, reason)),
                server(
                        "PUBREC of refusal",
                        MQTT_5,
                        "50 03 00 01 97",
                        new PubRec(1, ReasonCode.QUOTA_EXCEEDED, Properties.EMPTY)),
                server(
                        "PUBREC with user property",
                        MQTT_5,
                        "50 0B 00 01 00 07 " + USER_PROPERTY,
                        new PubRec(1, ReasonCode.SUCCESS, user)),
                server(
                        "PUBREL of an unknown identifier",
                        MQTT_5,
                        "62 03 00 01 92",
                        new PubRel(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.EMPTY)),
                server(
                        "PUBREL with reason string",
                        MQTT_5,
                        "62 08 00 01 00 04 1F 00 01 'r'",
                        new PubRel(1, ReasonCode.SUCCESS, reason)),
                client(
                        "PUBCOMP of an unknown identifier",
                        MQTT_5,
                        "70 03 00 01 92",
                        new PubComp(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.EMPTY)),
                client(
                        "PUBCOMP with user property",
                        MQTT_5,
                        "70 0B 00 01 00 07 " + USER_PROPERTY,
                        new PubComp(1, ReasonCode.SUCCESS, user)));
    }

    private static Publish publish(
            String topic,
            String payload,
            QoS qos,
            boolean retain,
            boolean duplicate,
            int packetId,
            Properties properties) {
        return new Publish(
                TopicName.of(topic), utf8(payload), qos, retain, duplicate, packetId, properties);
    }
}
