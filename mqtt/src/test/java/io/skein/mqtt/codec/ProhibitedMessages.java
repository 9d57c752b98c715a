package io.skein.mqtt.codec;

import static io.skein.mqtt.ReasonCode.MALFORMED_PACKET;
import static io.skein.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.skein.mqtt.ReasonCode.QUOTA_EXCEEDED;
import static io.skein.mqtt.ReasonCode.TOPIC_ALIAS_INVALID;
import static io.skein.mqtt.ReasonCode.TOPIC_FILTER_INVALID;
import static io.skein.mqtt.ReasonCode.TOPIC_NAME_INVALID;

import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.codec.ProhibitedPackets.At;
import io.skein.mqtt.codec.ProhibitedPackets.Prohibited;
import java.util.List;

/** PUBLISH, SUBSCRIBE, UNSUBSCRIBE, acknowledgements and properties in wrong places. */
final class ProhibitedMessages {
    private ProhibitedMessages() {}

    static List<Prohibited> publishes() {
        return List.of(
                publish("packet identifier 0", "32 05 00 01 'a' 00 00", 0x82), // [MQTT-2.3.1-1]
                publish("no packet identifier", "32 03 00 01 'a'", 0x81),
                publish("topic cut off", "30 03 00 05 'a'", 0x81),
                publish("empty", "30 00", 0x81),
                publish("empty topic", "30 02 00 00", 0x82), // [MQTT-4.7.3-1] of 3.1.1
                publish(
                        "wildcard +",
                        "30 03 00 01 '+'",
                        0x90), // [MQTT-3.3.2-2] [MQTT-4.7.1-1] of 3.1.1
                publish("wildcard #", "30 05 00 03 'a/#'", 0x90),
                publish(
                        "topic with U+0000",
                        "30 05 00 03 'a' 00 'b'",
                        0x81), // [MQTT-4.7.3-2] of 3.1.1
                publish("topic not UTF-8", "30 03 00 01 80", 0x81), // [MQTT-3.3.2-1] of 3.1.1
                publish("topic in an overlong form", "30 04 00 02 C1 81", 0x81),
                publish("topic with a surrogate", "30 05 00 03 ED BF BF", 0x81), // [MQTT-1.5.3-1]
                publish("topic above U+10FFFF", "30 06 00 04 F4 90 80 80", 0x81),
                publish("topic of 101 bytes", "30 67 00 65" + " 61".repeat(101), 0x90),
                publish("topic of 11 levels", "30 0C 00 0A '//////////'", 0x90),
                publish5("packet identifier 0", "32 06 00 01 'a' 00 00 00", 0x82), // [MQTT-2.2.1-3]
                publish5("no property length", "30 03 00 01 'a'", 0x81),
                publish5("empty topic without alias", "30 03 00 00 00", 0x82),
                publish5("topic alias 0", "30 07 00 01 'a' 03 23 00 00", 0x94), // [MQTT-3.3.2-8]
                publish5(
                        "topic alias above the maximum",
                        "30 07 00 01 'a' 03 23 00 04",
                        0x94), // [MQTT-3.3.2-9]
                publish5("unknown topic alias", "30 06 00 00 03 23 00 02", 0x82),
                publish5("topic alias twice", "30 0A 00 01 'a' 06 23 00 01 23 00 01", 0x82),
                publish5(
                        "subscription identifier from a client", // [MQTT-3.3.4-6]
                        "30 06 00 01 'a' 02 0B 01",
                        0x82),
                publish5("payload format 2", "30 06 00 01 'a' 02 01 02", 0x82),
                publish5("two payload formats", "30 08 00 01 'a' 04 01 01 01 01", 0x82),
                publish5("RECEIVE_MAXIMUM", "30 07 00 01 'a' 03 21 00 01", 0x82),
                publish5("REASON_STRING", "30 08 00 01 'a' 04 1F 00 01 'r'", 0x82),
                publish5("response topic with +", "30 08 00 01 'a' 04 08 00 01 '+'", 0x82),
                publish5("empty response topic", "30 07 00 01 'a' 03 08 00 00", 0x82),
                publish5("content type not UTF-8", "30 08 00 01 'a' 04 03 00 01 FE", 0x81),
                new Prohibited(
                        "subscription identifier 0",
                        At.CLIENT_5,
                        "30 06 00 01 'a' 02 0B 00",
                        PROTOCOL_ERROR),
                new Prohibited(
                        "subscription identifier of five bytes",
                        At.CLIENT_5,
                        "30 0A 00 01 'a' 06 0B 80 80 80 80 01",
                        MALFORMED_PACKET),
                new Prohibited("wildcard", At.CLIENT_3_1_1, "30 03 00 01 '#'", TOPIC_NAME_INVALID),
                new Prohibited(
                        "alias above the client's maximum",
                        At.CLIENT_5,
                        "30 07 00 01 'a' 03 23 00 04",
                        TOPIC_ALIAS_INVALID));
    }

    private static Prohibited publish(String what, String bytes, int reason) {
        return new Prohibited("PUBLISH: " + what, At.SERVER_3_1_1, bytes, ReasonCode.of(reason));
    }

    private static Prohibited publish5(String what, String bytes, int reason) {
        return new Prohibited("PUBLISH: " + what, At.SERVER_5, bytes, ReasonCode.of(reason));
    }

    /** Each packet with a property that belongs elsewhere. */
    static List<Prohibited> properties() {
        String contentType = "04 03 00 01 't'";
        return List.of(
                new Prohibited(
                        "in PUBACK", At.SERVER_5, "40 08 00 01 00 " + contentType, PROTOCOL_ERROR),
                new Prohibited(
                        "in PUBREC", At.SERVER_5, "50 08 00 01 00 " + contentType, PROTOCOL_ERROR),
                new Prohibited(
                        "in PUBREL", At.SERVER_5, "62 08 00 01 00 " + contentType, PROTOCOL_ERROR),
                new Prohibited(
                        "in PUBCOMP", At.SERVER_5, "70 08 00 01 00 " + contentType, PROTOCOL_ERROR),
                new Prohibited(
                        "in SUBSCRIBE",
                        At.SERVER_5,
                        "82 0B 00 01 " + contentType + " 00 01 'a' 00",
                        PROTOCOL_ERROR),
                new Prohibited(
                        "in UNSUBSCRIBE",
                        At.SERVER_5,
                        "A2 0A 00 01 " + contentType + " 00 01 'a'",
                        PROTOCOL_ERROR),
                new Prohibited(
                        "in SUBACK",
                        At.CLIENT_5,
                        "90 08 00 01 " + contentType + " 00",
                        PROTOCOL_ERROR),
                new Prohibited(
                        "in UNSUBACK",
                        At.CLIENT_5,
                        "B0 08 00 01 " + contentType + " 00",
                        PROTOCOL_ERROR),
                new Prohibited(
                        "in DISCONNECT", At.SERVER_5, "E0 06 00 " + contentType, PROTOCOL_ERROR),
                new Prohibited("in AUTH", At.SERVER_5, "F0 06 18 " + contentType, PROTOCOL_ERROR),
                new Prohibited(
                        "two subscription identifiers in SUBSCRIBE",
                        At.SERVER_5,
                        "82 0B 00 01 04 0B 01 0B 02 00 01 'a' 00",
                        PROTOCOL_ERROR),
                new Prohibited(
                        "subscription identifier 0 in SUBSCRIBE",
                        At.SERVER_5,
                        "82 09 00 01 02 0B 00 00 01 'a' 00",
                        PROTOCOL_ERROR),
                new Prohibited(
                        "two reason strings in PUBACK",
                        At.SERVER_5,
                        "40 0C 00 01 00 08 1F 00 01 'r' 1F 00 01 'r'",
                        PROTOCOL_ERROR));
    }

    static List<Prohibited> acknowledgements() {
        return List.of(
                new Prohibited("PUBACK of 0", At.SERVER_3_1_1, "40 02 00 00", PROTOCOL_ERROR),
                new Prohibited("PUBREC of 0", At.SERVER_5, "50 02 00 00", PROTOCOL_ERROR),
                new Prohibited("PUBREL of 0", At.SERVER_5, "62 02 00 00", PROTOCOL_ERROR),
                new Prohibited("PUBCOMP of 0", At.SERVER_5, "70 02 00 00", PROTOCOL_ERROR),
                new Prohibited("empty PUBACK", At.SERVER_5, "40 00", MALFORMED_PACKET),
                new Prohibited("short PUBACK", At.SERVER_5, "40 01 00", MALFORMED_PACKET),
                new Prohibited(
                        "PUBACK of MQTT 3 with reason",
                        At.SERVER_3_1_1,
                        "40 03 00 01 00",
                        MALFORMED_PACKET),
                new Prohibited(
                        "PUBACK with bytes after the properties",
                        At.SERVER_5,
                        "40 05 00 01 00 00 00",
                        MALFORMED_PACKET),
                new Prohibited(
                        "PUBACK 0x82",
                        At.SERVER_5,
                        "40 03 00 01 82",
                        PROTOCOL_ERROR), // [MQTT-3.4.2-1]
                new Prohibited("PUBACK 0x92", At.SERVER_5, "40 03 00 01 92", PROTOCOL_ERROR),
                new Prohibited("PUBACK 0x95", At.SERVER_5, "40 03 00 01 95", PROTOCOL_ERROR),
                new Prohibited(
                        "PUBREC 0x05",
                        At.SERVER_5,
                        "50 03 00 01 05",
                        PROTOCOL_ERROR), // [MQTT-3.5.2-1]
                new Prohibited(
                        "PUBREL 0x80",
                        At.SERVER_5,
                        "62 03 00 01 80",
                        PROTOCOL_ERROR), // [MQTT-3.6.2-1]
                new Prohibited(
                        "PUBCOMP 0x10",
                        At.SERVER_5,
                        "70 03 00 01 10",
                        PROTOCOL_ERROR), // [MQTT-3.7.2-1]
                new Prohibited("SUBACK of 0", At.CLIENT_5, "90 04 00 00 00 00", PROTOCOL_ERROR),
                new Prohibited(
                        "SUBACK without reason", At.CLIENT_5, "90 03 00 01 00", PROTOCOL_ERROR),
                new Prohibited("SUBACK 3", At.CLIENT_3_1_1, "90 03 00 01 03", PROTOCOL_ERROR),
                new Prohibited("SUBACK 0x87", At.CLIENT_3_1_1, "90 03 00 01 87", PROTOCOL_ERROR),
                new Prohibited("SUBACK 0x11", At.CLIENT_5, "90 04 00 01 00 11", PROTOCOL_ERROR),
                new Prohibited("UNSUBACK of 0", At.CLIENT_3_1_1, "B0 02 00 00", PROTOCOL_ERROR),
                new Prohibited(
                        "long UNSUBACK", At.CLIENT_3_1_1, "B0 03 00 01 00", MALFORMED_PACKET),
                new Prohibited("UNSUBACK 0x01", At.CLIENT_5, "B0 04 00 01 00 01", PROTOCOL_ERROR));
    }

    static List<Prohibited> subscribes() {
        String filters = " 00 01 'a' 00".repeat(5);
        return List.of(
                subscribe("packet identifier 0", "82 06 00 00 00 01 'a' 00", 0x82),
                subscribe("no filter", "82 02 00 01", 0x82), // [MQTT-3.8.3-3] of 3.1.1
                subscribe("filter without options", "82 05 00 01 00 01 'a'", 0x81),
                subscribe("QoS 3", "82 06 00 01 00 01 'a' 03", 0x81), // [MQTT-3-8.3-4]
                subscribe("reserved bits", "82 06 00 01 00 01 'a' 05", 0x81),
                subscribe("empty filter", "82 05 00 01 00 00 00", 0x8F), // [MQTT-4.7.3-1] of 3.1.1
                subscribe(
                        "# inside", "82 08 00 01 00 03 '#/a' 00", 0x8F), // [MQTT-4.7.1-2] of 3.1.1
                subscribe("# after text", "82 07 00 01 00 02 'a#' 00", 0x8F),
                subscribe(
                        "+ after text",
                        "82 07 00 01 00 02 'a+' 00",
                        0x8F), // [MQTT-4.7.1-3] of 3.1.1
                subscribe(
                        "filter not UTF-8",
                        "82 06 00 01 00 01 80 00",
                        0x81), // [MQTT-3.8.3-1] of 3.1.1
                subscribe(
                        "filter with U+0000",
                        "82 06 00 01 00 01 00 00",
                        0x81), // [MQTT-4.7.3-2] of 3.1.1
                subscribe("filter of 11 levels", "82 0F 00 01 00 0A '//////////' 00", 0x8F),
                subscribe("five filters", "82 16 00 01" + filters, 0x97),
                subscribe5("no filter", "82 03 00 01 00", 0x82), // [MQTT-3.8.3-2]
                subscribe5("QoS 3", "82 07 00 01 00 00 01 'a' 03", 0x82),
                subscribe5("retain handling 3", "82 07 00 01 00 00 01 'a' 30", 0x82),
                subscribe5("reserved bits", "82 07 00 01 00 00 01 'a' 40", 0x81), // [MQTT-3.8.3-5]
                subscribe5(
                        "no local on a shared subscription", // [MQTT-3.8.3-4]
                        "82 10 00 01 00 00 0A '$share/g/t' 04",
                        0x82),
                subscribe5(
                        "share without filter",
                        "82 0E 00 01 00 00 08 '$share/g' 00",
                        0x8F), // [MQTT-4.8.2-1]
                subscribe5(
                        "share with wildcard",
                        "82 10 00 01 00 00 0A '$share/+/t' 00",
                        0x8F), // [MQTT-4.8.2-2]
                subscribe5("share without name", "82 0F 00 01 00 00 09 '$share//t' 00", 0x8F),
                new Prohibited(
                        "UNSUBSCRIBE without filter", // [MQTT-3.10.3-2] of 3.1.1
                        At.SERVER_3_1_1,
                        "A2 02 00 01",
                        PROTOCOL_ERROR),
                new Prohibited(
                        "UNSUBSCRIBE of 0",
                        At.SERVER_3_1_1,
                        "A2 05 00 00 00 01 'a'",
                        PROTOCOL_ERROR),
                new Prohibited(
                        "UNSUBSCRIBE of an invalid filter",
                        At.SERVER_5,
                        "A2 07 00 01 00 00 02 'a#'",
                        TOPIC_FILTER_INVALID),
                new Prohibited(
                        "UNSUBSCRIBE not UTF-8", // [MQTT-3.10.3-1]
                        At.SERVER_5,
                        "A2 06 00 01 00 00 01 FF",
                        MALFORMED_PACKET),
                new Prohibited(
                        "UNSUBSCRIBE of five filters",
                        At.SERVER_3_1_1,
                        "A2 11 00 01" + " 00 01 'a'".repeat(5),
                        QUOTA_EXCEEDED));
    }

    private static Prohibited subscribe(String what, String bytes, int reason) {
        return new Prohibited("SUBSCRIBE: " + what, At.SERVER_3_1_1, bytes, ReasonCode.of(reason));
    }

    private static Prohibited subscribe5(String what, String bytes, int reason) {
        return new Prohibited("SUBSCRIBE: " + what, At.SERVER_5, bytes, ReasonCode.of(reason));
    }
}
