package io.skein.server.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.SubAck;
import io.skein.server.RawClient;
import io.skein.server.StartException;
import io.skein.server.TestNode;
import io.skein.server.security.password.PasswordFileEditor;
import io.skein.server.security.password.PasswordFileEditor.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttSecurityException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Who may do what, over the wire, with clients that others wrote and with those that attack. */
class SecurityNodeTest {
    private static final String PASSWORD = "correct horse battery staple";

    @TempDir private Path directory;
    private Path passwords;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private @Nullable TestNode node;

    @BeforeEach
    void makeUsers() throws IOException {
        passwords = directory.resolve("passwords");
        PasswordFileEditor editor = new PasswordFileEditor(passwords);
        editor.set("alice", PASSWORD.getBytes(UTF_8), Form.ARGON2ID);
        editor.set("sam", PASSWORD.getBytes(UTF_8), Form.SCRAM_SHA_256);
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
        root().detachAppender(log);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private TestNode start(String... settings) throws Exception {
        List<String> all = new ArrayList<>(List.of("security.password-file=" + passwords));
        all.addAll(List.of(settings));
        node = TestNode.start(directory, all.toArray(String[]::new));
        return node;
    }

    private TestNode running() {
        if (node == null) {
            throw new IllegalStateException("no node");
        }
        return node;
    }

    private Mqtt5BlockingClient hive(String id) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(running().port())
                .buildBlocking();
    }

    private Mqtt5BlockingClient hive(String id, String user, String password) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(running().port())
                .simpleAuth()
                .username(user)
                .password(password.getBytes(UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    private static Mqtt5ConnAckReasonCode refusal(Mqtt5BlockingClient client) {
        try {
            client.connect();
        } catch (Mqtt5ConnAckException e) {
            return e.getMqttMessage().getReasonCode();
        }
        throw new AssertionError("was let in");
    }

    private static Connect connect(
            ProtocolVersion version, String id, @Nullable String user, @Nullable String password) {
        return new Connect(
                version,
                id,
                true,
                60,
                Properties.EMPTY,
                null,
                user,
                password == null ? null : password.getBytes(UTF_8));
    }

    private ReasonCode login(String id, @Nullable String user, @Nullable String password)
            throws IOException {
        try (RawClient client = running().raw()) {
            client.send(connect(ProtocolVersion.MQTT_5, id, user, password));
            return client.next(ConnAck.class).reason();
        }
    }

    private String logged() {
        List<ILoggingEvent> events;
        synchronized (log) {
            events = List.copyOf(log.list);
        }
        return events.stream()
                .map(event ->
                        event.getLoggerName()
                                + " "
                                + event.getFormattedMessage()
                                + " "
                                + (event.getThrowableProxy() == null
                                        ? ""
                                        : event.getThrowableProxy().getMessage()))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void a_password_lets_in_and_nothing_else_does() throws Exception {
        start();
        Mqtt5BlockingClient alice = hive("a", "alice", PASSWORD);
        alice.connect();
        assertThat(running().node().clients(10).get())
                .extracting(client -> client.username())
                .containsExactly("alice");
        alice.disconnect();

        assertThat(refusal(hive("a", "alice", "wrong")))
                .isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(refusal(hive("a", "nobody", PASSWORD)))
                .isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(refusal(hive("a"))).isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
        assertThat(login("a", "alice", null)).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(login("a", null, PASSWORD)).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(login("a", "alice", "")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(login("a", "alice", "x".repeat(60_000)))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void mqtt_3_is_told_in_its_own_codes() throws Exception {
        start();
        org.eclipse.paho.client.mqttv3.MqttClient paho =
                new org.eclipse.paho.client.mqttv3.MqttClient(
                        "tcp://127.0.0.1:" + running().port(), "paho", null);
        MqttConnectOptions options = new MqttConnectOptions();
        options.setUserName("alice");
        options.setPassword("wrong".toCharArray());
        assertThatThrownBy(() -> paho.connect(options))
                .isInstanceOfSatisfying(
                        MqttSecurityException.class,
                        e ->
                                assertThat(e.getReasonCode())
                                        .isEqualTo(
                                                MqttException.REASON_CODE_FAILED_AUTHENTICATION));
        options.setPassword(PASSWORD.toCharArray());
        paho.connect(options);
        paho.disconnect();
        paho.close();
    }

    @Test
    void anonymous_clients_are_let_in_only_where_nothing_else_is_configured_or_it_is_said()
            throws Exception {
        start("listeners.0.allow-anonymous=true");
        assertThat(login("a", null, null)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(login("a", "alice", "wrong")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        running().close();

        start("listeners.0.allow-anonymous=false", "security.allow-anonymous=true");
        assertThat(login("a", null, null)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        running().close();

        node = TestNode.start(directory); // loopback, and no way to authenticate
        assertThat(login("a", null, null)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(login("a", "whoever", "whatever")).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void a_changed_password_file_is_used_without_a_restart_and_a_broken_one_is_not()
            throws Exception {
        start("security.reload-seconds=1");
        PasswordFileEditor editor = new PasswordFileEditor(passwords);
        assertThat(login("a", "alice", PASSWORD)).isEqualTo(ReasonCode.SUCCESS);
        editor.set("alice", "another".getBytes(UTF_8), Form.ARGON2ID);
        await().untilAsserted(() ->
                assertThat(login("a", "alice", "another")).isEqualTo(ReasonCode.SUCCESS));
        assertThat(login("a", "alice", PASSWORD))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD); // remembered no more

        Files.writeString(passwords, "alice:nonsense\n");
        await().untilAsserted(() -> assertThat(logged()).contains("cannot be used"));
        assertThat(login("a", "alice", "another")).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void a_node_does_not_start_with_files_that_cannot_be_used() throws Exception {
        Files.writeString(passwords, "alice:nonsense\n");
        assertThatThrownBy(this::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining(passwords + ":1")
                .hasMessageNotContaining("nonsense");
        Files.delete(passwords);
        assertThatThrownBy(this::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining(passwords.toString());
    }

    // Rules.

    @Test
    void rules_are_kept_and_foreign_clients_are_told() throws Exception {
        start(
                "security.rules.0.permission=allow",
                "security.rules.0.action=publish",
                "security.rules.0.topics=devices/%c/#",
                "security.rules.1.permission=allow",
                "security.rules.1.action=subscribe",
                "security.rules.1.users=alice",
                "security.rules.1.topics=devices/+/up");
        Mqtt5BlockingClient alice = hive("d1", "alice", PASSWORD);
        alice.connect();
        alice.publishWith()
                .topic("devices/d1/up")
                .qos(com.hivemq.client.mqtt.datatypes.MqttQos.AT_LEAST_ONCE)
                .send();
        assertThatThrownBy(() ->
                        alice.publishWith()
                                .topic("devices/d2/up")
                                .qos(com.hivemq.client.mqtt.datatypes.MqttQos.AT_LEAST_ONCE)
                                .send())
                .isInstanceOfSatisfying(
                        Mqtt5PubAckException.class,
                        e ->
                                assertThat(e.getMqttMessage().getReasonCode().getCode())
                                        .isEqualTo(0x87));
        alice.subscribeWith().topicFilter("devices/+/up").send();
        assertThatThrownBy(() -> alice.subscribeWith().topicFilter("devices/#").send())
                .isInstanceOf(Mqtt5SubAckException.class);
        alice.subscribeWith().topicFilter("$share/g/devices/d7/up").send();
        alice.disconnect();
        await().untilAsserted(() ->
                assertThat(logged())
                        .contains(
                                "audit publish-denied client=\"d1\" user=\"alice\""
                                        + " address=\"127.0.0.1\" topic=\"devices/d2/up\"")
                        .contains("audit subscribe-denied"));
    }

    @Test
    void a_rules_file_that_changes_counts_for_clients_that_are_connected() throws Exception {
        Path rules = directory.resolve("rules.yaml");
        Files.writeString(
                rules,
                """
                groups: [{name: staff, members: [alice]}]
                rules:
                  - {permission: allow, topics: 'a/#', groups: staff}
                """);
        start("security.rules-file=" + rules, "security.reload-seconds=1");
        try (RawClient client = running().raw()) {
            client.send(connect(ProtocolVersion.MQTT_5, "c", "alice", PASSWORD));
            assertThat(client.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            assertThat(publish(client, "a/b")).isNotEqualTo(ReasonCode.NOT_AUTHORIZED);

            Files.writeString(rules, "rules:\n  - {permission: allow, topics: b}\n");
            await().untilAsserted(() ->
                    assertThat(publish(client, "a/b")).isEqualTo(ReasonCode.NOT_AUTHORIZED));
            assertThat(publish(client, "b")).isNotEqualTo(ReasonCode.NOT_AUTHORIZED);

            Files.writeString(rules, "rules:\n  - {permission: allow, topicz: b}\n");
            await().untilAsserted(() ->
                    assertThat(logged()).contains("rules.yaml:2", "did you mean", "topics"));
            assertThat(publish(client, "b")).isNotEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
    }

    private static ReasonCode publish(RawClient client, String topic) throws IOException {
        client.send(RawClient.publishPacket(topic, new byte[] {1}, QoS.AT_LEAST_ONCE));
        return client.next(PubAck.class).reason();
    }

    @Test
    void a_wildcard_in_a_client_id_gives_no_access() throws Exception {
        start(
                "listeners.0.allow-anonymous=true",
                "security.rules.0.permission=allow",
                "security.rules.0.topics=devices/%c,devices/%c/#");
        for (String id : List.of("+", "#", "a/b", "../x")) {
            try (RawClient client = running().raw()) {
                client.connectAs(id);
                for (String filter : List.of("devices/+", "devices/#", "devices/a/b", "#")) {
                    client.send(RawClient.subscribePacket(filter, QoS.AT_MOST_ONCE));
                    assertThat(client.next(SubAck.class).reasons())
                            .as("%s as %s", filter, id)
                            .containsExactly(ReasonCode.NOT_AUTHORIZED);
                }
                assertThat(publish(client, "devices/x")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            }
        }
    }

    // Attackers.

    @Test
    void a_flood_of_wrong_passwords_is_turned_away_unheard_and_summed_in_the_audit()
            throws Exception {
        start("security.failed-logins-maximum=3", "security.failed-login-seconds=600");
        for (int i = 0; i < 3; i++) {
            assertThat(login("x", "alice", "guess " + i))
                    .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(login("x", "alice", PASSWORD))
                    .isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
        }
        running().close();
        assertThat(logged().lines().filter(line -> line.startsWith("audit login-denied")))
                .hasSizeBetween(2, 3)
                .anyMatch(line -> line.contains("why=\"wrong password\""))
                .anyMatch(line -> line.matches(".*address=\"127.0.0.1\" times=\\d+.*"));
    }

    @Test
    void what_is_secret_is_in_no_log_and_what_is_logged_is_one_line() throws Exception {
        root().setLevel(ch.qos.logback.classic.Level.DEBUG);
        start();
        assertThat(login("a\" user=\"root\nx", "eve\u2028x", "hunter2-" + PASSWORD))
                .isIn(ReasonCode.BAD_USER_NAME_OR_PASSWORD, ReasonCode.MALFORMED_PACKET);
        assertThat(login("a", "alice", PASSWORD)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(login("a", "alice", "hunter2-wrong"))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        String text = logged();
        assertThat(text)
                .contains("login-denied")
                .doesNotContain("hunter2")
                .doesNotContain(PASSWORD);
        for (String line : Files.readAllLines(passwords)) {
            assertThat(text).doesNotContain(line.substring(line.indexOf(':') + 1));
        }
        assertThat(text.lines().filter(line -> line.startsWith("audit")))
                .allMatch(line -> !line.contains("\u2028"));
    }

    @Test
    void logins_beyond_what_workers_and_their_queue_hold_are_refused_as_busy() throws Exception {
        start(
                "security.workers=1",
                "security.waiting-logins-maximum=1",
                "security.failed-logins-maximum=0");
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                RawClient client = running().raw();
                clients.add(client);
                client.send(connect(ProtocolVersion.MQTT_5, "c" + i, "alice", "wrong"));
            }
            List<ReasonCode> answers = new ArrayList<>();
            for (RawClient client : clients) {
                answers.add(client.next(ConnAck.class).reason());
            }
            assertThat(answers)
                    .contains(ReasonCode.QUOTA_EXCEEDED, ReasonCode.BAD_USER_NAME_OR_PASSWORD)
                    .containsOnly(ReasonCode.QUOTA_EXCEEDED, ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        assertThat(login("a", "alice", PASSWORD)).isEqualTo(ReasonCode.SUCCESS);
    }

    // Enhanced authentication.

    private Mqtt5BlockingClient scram(ScramMechanism mechanism) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier("s")
                .serverHost("127.0.0.1")
                .serverPort(running().port())
                .enhancedAuth(mechanism)
                .buildBlocking();
    }

    @Test
    @DisplayName("SCRAM-SHA-256 with another's client, and again while connected [MQTT-4.12.1-1]")
    void scram() throws Exception {
        start();
        ScramMechanism mechanism = new ScramMechanism("sam", PASSWORD);
        Mqtt5BlockingClient client = scram(mechanism);
        client.connect();
        assertThat(mechanism.serversProved()).isEqualTo(1);
        client.toAsync().reauth().get();
        assertThat(mechanism.serversProved()).isEqualTo(2);
        assertThat(running().node().clients(10).get())
                .extracting(info -> info.username())
                .containsExactly("sam");
        client.disconnect();
    }

    @Test
    void scram_with_a_wrong_password_or_an_unknown_user_is_refused_alike() throws Exception {
        start();
        for (ScramMechanism wrong :
                List.of(
                        new ScramMechanism("sam", "wrong"),
                        new ScramMechanism("nobody", PASSWORD),
                        new ScramMechanism("alice", PASSWORD))) { // has no SCRAM line
            assertThat(refusal(scram(wrong)))
                    .isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
            assertThat(wrong.serversProved()).isZero();
            assertThat(wrong.steps()).isEqualTo(1);
        }
        assertThat(login("a", "sam", PASSWORD)).isEqualTo(ReasonCode.SUCCESS); // in plain, too
    }
}
