package io.skein.server.conformance;

import static io.skein.mqtt.ProtocolVersion.MQTT_3_1_1;
import static io.skein.mqtt.ProtocolVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections 3.1 and 3.2: how a connection begins. */
class ConnectTest extends WireSuite {
    @ParameterizedTest
    @EnumSource
    void the_answer_to_connect_comes_before_what_waits_for_the_client(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.2.0-1] of both, [MQTT-3.1.4-4] of 3.1.1, [MQTT-3.1.4-5] [MQTT-3.2.2-1]
        client(version).persistent(own).subscribed(own, QoS.AT_LEAST_ONCE).disconnect();
        client(version).clean(own + "p").publish(own, "waits", QoS.AT_LEAST_ONCE);

        Client back = client(version);
        back.send(back.connect(own, false, true, null));

        assertThat(back.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(back.receivedText()).isEqualTo("waits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C0 00", "30 04 00 01 'a' 'x'", "82 06 00 01 00 01 'a' 00", "E0 00"})
    void whatever_comes_before_connect_ends_the_connection(String bytes) throws IOException {
        client(MQTT_3_1_1).send(bytes).expectClosed(); // [MQTT-3.1.0-1] of both
    }

    @ParameterizedTest
    @EnumSource
    void a_second_connect_ends_the_connection(ProtocolVersion version) throws IOException {
        // [MQTT-3.1.0-2] of both, [MQTT-4.8.0-1] [MQTT-3.2.0-2]
        Client client = client(version).clean(own);
        client.send(client.connect(own, true, false, null));
        client.expectDisconnected(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void a_foreign_protocol_name_gets_no_answer() throws IOException {
        // [MQTT-3.1.2-1] of both
        client(MQTT_3_1_1).send("10 0D 00 04 'MQTX' 04 02 00 00 00 01 'c'").expectClosed();
        client(MQTT_5).send("10 0E 00 04 'MQTX' 05 02 00 00 00 00 01 'c'").expectClosed();
    }

    @Test
    void a_level_that_is_not_served_is_refused_with_the_reason() throws IOException {
        // [MQTT-3.1.2-2] of both, [MQTT-3.2.2-4] [MQTT-3.2.2-5] of 3.1.1
        // [MQTT-3.2.2-6] [MQTT-3.2.2-7] [MQTT-3.2.2-8] [MQTT-4.13.2-1]
        Client old = client(MQTT_3_1_1).send("10 0D 00 04 'MQTT' 02 00 00 00 00 01 'c'");
        refused(old, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
        Client future = client(MQTT_5).send("10 0E 00 04 'MQTT' 06 00 00 00 00 00 01 'c'");
        refused(future, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
    }

    private static void refused(Client client, ReasonCode reason) throws IOException {
        ConnAck answer = client.next(ConnAck.class);
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.sessionPresent()).isFalse();
        client.expectClosed();
    }

    @ParameterizedTest
    @EnumSource
    void nothing_behind_a_rejected_connect_is_handled(ProtocolVersion version) throws IOException {
        // [MQTT-3.1.4-5] of 3.1.1, [MQTT-3.1.4-6]
        Client watcher = client(version).clean(own + "w").subscribed(own, QoS.AT_MOST_ONCE);
        Client rejected = client(version);
        String name = version == ProtocolVersion.MQTT_3_1 ? "06 'MQIsdp' 03" : "04 'MQTT' 0";
        String level = version == MQTT_5 ? "5" : version == MQTT_3_1_1 ? "4" : "";
        int length = version == ProtocolVersion.MQTT_3_1 ? 15 : version == MQTT_5 ? 14 : 13;
        String publish = "30 %02X 00 %02X '%s' ".formatted(own.length() + 2, own.length(), own);
        rejected.send(
                "10 %02X 00 ".formatted(length)
                        + name
                        + level
                        + " 03 00 00 " // with the reserved flag
                        + (version == MQTT_5 ? "00 " : "")
                        + "00 01 'c' "
                        + (version == MQTT_5
                                ? "30 %02X 00 %02X '%s' 00"
                                        .formatted(own.length() + 3, own.length(), own)
                                : publish));
        if (version == MQTT_5) {
            assertThat(rejected.next(ConnAck.class).reason())
                    .isEqualTo(ReasonCode.MALFORMED_PACKET);
        }
        rejected.expectClosed();

        client(version).clean(own + "p").publish(own, "accepted", QoS.AT_MOST_ONCE);

        assertThat(watcher.receivedText()).isEqualTo("accepted");
    }

    // Client ids.

    @ParameterizedTest
    @EnumSource
    void client_ids_of_digits_and_latin_letters_are_accepted(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.1.3-5] of both
        for (String id :
                List.of(
                        "0",
                        "z",
                        "0123456789abcdefghijklm",
                        "nopqrstuvwxyzABCDEFGHIJ",
                        "KLMNOPQRSTUVWXYZ0123456")) {
            client(version).clean(id).disconnect();
        }
    }

    @Test
    void a_client_without_id_is_served_under_one_of_its_own() throws IOException {
        // [MQTT-3.1.3-6] of 3.1.1
        Client one = client(MQTT_3_1_1).clean("");
        Client two = client(MQTT_3_1_1).clean("");
        one.ping(); // the second did not displace it
        two.ping();
    }

    @Test
    void an_assigned_id_is_told_is_unused_and_names_the_session() throws IOException {
        // [MQTT-3.1.3-6] [MQTT-3.1.3-7] [MQTT-3.2.2-16]
        Client one = client(MQTT_5);
        Client two = client(MQTT_5);
        String first = assigned(one);
        assertThat(assigned(two)).isNotEqualTo(first);
        two.ping();

        client(MQTT_5).clean(first);

        one.expectDisconnected(ReasonCode.SESSION_TAKEN_OVER);
        two.ping();
    }

    private static String assigned(Client client) throws IOException {
        ConnAck answer = client.connect(client.connect("", true, false, null));
        String id = answer.properties().string(Property.ASSIGNED_CLIENT_IDENTIFIER);
        assertThat(id).isNotEmpty();
        return id;
    }

    @Test
    void an_empty_id_without_a_clean_session_is_refused() throws IOException {
        // [MQTT-3.1.3-7] [MQTT-3.1.3-8] [MQTT-3.2.2-4] [MQTT-3.2.2-5] of 3.1.1
        Client client = client(MQTT_3_1_1);
        client.send(client.connect("", false, true, null));
        refused(client, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    }

    @ParameterizedTest
    @EnumSource
    void a_newer_connection_with_the_same_id_displaces_the_older(ProtocolVersion version)
            throws IOException {
        // [MQTT-3.1.3-2] of both, [MQTT-3.1.4-2] of 3.1.1, [MQTT-3.1.4-3] [MQTT-3.14.4-2]
        Client older = client(version).persistent(own).subscribed(own, QoS.AT_LEAST_ONCE);
        Client newer = client(version).persistent(own);
        older.expectDisconnected(ReasonCode.SESSION_TAKEN_OVER);

        client(version).clean(own + "p").publish(own, "for the session", QoS.AT_LEAST_ONCE);

        assertThat(newer.receivedText()).isEqualTo("for the session");
    }

    // Session Present.

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MQTT_3_1") // which does not tell it
    void connack_says_whether_there_was_a_session(ProtocolVersion version) throws IOException {
        // [MQTT-3.2.2-1] [MQTT-3.2.2-2] [MQTT-3.2.2-3] of 3.1.1, [MQTT-3.2.2-2] [MQTT-3.2.2-3]
        // [MQTT-3.1.2-6]
        assertThat(sessionPresent(version, true)).isFalse();
        assertThat(sessionPresent(version, false)).isFalse();
        assertThat(sessionPresent(version, false)).isTrue();
        assertThat(sessionPresent(version, true)).isFalse();
    }

    private boolean sessionPresent(ProtocolVersion version, boolean clean) throws IOException {
        Client client = client(version);
        ConnAck answer = client.connect(client.connect(own, clean, !clean, null));
        client.disconnect();
        return answer.sessionPresent();
    }

    // What CONNECT asks for.

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MQTT_5")
    void a_malformed_connect_of_mqtt_3_gets_no_answer(ProtocolVersion version) throws IOException {
        // [MQTT-3.1.4-1] [MQTT-3.2.2-6] of 3.1.1
        for (String rest :
                List.of(
                        "03 00 00 00 01 'c'", // reserved flag
                        "06 00 00 00 01 'c' 00 03 'a/#' 00 00", // no topic name as will topic
                        "02 00 00 00 01 FF", // no UTF-8
                        "02 00 00 00 01 'c' 00", // one byte too many
                        "C2 00 00 00 01 'c' 00 01 'u'", // [MQTT-3.1.2-21] of 3.1.1
                        "82 00 00 00 01 'c' 00 01 'u' 00 01 'p'", // [MQTT-3.1.2-20] of 3.1.1
                        "42 00 00 00 01 'c' 00 01 'p'")) { // [MQTT-3.1.2-22] of 3.1.1
            boolean oldest = version == ProtocolVersion.MQTT_3_1;
            String name = oldest ? "00 06 'MQIsdp' 03 " : "00 04 'MQTT' 04 ";
            int bytes = (oldest ? 9 : 7) + length(rest);
            client(version).send("10 %02X ".formatted(bytes) + name + rest).expectClosed();
        }
    }

    private static int length(String written) {
        int bytes = 0;
        String[] parts = written.split("'", -1);
        for (int i = 0; i < parts.length; i++) {
            bytes += i % 2 == 1 ? parts[i].length() : parts[i].replace(" ", "").length() / 2;
        }
        return bytes;
    }

    @Test
    void a_malformed_connect_of_mqtt_5_is_refused_with_the_reason() throws IOException {
        // [MQTT-3.1.4-1] [MQTT-4.13.1-1] [MQTT-3.14.0-1]
        String[] malformed = {
            "03 00 00 00 00 01 'c'", // reserved flag
            "02 00 00 05 00 01 'c'", // properties that are not there
            "02 00 00 00 00 01 FF", // [MQTT-3.1.3-4]
            "22 00 00 00 00 01 'c'", // [MQTT-3.1.2-13] Will Retain without will
            "0A 00 00 00 00 01 'c'", // [MQTT-3.1.2-11] Will QoS without will
            "04 00 00 00 00 01 'c'", // [MQTT-3.1.2-9] no will where one is announced
            "06 00 00 00 00 01 'c' 00 00 01 80 00 00", // [MQTT-3.1.3-11]
            "82 00 00 00 00 01 'c' 00 01 80", // [MQTT-3.1.3-12]
            "82 00 00 00 00 01 'c'", // [MQTT-3.1.2-17] no user name
            "02 00 00 00 00 01 'c' 00 01 'u'", // [MQTT-3.1.2-16] [MQTT-3.1.2-18] [MQTT-3.1.3-3]
            "42 00 00 00 00 01 'c'", // [MQTT-3.1.2-19] no password
        };
        for (String rest : malformed) {
            Client client = client(MQTT_5);
            client.send("10 %02X 00 04 'MQTT' 05 ".formatted(7 + length(rest)) + rest);
            refused(client, ReasonCode.MALFORMED_PACKET);
        }
    }

    @Test
    void no_response_information_comes_where_none_was_asked_for() throws IOException {
        // [MQTT-3.1.2-28]
        for (Properties asked :
                List.of(
                        Properties.EMPTY,
                        Properties.builder()
                                .number(Property.REQUEST_RESPONSE_INFORMATION, 0)
                                .build())) {
            Client client = client(MQTT_5);
            ConnAck answer =
                    client.connect(new Connect(MQTT_5, own, true, 0, asked, null, null, null));
            assertThat(answer.reason()).isEqualTo(ReasonCode.SUCCESS);
            assertThat(answer.properties().has(Property.RESPONSE_INFORMATION)).isFalse();
        }
    }

    // Keep alive.

    @Test
    void silence_ends_the_connection() throws IOException {
        // [MQTT-3.1.2-24] of 3.1.1, [MQTT-3.1.2-22] [MQTT-3.2.2-22]
        List<Client> silent = new ArrayList<>();
        for (ProtocolVersion version : ProtocolVersion.values()) {
            Client client = client(version);
            Connect oneSecond =
                    new Connect(
                            version, own + version, true, 1, Properties.EMPTY, null, null, null);
            ConnAck answer = client.connect(oneSecond);
            assertThat(answer.properties().has(Property.SERVER_KEEP_ALIVE)).isFalse();
            silent.add(client);
        }
        for (Client client : silent) {
            client.expectDisconnected(ReasonCode.KEEP_ALIVE_TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void pingreq_is_answered(ProtocolVersion version) throws IOException {
        client(version).clean(own).ping().ping(); // [MQTT-3.12.4-1] of both
    }
}
