package io.skein.mqtt.codec;

import static io.skein.mqtt.ProtocolVersion.MQTT_3_1;
import static io.skein.mqtt.ProtocolVersion.MQTT_3_1_1;
import static io.skein.mqtt.ProtocolVersion.MQTT_5;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
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
import io.skein.mqtt.packet.RetainHandling;
import io.skein.mqtt.packet.SubAck;
import io.skein.mqtt.packet.Subscribe;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.packet.UnsubAck;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Packets as bytes, written by hand from the specification, and the values they are. Whatever
 * concerns all packets is tested over this table.
 */
final class PacketTable {
    /** Which way a packet goes. */
    enum From {
        CLIENT,
        SERVER
    }

    /**
     * One packet.
     *
     * @param isCanonical whether the encoder writes it with these bytes; the specification leaves
     *     some choice
     */
    record Sample(
            String name,
            ProtocolVersion version,
            From from,
            String bytes,
            Packet packet,
            boolean isCanonical) {
        PacketDecoder decoder() {
            return Peers.expecting(packet, version, from == From.CLIENT);
        }

        @Override
        public String toString() {
            return name + " from " + from + ", " + version;
        }
    }

    private static final String USER_PROPERTY = "26 00 01 'k' 00 01 'v'";

    private PacketTable() {}

    static List<Sample> all() {
        return Stream.of(connections(), publishes(), acknowledgements(), subscriptions(), ends())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Sample> connections() {
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
                        "CONNECT with everything",
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

    private static List<Sample> publishes() {
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
                        // [MQTT-1.5.3-3]
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

    private static List<Sample> acknowledgements() {
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

    private static List<Sample> subscriptions() {
        Properties user = Properties.builder().userProperty("k", "v").build();
        Properties identifier = user.toBuilder().subscriptionIdentifier(128).build();
        Properties reason = Properties.builder().string(Property.REASON_STRING, "r").build();
        Subscription tree = new Subscription(TopicFilter.of("#"), QoS.EXACTLY_ONCE);
        Subscription branch = new Subscription(TopicFilter.of("a/b"), QoS.AT_LEAST_ONCE);
        Subscription withOptions =
                new Subscription(
                        TopicFilter.of("a/+"),
                        QoS.EXACTLY_ONCE,
                        true,
                        true,
                        RetainHandling.DO_NOT_SEND);
        Subscription shared =
                new Subscription(
                        TopicFilter.of("$share/g/t"),
                        QoS.AT_LEAST_ONCE,
                        false,
                        false,
                        RetainHandling.SEND_IF_NEW);
        List<TopicFilter> filters = List.of(TopicFilter.of("a"), TopicFilter.of("b/#"));
        return List.of(
                client(
                        "SUBSCRIBE",
                        MQTT_3_1_1,
                        "82 0C 00 01 00 03 'a/b' 01 00 01 '#' 02",
                        new Subscribe(1, List.of(branch, tree), Properties.EMPTY)),
                readOnly(
                        From.CLIENT,
                        "repeated SUBSCRIBE",
                        MQTT_3_1,
                        "8A 06 00 01 00 01 '#' 02",
                        new Subscribe(1, List.of(tree), Properties.EMPTY)),
                client(
                        "SUBSCRIBE",
                        MQTT_5,
                        "82 07 00 01 00 00 01 '#' 02",
                        new Subscribe(1, List.of(tree), Properties.EMPTY)),
                client(
                        "SUBSCRIBE with options and properties",
                        MQTT_5,
                        "82 20 00 02 0A 0B 80 01 "
                                + USER_PROPERTY
                                + " 00 03 'a/+' 2E 00 0A '$share/g/t' 11",
                        new Subscribe(2, List.of(withOptions, shared), identifier)),
                server(
                        "SUBACK",
                        MQTT_3_1_1,
                        "90 05 00 01 01 02 80",
                        new SubAck(
                                1,
                                List.of(
                                        ReasonCode.GRANTED_QOS_1,
                                        ReasonCode.GRANTED_QOS_2,
                                        ReasonCode.UNSPECIFIED_ERROR),
                                Properties.EMPTY)),
                server(
                        "SUBACK",
                        MQTT_5,
                        "90 06 00 01 00 00 87 A2",
                        new SubAck(
                                1,
                                List.of(
                                        ReasonCode.SUCCESS,
                                        ReasonCode.NOT_AUTHORIZED,
                                        ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED),
                                Properties.EMPTY)),
                server(
                        "SUBACK with reason string",
                        MQTT_5,
                        "90 08 00 01 04 1F 00 01 'r' 01",
                        new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1), reason)),
                client(
                        "UNSUBSCRIBE",
                        MQTT_3_1_1,
                        "A2 0A 00 01 00 01 'a' 00 03 'b/#'",
                        new Unsubscribe(1, filters, Properties.EMPTY)),
                client(
                        "UNSUBSCRIBE",
                        MQTT_5,
                        "A2 0B 00 01 00 00 01 'a' 00 03 'b/#'",
                        new Unsubscribe(1, filters, Properties.EMPTY)),
                client(
                        "UNSUBSCRIBE with user property",
                        MQTT_5,
                        "A2 0D 00 01 07 " + USER_PROPERTY + " 00 01 'a'",
                        new Unsubscribe(1, List.of(TopicFilter.of("a")), user)),
                server(
                        "UNSUBACK",
                        MQTT_3_1_1,
                        "B0 02 00 01",
                        new UnsubAck(1, List.of(), Properties.EMPTY)),
                server(
                        "UNSUBACK",
                        MQTT_5,
                        "B0 05 00 01 00 00 11",
                        new UnsubAck(
                                1,
                                List.of(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED),
                                Properties.EMPTY)),
                server(
                        "UNSUBACK with reason string",
                        MQTT_5,
                        "B0 08 00 01 04 1F 00 01 'r' 87",
                        new UnsubAck(1, List.of(ReasonCode.NOT_AUTHORIZED), reason)));
    }

    private static List<Sample> ends() {
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

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Sample client(
            String name, ProtocolVersion version, String bytes, Packet packet) {
        return new Sample(name, version, From.CLIENT, bytes, packet, true);
    }

    private static Sample server(
            String name, ProtocolVersion version, String bytes, Packet packet) {
        return new Sample(name, version, From.SERVER, bytes, packet, true);
    }

    private static Sample readOnly(
            From from, String name, ProtocolVersion version, String bytes, Packet packet) {
        return new Sample(name, version, from, bytes, packet, false);
    }
}
