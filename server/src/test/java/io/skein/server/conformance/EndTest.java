package io.skein.server.conformance;

import static io.skein.mqtt.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sections 3.14, 4.8 and 4.13: how a connection ends, and what it ends for. */
class EndTest extends WireSuite {
    private static final ReasonCode MALFORMED = ReasonCode.MALFORMED_PACKET;
    private static final ReasonCode PROTOCOL = ReasonCode.PROTOCOL_ERROR;

    /**
     * What a client must not send.
     *
     * @param mqtt3 as MQTT 3.1.1 writes it, empty for not at all
     * @param mqtt5 as MQTT 5 writes it, empty for not at all
     */
    record Violation(String what, String mqtt3, String mqtt5, ReasonCode reason) {
        @Override
        public String toString() {
            return what;
        }
    }

    static List<Violation> violations() {
        return Stream.of(flags(), strings(), identifiers(), filters(), propertiesAndReasons())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Violation> flags() {
        // [MQTT-2.2.2-1] [MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1]
        return List.of(
                new Violation("PUBACK flags", "41 02 00 01", "41 02 00 01", MALFORMED),
                new Violation("PUBREC flags", "51 02 00 01", "51 02 00 01", MALFORMED),
                // [MQTT-3.6.1-1] of both
                new Violation("PUBREL flags", "60 02 00 01", "60 02 00 01", MALFORMED),
                new Violation("PUBCOMP flags", "72 02 00 01", "72 02 00 01", MALFORMED),
                // [MQTT-3.8.1-1] of both
                new Violation(
                        "SUBSCRIBE flags",
                        "80 06 00 01 00 01 'a' 00",
                        "80 07 00 01 00 00 01 'a' 00",
                        MALFORMED),
                // [MQTT-3.10.1-1] of both
                new Violation(
                        "UNSUBSCRIBE flags",
                        "A0 05 00 01 00 01 'a'",
                        "A0 06 00 01 00 00 01 'a'",
                        MALFORMED),
                new Violation("PINGREQ flags", "C1 00", "C1 00", MALFORMED),
                // [MQTT-3.14.1-1] of both
                new Violation("DISCONNECT flags", "E1 00", "E1 00", MALFORMED),
                // [MQTT-3.15.1-1]
                new Violation("AUTH flags", "", "F1 06 18 04 15 00 01 'm'", MALFORMED),
                // [MQTT-3.3.1-4] of both
                new Violation(
                        "QoS 3", "36 05 00 01 'a' 00 01", "36 06 00 01 'a' 00 01 00", MALFORMED),
                // [MQTT-3.3.1-2] of both
                new Violation("DUP at QoS 0", "38 03 00 01 'a'", "38 04 00 01 'a' 00", MALFORMED));
    }

    private static List<Violation> strings() {
        return List.of(
                // [MQTT-3.3.2-1] of both, [MQTT-1.5.3-1] [MQTT-1.5.4-1]
                new Violation(
                        "topic name with a surrogate",
                        "30 05 00 03 ED A0 80",
                        "30 06 00 03 ED A0 80 00",
                        MALFORMED),
                // [MQTT-4.7.3-2] of both, [MQTT-1.5.3-2] [MQTT-1.5.4-2]
                new Violation(
                        "topic name with U+0000",
                        "30 05 00 03 'a' 00 'b'",
                        "30 06 00 03 'a' 00 'b' 00",
                        MALFORMED),
                // [MQTT-3.3.2-2] of both, [MQTT-4.7.1-1] of 3.1.1, [MQTT-4.7.0-1]
                new Violation(
                        "topic name with #",
                        "30 05 00 03 'a/#'",
                        "30 06 00 03 'a/#' 00",
                        ReasonCode.TOPIC_NAME_INVALID),
                new Violation(
                        "topic name with +",
                        "30 05 00 03 '+/a'",
                        "30 06 00 03 '+/a' 00",
                        ReasonCode.TOPIC_NAME_INVALID),
                // [MQTT-4.7.3-1] of both
                new Violation("empty topic name", "30 02 00 00", "30 03 00 00 00", PROTOCOL),
                // [MQTT-3.8.3-1] of both
                new Violation(
                        "filter in no UTF-8",
                        "82 06 00 01 00 01 80 00",
                        "82 07 00 01 00 00 01 80 00",
                        MALFORMED),
                // [MQTT-3.10.3-1] of both
                new Violation(
                        "filter to leave in no UTF-8",
                        "A2 05 00 01 00 01 FF",
                        "A2 06 00 01 00 00 01 FF",
                        MALFORMED));
    }

    private static List<Violation> identifiers() {
        // [MQTT-2.3.1-1] [MQTT-2.2.1-3]
        return List.of(
                new Violation(
                        "PUBLISH of 0",
                        "32 05 00 01 'a' 00 00",
                        "32 06 00 01 'a' 00 00 00",
                        PROTOCOL),
                new Violation(
                        "SUBSCRIBE of 0",
                        "82 06 00 00 00 01 'a' 00",
                        "82 07 00 00 00 00 01 'a' 00",
                        PROTOCOL),
                new Violation(
                        "UNSUBSCRIBE of 0",
                        "A2 05 00 00 00 01 'a'",
                        "A2 06 00 00 00 00 01 'a'",
                        PROTOCOL));
    }

    private static List<Violation> filters() {
        ReasonCode invalid = ReasonCode.TOPIC_FILTER_INVALID;
        return List.of(
                // [MQTT-3.8.3-3] of 3.1.1, [MQTT-3.8.3-2]
                new Violation("no filter", "82 02 00 01", "82 03 00 01 00", PROTOCOL),
                // [MQTT-3.10.3-2] of both
                new Violation("no filter to leave", "A2 02 00 01", "A2 03 00 01 00", PROTOCOL),
                // [MQTT-3-8.3-4]
                new Violation("QoS 3 wanted", "82 06 00 01 00 01 'a' 03", "", MALFORMED),
                new Violation("reserved bit wanted", "82 06 00 01 00 01 'a' 04", "", MALFORMED),
                // [MQTT-3.8.3-5]
                new Violation("reserved option bit", "", "82 07 00 01 00 00 01 'a' 40", MALFORMED),
                // [MQTT-3.8.3-4]
                new Violation(
                        "No Local with a share",
                        "",
                        "82 10 00 01 00 00 0A '$share/g/t' 04",
                        PROTOCOL),
                // [MQTT-4.7.1-2] of 3.1.1, [MQTT-4.7.1-1]
                new Violation(
                        "# that is not last",
                        "82 08 00 01 00 03 '#/a' 00",
                        "82 09 00 01 00 00 03 '#/a' 00",
                        invalid),
                new Violation(
                        "# behind a letter",
                        "82 07 00 01 00 02 'a#' 00",
                        "82 08 00 01 00 00 02 'a#' 00",
                        invalid),
                // [MQTT-4.7.1-3] of 3.1.1, [MQTT-4.7.1-2]
                new Violation(
                        "+ beside a letter",
                        "82 07 00 01 00 02 'a+' 00",
                        "82 08 00 01 00 00 02 'a+' 00",
                        invalid),
                // [MQTT-4.7.3-1] of both
                new Violation(
                        "empty filter", "82 05 00 01 00 00 00", "82 06 00 01 00 00 00 00", invalid),
                // [MQTT-4.8.2-1]
                new Violation(
                        "share without name", "", "82 0F 00 01 00 00 09 '$share//t' 00", invalid),
                // [MQTT-4.8.2-2]
                new Violation(
                        "share with a wildcard name",
                        "",
                        "82 10 00 01 00 00 0A '$share/+/t' 00",
                        invalid));
    }

    private static List<Violation> propertiesAndReasons() {
        return List.of(
                // [MQTT-1.5.5-1]
                new Violation("length in too many bytes", "", "C0 80 00", MALFORMED),
                // [MQTT-2.2.2-1]
                new Violation("no property length", "", "30 03 00 01 'a'", MALFORMED),
                // [MQTT-1.5.7-1]
                new Violation(
                        "user property in no UTF-8",
                        "",
                        "30 0A 00 01 'a' 06 26 00 01 80 00 00",
                        MALFORMED),
                // [MQTT-3.3.2-8]
                new Violation(
                        "topic alias 0",
                        "",
                        "30 07 00 01 'a' 03 23 00 00",
                        ReasonCode.TOPIC_ALIAS_INVALID),
                // [MQTT-3.3.2-13]
                new Violation(
                        "response topic in no UTF-8",
                        "",
                        "30 08 00 01 'a' 04 08 00 01 80",
                        MALFORMED),
                // [MQTT-3.3.2-14]
                new Violation(
                        "response topic with #", "", "30 08 00 01 'a' 04 08 00 01 '#'", PROTOCOL),
                // [MQTT-3.3.2-19]
                new Violation(
                        "content type in no UTF-8",
                        "",
                        "30 08 00 01 'a' 04 03 00 01 80",
                        MALFORMED),
                // [MQTT-3.3.4-6]
                new Violation("subscription identifier", "", "30 06 00 01 'a' 02 0B 01", PROTOCOL),
                // [MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1]
                new Violation("PUBACK of 0x92", "", "40 03 00 01 92", PROTOCOL),
                new Violation("PUBREC of 0x92", "", "50 03 00 01 92", PROTOCOL),
                new Violation("PUBREL of 0x80", "", "62 03 00 01 80", PROTOCOL),
                new Violation("PUBCOMP of 0x80", "", "70 03 00 01 80", PROTOCOL),
                // [MQTT-3.14.2-1]
                new Violation("DISCONNECT of 0x8E", "", "E0 01 8E", PROTOCOL),
                // [MQTT-3.15.2-1]
                new Violation("AUTH of 0x00", "", "F0 06 00 04 15 00 01 'm'", PROTOCOL),
                // [MQTT-4.12.0-7]
                new Violation("AUTH without method", "", "F0 06 18 04 15 00 01 'm'", PROTOCOL));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void a_violation_ends_the_connection(Violation violation) throws IOException {
        // [MQTT-4.8.0-1] of 3.1.1, [MQTT-4.13.1-1] [MQTT-4.13.2-1] [MQTT-3.14.4-2]
        if (!violation.mqtt3().isEmpty()) {
            Client client = client(ProtocolVersion.MQTT_3_1_1).clean(own);
            client.send(violation.mqtt3()).expectDisconnected(violation.reason());
        }
        if (!violation.mqtt5().isEmpty()) {
            Client client = client(MQTT_5).clean(own + "5");
            client.send(violation.mqtt5()).expectDisconnected(violation.reason());
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothing_behind_disconnect_is_handled(ProtocolVersion version) throws IOException {
        // [MQTT-3.14.4-2] of 3.1.1, [MQTT-3.14.4-1]
        Client watcher = client(version).clean(own + "w").subscribed(own, QoS.AT_MOST_ONCE);
        Client client = client(version).clean(own);
        client.send(
                new Disconnect(ReasonCode.SUCCESS, Properties.EMPTY),
                Client.publishPacket(own, "too late", QoS.AT_MOST_ONCE, 0));
        client.expectClosed();
        client(version).clean(own + "p").publish(own, "in time", QoS.AT_MOST_ONCE);
        assertThat(watcher.receivedText()).isEqualTo("in time");
    }

    @Test
    void the_nodes_disconnect_is_its_last_packet_and_has_no_session_expiry() throws IOException {
        // [MQTT-3.14.2-1] [MQTT-3.14.2-2] [MQTT-3.14.4-1] [MQTT-3.14.4-2]
        Client client = client(MQTT_5).persistent(own).subscribed(own, QoS.AT_LEAST_ONCE);
        client.send("00 00");
        client(MQTT_5).clean(own + "p").publish(own, "m", QoS.AT_LEAST_ONCE);
        Disconnect last = client.next(Disconnect.class);
        assertThat(last.reason()).isEqualTo(MALFORMED);
        assertThat(last.properties().has(Property.SESSION_EXPIRY_INTERVAL)).isFalse();
        client.expectClosed();
    }

    @Test
    void what_explains_is_left_out_where_it_makes_disconnect_too_large() throws IOException {
        // [MQTT-3.14.2-3] [MQTT-3.1.2-24]
        String forbidden = "30 0F 00 01 'a' 0B 08 00 08 'longer/#' 'x'";
        Client roomy = withPacketsUpTo(1_000);
        roomy.next(ConnAck.class);
        Disconnect explained = roomy.send(forbidden).next(Disconnect.class);
        String explanation = explained.properties().string(Property.REASON_STRING);
        assertThat(explanation).hasSizeGreaterThan(40);
        Client narrow = withPacketsUpTo(explanation.length());
        narrow.next(ConnAck.class);
        assertThat(narrow.send(forbidden).next(Disconnect.class))
                .isEqualTo(new Disconnect(PROTOCOL, Properties.EMPTY));
    }

    @Test
    void who_has_no_room_for_connack_is_disconnected_without_a_packet() throws IOException {
        // [MQTT-3.1.2-24] [MQTT-3.14.0-1] [MQTT-3.2.0-1]
        withPacketsUpTo(5).expectClosed();
    }

    private Client withPacketsUpTo(int bytes) throws IOException {
        Properties properties =
                Properties.builder().number(Property.MAXIMUM_PACKET_SIZE, bytes).build();
        return client(MQTT_5).send(new Connect(MQTT_5, own, true, 0, properties, null, null, null));
    }
}
