package io.skein.mqtt.codec;

import static io.skein.mqtt.ProtocolVersion.MQTT_3_1_1;
import static io.skein.mqtt.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PacketEncoderTest {
    private static final TopicName TOPIC = TopicName.of("a/b");
    private static final byte[] PAYLOAD = {'h', 'i'};

    record Unwritable(String what, ProtocolVersion version, Packet packet) {
        @Override
        public String toString() {
            return what;
        }
    }

    static List<Unwritable> unwritables() {
        Properties alias = Properties.builder().number(Property.TOPIC_ALIAS, 1).build();
        Properties two =
                Properties.builder().subscriptionIdentifier(1).subscriptionIdentifier(2).build();
        Properties longText =
                Properties.builder().string(Property.REASON_STRING, "x".repeat(65_536)).build();
        Properties zero = Properties.builder().string(Property.REASON_STRING, "a\u0000").build();
        Properties method =
                Properties.builder().string(Property.AUTHENTICATION_METHOD, "m").build();
        Properties receiveNothing =
                Properties.builder().number(Property.RECEIVE_MAXIMUM, 0).build();
        Subscription shared =
                new Subscription(
                        TopicFilter.of("$share/g/a"),
                        QoS.AT_MOST_ONCE,
                        true,
                        false,
                        RetainHandling.SEND);
        return List.of(
                new Unwritable("packet identifier 0", MQTT_3_1_1, new PubAck(0)),
                new Unwritable("packet identifier 65,536", MQTT_3_1_1, new PubRel(65_536)),
                new Unwritable(
                        "PUBLISH of packet identifier 0",
                        MQTT_3_1_1,
                        publish(QoS.AT_LEAST_ONCE, false)),
                new Unwritable("DUP with QoS 0", MQTT_3_1_1, publish(QoS.AT_MOST_ONCE, true)),
                new Unwritable(
                        "topic alias in PUBACK", MQTT_5, new PubAck(1, ReasonCode.SUCCESS, alias)),
                new Unwritable(
                        "too long a string", MQTT_5, new PubAck(1, ReasonCode.SUCCESS, longText)),
                new Unwritable("U+0000", MQTT_5, new PubAck(1, ReasonCode.SUCCESS, zero)),
                new Unwritable(
                        "reason of another packet",
                        MQTT_5,
                        new PubAck(1, ReasonCode.SERVER_BUSY, Properties.EMPTY)),
                new Unwritable(
                        "session present with refusal",
                        MQTT_5,
                        new ConnAck(true, ReasonCode.NOT_AUTHORIZED, Properties.EMPTY)),
                new Unwritable(
                        "receive maximum 0",
                        MQTT_5,
                        new ConnAck(false, ReasonCode.SUCCESS, receiveNothing)),
                new Unwritable("no filter", MQTT_5, new Subscribe(1, List.of(), Properties.EMPTY)),
                new Unwritable(
                        "two subscription identifiers",
                        MQTT_5,
                        new Subscribe(
                                1,
                                List.of(new Subscription(TopicFilter.of("a"), QoS.AT_MOST_ONCE)),
                                two)),
                new Unwritable(
                        "no local on a shared subscription",
                        MQTT_5,
                        new Subscribe(1, List.of(shared), Properties.EMPTY)),
                new Unwritable(
                        "no filter to end",
                        MQTT_5,
                        new Unsubscribe(1, List.of(), Properties.EMPTY)),
                new Unwritable(
                        "DISCONNECT of CONNACK's reason",
                        MQTT_5,
                        new Disconnect(ReasonCode.BANNED, Properties.EMPTY)),
                new Unwritable("AUTH in MQTT 3", MQTT_3_1_1, new Auth(ReasonCode.SUCCESS, method)),
                new Unwritable(
                        "AUTH without method",
                        MQTT_5,
                        new Auth(ReasonCode.SUCCESS, Properties.EMPTY)),
                new Unwritable(
                        "password without user name",
                        MQTT_3_1_1,
                        new Connect(
                                MQTT_3_1_1, "c", true, 0, Properties.EMPTY, null, null, PAYLOAD)),
                new Unwritable(
                        "CONNECT of another version",
                        MQTT_5,
                        new Connect(MQTT_3_1_1, "c", true, 0, Properties.EMPTY, null, null, null)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unwritables")
    void what_the_specification_forbids_is_not_written(Unwritable unwritable) {
        ByteBuf out = Unpooled.buffer();
        assertThatThrownBy(() -> PacketEncoder.encode(unwritable.packet, unwritable.version, out))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(out.isReadable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCESS, 20020000",
        "UNSUPPORTED_PROTOCOL_VERSION, 20020001",
        "CLIENT_IDENTIFIER_NOT_VALID, 20020002",
        "SERVER_UNAVAILABLE, 20020003",
        "SERVER_BUSY, 20020003",
        "QUOTA_EXCEEDED, 20020003",
        "USE_ANOTHER_SERVER, 20020003",
        "BAD_USER_NAME_OR_PASSWORD, 20020004",
        "NOT_AUTHORIZED, 20020005",
        "BANNED, 20020005",
        "MALFORMED_PACKET, ''", // [MQTT-3.2.2-6] of 3.1.1
        "PACKET_TOO_LARGE, ''",
    })
    void mqtt_3_is_told_the_return_code_that_fits_best_or_nothing(ReasonCode reason, String bytes) {
        assertWritten(new ConnAck(false, reason, Properties.EMPTY), MQTT_3_1_1, bytes);
    }

    @Test
    void mqtt_3_is_not_told_what_it_does_not_know() {
        Properties text = Properties.builder().string(Property.REASON_STRING, "r").build();
        List<ReasonCode> mixed =
                List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED, ReasonCode.SUCCESS);
        assertWritten(
                new SubAck(1, mixed, text),
                MQTT_3_1_1,
                "90 05 00 01 01 80 00"); // [MQTT-3.9.3-2] of 3.1.1
        assertWritten(
                new UnsubAck(1, List.of(ReasonCode.NO_SUBSCRIPTION_EXISTED), text),
                MQTT_3_1_1,
                "B0 02 00 01");
        assertWritten(new PubAck(1, ReasonCode.NOT_AUTHORIZED, text), MQTT_3_1_1, "40 02 00 01");
        assertWritten(new Disconnect(ReasonCode.SERVER_BUSY, text), MQTT_3_1_1, "E0 00");
        assertWritten(
                new ConnAck(true, ReasonCode.SUCCESS, text),
                ProtocolVersion.MQTT_3_1,
                "20 02 00 00");
    }

    @Test
    void plain_acknowledgements_take_four_bytes() {
        ByteBuf out = Unpooled.buffer();
        PacketEncoder.encodePubAck(1, out);
        PacketEncoder.encodePubRec(2, out);
        PacketEncoder.encodePubRel(65_535, out);
        PacketEncoder.encodePubComp(256, out);
        assertThat(Bytes.readable(out))
                .isEqualTo(Bytes.of("40 02 00 01  50 02 00 02  62 02 FF FF  70 02 01 00"));
    }

    @Test
    void overrides_replace_what_the_publisher_said() {
        Properties published =
                Properties.builder()
                        .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                        .number(Property.MESSAGE_EXPIRY_INTERVAL, 60)
                        .userProperty("k", "v")
                        .build();
        PublishOverrides overrides =
                new PublishOverrides()
                        .messageExpirySeconds(5) // [MQTT-3.3.2-6]
                        .topicAlias(2, false)
                        .addSubscriptionIdentifier(1)
                        .addSubscriptionIdentifier(300);
        assertWritten(
                published,
                overrides,
                "30 1E 00 03 'a/b' 16 02 00 00 00 05 23 00 02 0B 01 0B AC 02 01 01"
                        + " 26 00 01 'k' 00 01 'v' 'hi'");
        overrides.clear().topicAlias(2, true);
        assertWritten(Properties.EMPTY, overrides, "30 08 00 00 03 23 00 02 'hi'");
        overrides.clear().messageExpirySeconds(0);
        assertWritten(Properties.EMPTY, overrides, "30 0D 00 03 'a/b' 05 02 00 00 00 00 'hi'");
        overrides.clear();
        assertWritten(Properties.EMPTY, overrides, "30 08 00 03 'a/b' 00 'hi'");
    }

    @Test
    void overrides_do_not_reach_mqtt_3() {
        PublishOverrides overrides =
                new PublishOverrides()
                        .messageExpirySeconds(5)
                        .topicAlias(1, true)
                        .addSubscriptionIdentifier(1);
        ByteBuf out = Unpooled.buffer();
        encode(out, MQTT_3_1_1, Properties.EMPTY, overrides);
        assertThat(Bytes.readable(out)).isEqualTo(Bytes.of("30 07 00 03 'a/b' 'hi'"));
    }

    @Test
    void overrides_keep_the_bounds_of_the_specification() {
        PublishOverrides overrides = new PublishOverrides();
        assertThatThrownBy(() -> overrides.topicAlias(0, false)) // [MQTT-3.3.2-8]
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> overrides.messageExpirySeconds(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> overrides.addSubscriptionIdentifier(268_435_456))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_publish_without_properties_is_written_without_making_objects() {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuf out = Unpooled.buffer(100);
        for (int i = 0; i < 100; i++) {
            encode(out.clear(), MQTT_5, Properties.EMPTY, null);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            encode(out.clear(), MQTT_5, Properties.EMPTY, null);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    static List<Packet> explained() {
        Properties text =
                Properties.builder()
                        .string(Property.REASON_STRING, "a long explanation")
                        .userProperty("and", "more")
                        .build();
        ReasonCode reason = ReasonCode.NOT_AUTHORIZED;
        ReasonCode unknown = ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        return List.of(
                new ConnAck(false, reason, text), // [MQTT-3.2.2-19] [MQTT-3.2.2-20]
                new PubAck(1, reason, text), // [MQTT-3.4.2-2] [MQTT-3.4.2-3]
                new PubRec(1, reason, text), // [MQTT-3.5.2-2] [MQTT-3.5.2-3]
                new PubRel(1, unknown, text), // [MQTT-3.6.2-2] [MQTT-3.6.2-3]
                new PubComp(1, unknown, text), // [MQTT-3.7.2-2] [MQTT-3.7.2-3]
                new SubAck(1, List.of(reason), text), // [MQTT-3.9.2-1] [MQTT-3.9.2-2]
                new UnsubAck(1, List.of(reason), text), // [MQTT-3.11.2-1] [MQTT-3.11.2-2]
                new Disconnect(reason, text), // [MQTT-3.14.2-3] [MQTT-3.14.2-4]
                new Auth( // [MQTT-3.15.2-2] [MQTT-3.15.2-3]
                        ReasonCode.CONTINUE_AUTHENTICATION,
                        text.toBuilder().string(Property.AUTHENTICATION_METHOD, "m").build()));
    }

    @ParameterizedTest
    @MethodSource("explained")
    void an_answer_that_is_too_large_loses_its_explanation(Packet answer) {
        int bytes = PacketEncoder.encodedBytes(answer, MQTT_5);
        assertThat(ProblemInformation.fit(answer, MQTT_5, bytes)).isSameAs(answer);
        Packet plain = ProblemInformation.fit(answer, MQTT_5, bytes - 1);
        assertThat(plain).isEqualTo(ProblemInformation.without(answer)).isNotEqualTo(answer);
        assertThat(PacketEncoder.encodedBytes(plain, MQTT_5)).isLessThan(10);
    }

    @Test
    void problem_information_gives_way_to_the_maximum_packet_size() {
        Properties text =
                Properties.builder()
                        .string(Property.REASON_STRING, "a long explanation")
                        .string(Property.SERVER_REFERENCE, "other")
                        .build();
        Packet disconnect = new Disconnect(ReasonCode.SERVER_MOVED, text);
        Properties reference =
                Properties.builder().string(Property.SERVER_REFERENCE, "other").build();
        assertThat(ProblemInformation.fit(disconnect, MQTT_5, 100)).isSameAs(disconnect);
        assertThat(ProblemInformation.fit(disconnect, MQTT_5, 20)) // [MQTT-3.14.2-3]
                .isEqualTo(new Disconnect(ReasonCode.SERVER_MOVED, reference));
        assertThat(ProblemInformation.fit(disconnect, MQTT_5, 5)).isNull(); // [MQTT-3.1.2-24]
    }

    private static Publish publish(QoS qos, boolean duplicate) {
        return new Publish(TOPIC, PAYLOAD, qos, false, duplicate, 0, Properties.EMPTY);
    }

    private static void assertWritten(Packet packet, ProtocolVersion version, String bytes) {
        ByteBuf out = Unpooled.buffer();
        PacketEncoder.encode(packet, version, out);
        assertThat(Bytes.readable(out)).isEqualTo(Bytes.of(bytes));
        assertThat(PacketEncoder.encodedBytes(packet, version)).isEqualTo(out.readableBytes());
    }

    private static void assertWritten(
            Properties properties, PublishOverrides overrides, String bytes) {
        ByteBuf out = Unpooled.buffer();
        encode(out, MQTT_5, properties, overrides);
        assertThat(Bytes.readable(out)).isEqualTo(Bytes.of(bytes));
        assertThat(
                        PacketEncoder.publishBytes(
                                MQTT_5,
                                TOPIC,
                                PAYLOAD.length,
                                QoS.AT_MOST_ONCE,
                                properties,
                                overrides))
                .isEqualTo(out.readableBytes());
    }

    private static void encode(
            ByteBuf out,
            ProtocolVersion version,
            Properties properties,
            @Nullable PublishOverrides overrides) {
        PacketEncoder.encodePublish(
                out,
                version,
                TOPIC,
                PAYLOAD,
                QoS.AT_MOST_ONCE,
                false,
                false,
                0,
                properties,
                overrides);
    }
}
