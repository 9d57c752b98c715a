package io.skein.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.broker.AccessRules;
import io.skein.broker.AccessSettings;
import io.skein.broker.Applicant;
import io.skein.broker.Authenticator;
import io.skein.broker.BrokerLimits;
import io.skein.broker.Exchange;
import io.skein.broker.Verdict;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who is let in, and how it is found out (section 4.12), in virtual time. */
class AuthenticationTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String METHOD = "RIDDLE";

    private final VirtualTime time = new VirtualTime(1);
    private final List<Applicant> applicants = new ArrayList<>();
    private final List<CompletableFuture<Verdict>> open = new ArrayList<>();
    private final SimulatedNode node = node(this::begin, false);

    private SimulatedNode node(Authenticator authenticator, boolean closesOnDenial) {
        AccessSettings access = new AccessSettings(authenticator, 5, closesOnDenial);
        return new SimulatedCluster(time, 1, 2, BrokerLimits.DEFAULTS, access).nodes.getFirst();
    }

    /** Every step waits until the test answers it. */
    private @Nullable Exchange begin(Applicant applicant) {
        applicants.add(applicant);
        boolean known = applicant.method() == null || applicant.method().equals(METHOD);
        return known ? _ -> step() : null;
    }

    private CompletableFuture<Verdict> step() {
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        open.add(answer);
        return answer;
    }

    private void answer(Verdict verdict) {
        open.removeFirst().complete(verdict);
        time.run(SECOND);
    }

    private SimulatedClient connecting(@Nullable String method) {
        SimulatedClient client = new SimulatedClient(time, "c");
        client.connect(node, connect(ProtocolVersion.MQTT_5, method, null));
        time.run(SECOND);
        return client;
    }

    private static Connect connect(
            ProtocolVersion version, @Nullable String method, @Nullable Will will) {
        Properties.Builder properties = Properties.builder();
        if (method != null) {
            properties.string(Property.AUTHENTICATION_METHOD, method);
        }
        return new Connect(version, "c", true, 0, properties.build(), will, "u", bytes("secret"));
    }

    private SimulatedClient connected(@Nullable String method, Verdict.Allowed as) {
        SimulatedClient client = connecting(method);
        answer(as);
        return client;
    }

    private void auth(SimulatedClient client, ReasonCode reason, String method, String data) {
        client.send(
                new Auth(
                        reason,
                        Properties.builder()
                                .string(Property.AUTHENTICATION_METHOD, method)
                                .binary(Property.AUTHENTICATION_DATA, bytes(data))
                                .build()));
        time.run(SECOND);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Verdict.Allowed user(String name) {
        return new Verdict.Allowed(name, AccessRules.ALLOW_ALL);
    }

    private static Verdict.Refused refused(ReasonCode reason) {
        return new Verdict.Refused(reason, "no");
    }

    private static ReasonCode reason(SimulatedClient client) {
        assertThat(client.connAck).as("CONNACK").isNotNull();
        return client.connAck.reason();
    }

    @Test
    void nothing_is_answered_before_the_authenticator_has_decided() {
        SimulatedClient client = connecting(null);
        client.subscribe("t", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        assertThat(client.connAck).isNull();
        assertThat(applicants)
                .singleElement()
                .satisfies(applicant -> {
                    assertThat(applicant.username()).isEqualTo("u");
                    assertThat(applicant.password()).isEqualTo(bytes("secret"));
                    assertThat(applicant.toString()).doesNotContain("secret");
                });

        answer(user("u"));
        assertThat(reason(client)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(client.subAcks).hasSize(1);
    }

    @Test
    @DisplayName("[MQTT-4.12.0-4] [MQTT-3.1.4-2] a refused client gets the reason and is closed")
    void refused() {
        SimulatedClient client = connecting(null);
        answer(refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD));
        assertThat(client.isConnected()).isFalse();
        assertThat(node.broker().counters().authenticationsRefused.sum()).isEqualTo(1);
        assertThat(node.broker().counters().sessions.sum()).isZero();
    }

    @Test
    void an_authenticator_that_fails_lets_nobody_in() {
        SimulatedClient client = connecting(null);
        open.removeFirst().completeExceptionally(new IllegalStateException("broken"));
        time.run(SECOND);
        assertThat(client.isConnected()).isFalse();
        assertThat(node.broker().counters().connectionsRefused.sum()).isEqualTo(1);
    }

    @Test
    void an_authentication_that_takes_too_long_is_refused_and_its_verdict_comes_to_nothing() {
        connecting(null);
        time.run(6 * SECOND);
        assertThat(node.broker().counters().connectionsRefused.sum()).isEqualTo(1);
        answer(user("u"));
        assertThat(node.broker().counters().connectionsAccepted.sum()).isZero();
        assertThat(node.broker().counters().sessions.sum()).isZero();
    }

    @Test
    @DisplayName("[MQTT-4.12.0-1] an authentication method that is not known is refused with 0x8C")
    void unknownMethod() {
        SimulatedClient client = connecting("MAGIC");
        assertThat(client.isConnected()).isFalse();
        assertThat(open).isEmpty();
        assertThat(node.broker().counters().connectionsRefused.sum()).isEqualTo(1);
    }

    @Test
    @DisplayName("[MQTT-4.12.0-2] [MQTT-4.12.0-5] steps have reason 0x18 and repeat the method")
    void exchange() {
        SimulatedClient client = connecting(METHOD);
        answer(new Verdict.Continue(bytes("who walks on four, two, three?")));
        assertThat(client.auths)
                .singleElement()
                .satisfies(auth -> {
                    assertThat(auth.reason()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION);
                    assertThat(auth.properties().string(Property.AUTHENTICATION_METHOD))
                            .isEqualTo(METHOD);
                    assertThat(auth.properties().binary(Property.AUTHENTICATION_DATA))
                            .isEqualTo(bytes("who walks on four, two, three?"));
                });

        auth(client, ReasonCode.CONTINUE_AUTHENTICATION, METHOD, "man");
        answer(
                new Verdict.Allowed(
                        "oedipus", AccessRules.ALLOW_ALL, Verdict.Allowed.FOREVER, bytes("pass")));

        assertThat(reason(client)).isEqualTo(ReasonCode.SUCCESS);
        Properties properties = client.connAck.properties();
        assertThat(properties.string(Property.AUTHENTICATION_METHOD)).isEqualTo(METHOD);
        assertThat(properties.binary(Property.AUTHENTICATION_DATA)).isEqualTo(bytes("pass"));
    }

    @Test
    @DisplayName("[MQTT-4.12.0-6] no method in CONNECT, no method in CONNACK")
    void noMethod() {
        SimulatedClient client = connected(null, user("u"));
        assertThat(client.connAck.properties().has(Property.AUTHENTICATION_METHOD)).isFalse();
    }

    @Test
    @DisplayName("[MQTT-3.1.2-30] other packets than AUTH end an authentication")
    void otherPackets() {
        SimulatedClient client = connecting(METHOD);
        answer(new Verdict.Continue(bytes("?")));
        client.send(PingReq.INSTANCE);
        time.run(SECOND);
        assertThat(client.isConnected()).isFalse();
        assertThat(node.broker().counters().protocolErrors.sum()).isEqualTo(1);
    }

    @Test
    @DisplayName("[MQTT-4.12.0-5] AUTH with another method than CONNECT is an error")
    void otherMethod() {
        SimulatedClient client = connecting(METHOD);
        answer(new Verdict.Continue(bytes("?")));
        auth(client, ReasonCode.CONTINUE_AUTHENTICATION, "MAGIC", "man");
        assertThat(client.isConnected()).isFalse();
        assertThat(node.broker().counters().protocolErrors.sum()).isEqualTo(1);
    }

    @Test
    @DisplayName("[MQTT-4.12.0-7] AUTH from a client without a method is an error")
    void authWithoutMethod() {
        SimulatedClient client = connected(null, user("u"));
        auth(client, ReasonCode.RE_AUTHENTICATE, METHOD, "");
        assertThat(client.disconnectReasons).containsExactly(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    @DisplayName("[MQTT-4.12.0-3] a step that is not answered with 0x18 ends the authentication")
    void anotherReason() {
        SimulatedClient client = connecting(METHOD);
        answer(new Verdict.Continue(bytes("?")));
        auth(client, ReasonCode.RE_AUTHENTICATE, METHOD, "man");
        assertThat(client.isConnected()).isFalse();
        assertThat(node.broker().counters().connectionsRefused.sum()).isEqualTo(1);
    }

    @Test
    void a_client_that_stops_in_the_middle_of_an_authentication_is_refused_in_time() {
        connecting(METHOD);
        answer(new Verdict.Continue(bytes("?")));
        time.run(6 * SECOND);
        assertThat(node.broker().counters().connectionsRefused.sum()).isEqualTo(1);
    }

    @Test
    void a_client_may_be_authenticated_again_and_goes_on_meanwhile() {
        SimulatedClient client = connected(METHOD, user("u"));
        auth(client, ReasonCode.RE_AUTHENTICATE, METHOD, "hello");
        assertThat(applicants.getLast().username()).isEqualTo("u");
        client.publish("t", "meanwhile", QoS.AT_LEAST_ONCE);
        time.run(SECOND);
        assertThat(client.acknowledged).contains("meanwhile");

        answer(new Verdict.Continue(bytes("?")));
        auth(client, ReasonCode.CONTINUE_AUTHENTICATION, METHOD, "man");
        answer(user("u"));

        assertThat(client.auths)
                .extracting(Auth::reason)
                .containsExactly(ReasonCode.CONTINUE_AUTHENTICATION, ReasonCode.SUCCESS);
        assertThat(client.isConnected()).isTrue();
    }

    @Test
    @DisplayName("[MQTT-4.12.1-2] who is not authenticated again is disconnected")
    void refusedAgain() {
        SimulatedClient client = connected(METHOD, user("u"));
        auth(client, ReasonCode.RE_AUTHENTICATE, METHOD, "hello");
        answer(refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD));
        assertThat(client.disconnectReasons).containsExactly(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void nobody_becomes_another_user_by_being_authenticated_again() {
        SimulatedClient client = connected(METHOD, user("u"));
        auth(client, ReasonCode.RE_AUTHENTICATE, METHOD, "hello");
        answer(user("root"));
        assertThat(client.disconnectReasons).containsExactly(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    @DisplayName("[MQTT-4.12.1-1] re-authentication with another method is an error")
    void againWithAnotherMethod() {
        SimulatedClient client = connected(METHOD, user("u"));
        auth(client, ReasonCode.RE_AUTHENTICATE, "MAGIC", "hello");
        assertThat(client.disconnectReasons).containsExactly(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void credentials_that_are_over_close_the_connection_unless_they_are_renewed() {
        Verdict.Allowed brief = new Verdict.Allowed("u", AccessRules.ALLOW_ALL, 10 * SECOND, null);
        SimulatedClient client = connected(METHOD, brief);
        time.run(5 * SECOND);
        auth(client, ReasonCode.RE_AUTHENTICATE, METHOD, "again");
        answer(brief);
        time.run(5 * SECOND);
        assertThat(client.isConnected()).isTrue();
        time.run(7 * SECOND);
        assertThat(client.disconnectReasons).containsExactly(ReasonCode.NOT_AUTHORIZED);
    }

    private static final AccessRules ONLY_FREE =
            new AccessRules() {
                @Override
                public boolean mayPublish(TopicName topic) {
                    return topic.name().equals("free");
                }

                @Override
                public boolean maySubscribe(TopicFilter filter) {
                    return filter.text().equals("free");
                }
            };

    @Test
    void mqtt_5_is_told_what_it_may_not() {
        SimulatedClient client = connected(null, new Verdict.Allowed("u", ONLY_FREE));
        client.publish("locked", "m", QoS.AT_LEAST_ONCE);
        client.publish("locked", "m", QoS.EXACTLY_ONCE);
        client.publish("free", "m", QoS.AT_LEAST_ONCE);
        client.subscribe("locked", QoS.AT_MOST_ONCE);
        time.run(SECOND);
        assertThat(client.answers)
                .containsExactly(
                        ReasonCode.NOT_AUTHORIZED,
                        ReasonCode.NOT_AUTHORIZED,
                        ReasonCode.NO_MATCHING_SUBSCRIBERS);
        assertThat(client.subAcks.getFirst().reasons()).containsExactly(ReasonCode.NOT_AUTHORIZED);
        assertThat(client.isConnected()).isTrue();
    }

    @Test
    void a_will_is_checked_like_a_publish_before_the_client_is_let_in() {
        Will will =
                new Will(
                        TopicName.of("locked"),
                        bytes("bye"),
                        QoS.AT_LEAST_ONCE,
                        false,
                        Properties.EMPTY);
        SimulatedClient client = new SimulatedClient(time, "c");
        client.connect(node, connect(ProtocolVersion.MQTT_5, null, will));
        time.run(SECOND);
        answer(new Verdict.Allowed("u", ONLY_FREE));
        assertThat(client.isConnected()).isFalse();
        assertThat(node.broker().counters().connectionsRefused.sum()).isEqualTo(1);
    }

    private SimulatedClient mqtt3(boolean closesOnDenial, QoS qos) {
        Verdict.Allowed verdict = new Verdict.Allowed("u", ONLY_FREE);
        SimulatedNode node =
                node(applicant -> _ -> CompletableFuture.completedFuture(verdict), closesOnDenial);
        SimulatedClient client = new SimulatedClient(time, "c");
        client.connect(node, connect(ProtocolVersion.MQTT_3_1_1, null, null));
        time.run(SECOND);
        client.publish("locked", "m", qos);
        time.run(SECOND);
        return client;
    }

    @Test
    @DisplayName("[MQTT-3.3.5-2] MQTT 3 is acknowledged and its message dropped")
    void mqtt3IsAcknowledged() {
        assertThat(mqtt3(false, QoS.AT_LEAST_ONCE).acknowledged).containsExactly("m");
    }

    @Test
    @DisplayName("[MQTT-3.3.5-2] or is disconnected, where that is wanted")
    void mqtt3IsClosed() {
        assertThat(mqtt3(true, QoS.AT_LEAST_ONCE).isConnected()).isFalse();
        assertThat(mqtt3(true, QoS.AT_MOST_ONCE).isConnected()).isFalse();
        assertThat(mqtt3(false, QoS.AT_MOST_ONCE).isConnected()).isTrue();
    }
}
