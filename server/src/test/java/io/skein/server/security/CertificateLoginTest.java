package io.skein.server.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.PubAck;
import io.skein.server.RawClient;
import io.skein.server.TestNode;
import io.skein.server.security.password.PasswordFileEditor;
import io.skein.server.security.password.PasswordFileEditor.Form;
import io.skein.server.tls.TestAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who shows a certificate, or has a proxy that saw one, is its user, and rules are about that. */
@Timeout(60)
class CertificateLoginTest {
    @TempDir private static Path directory;
    private static SSLContext pump;
    private static SSLContext nobody;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        TestAuthority authority = TestAuthority.create(directory, "plant");
        TestAuthority.Issued server = authority.server("server");
        authority.client("pump-7");
        pump = authority.clientContext("pump-7");
        nobody = authority.clientContext(null);
        Path passwords = directory.resolve("passwords");
        new PasswordFileEditor(passwords).set("alice", "secret".getBytes(UTF_8), Form.ARGON2ID);
        node =
                TestNode.start(
                        directory,
                        "security.password-file=" + passwords,
                        "security.rules.0.permission=allow",
                        "security.rules.0.users=pump-7",
                        "security.rules.0.topics=pumps/%u/#",
                        "security.rules.1.permission=allow",
                        "security.rules.1.users=alice",
                        "security.rules.1.topics=people/%u",
                        "listeners.1.name=required",
                        "listeners.1.bind=127.0.0.1:0",
                        "listeners.1.tls.certificate=" + server.certificate(),
                        "listeners.1.tls.key=" + server.key(),
                        "listeners.1.tls.client-ca=" + authority.certificate(),
                        "listeners.1.tls.client-certificate=required",
                        "listeners.2.name=optional",
                        "listeners.2.bind=127.0.0.1:0",
                        "listeners.2.tls.certificate=" + server.certificate(),
                        "listeners.2.tls.key=" + server.key(),
                        "listeners.2.tls.client-ca=" + authority.certificate(),
                        "listeners.2.tls.client-certificate=optional",
                        "listeners.2.certificate-login=true",
                        "listeners.3.name=both",
                        "listeners.3.bind=127.0.0.1:0",
                        "listeners.3.tls.certificate=" + server.certificate(),
                        "listeners.3.tls.key=" + server.key(),
                        "listeners.3.tls.client-ca=" + authority.certificate(),
                        "listeners.3.tls.client-certificate=required",
                        "listeners.3.certificate-login=false",
                        "listeners.4.name=proxied",
                        "listeners.4.bind=127.0.0.1:0",
                        "listeners.4.proxy-protocol=true",
                        "listeners.4.trusted-proxies=127.0.0.1",
                        "listeners.4.proxy-identity=true",
                        "listeners.4.certificate-login=true",
                        "listeners.5.name=proxied-blindly",
                        "listeners.5.bind=127.0.0.1:0",
                        "listeners.5.proxy-protocol=true",
                        "listeners.5.trusted-proxies=127.0.0.1",
                        "listeners.5.certificate-login=true");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Connect connect(@Nullable String user, @Nullable String password) {
        return new Connect(
                ProtocolVersion.MQTT_5,
                "c",
                true,
                60,
                Properties.EMPTY,
                null,
                user,
                password == null ? null : password.getBytes(UTF_8));
    }

    private static ReasonCode login(
            RawClient client, @Nullable String user, @Nullable String password) throws IOException {
        client.send(connect(user, password));
        return client.next(ConnAck.class).reason();
    }

    private static RawClient tls(String listener, SSLContext as) throws Exception {
        return RawClient.over(as.getSocketFactory().createSocket("127.0.0.1", node.port(listener)));
    }

    private static void assertMay(RawClient client, String yes, String no) throws IOException {
        client.send(RawClient.publishPacket(yes, new byte[1], QoS.AT_LEAST_ONCE));
        assertThat(client.next(PubAck.class).reason())
                .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        client.send(RawClient.publishPacket(no, new byte[1], QoS.AT_LEAST_ONCE));
        assertThat(client.next(PubAck.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void the_name_in_a_required_certificate_is_the_user() throws Exception {
        try (RawClient client = tls("required", pump)) {
            assertThat(login(client, null, null)).isEqualTo(ReasonCode.SUCCESS);
            assertMay(client, "pumps/pump-7/x", "people/alice");
        }
    }

    @Test
    void what_connect_says_does_not_make_another_of_it() throws Exception {
        try (RawClient client = tls("required", pump)) {
            assertThat(login(client, "alice", "secret")).isEqualTo(ReasonCode.SUCCESS);
            assertMay(client, "pumps/pump-7/x", "people/alice");
        }
    }

    @Test
    void who_shows_none_where_it_is_optional_needs_a_password() throws Exception {
        try (RawClient with = tls("optional", pump);
                RawClient password = tls("optional", nobody);
                RawClient nothing = tls("optional", nobody)) {
            assertThat(login(with, null, null)).isEqualTo(ReasonCode.SUCCESS);
            assertMay(with, "pumps/pump-7/x", "people/alice");
            assertThat(login(password, "alice", "secret")).isEqualTo(ReasonCode.SUCCESS);
            assertMay(password, "people/alice", "pumps/pump-7/x");
            assertThat(login(nothing, null, null)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
    }

    @Test
    void where_a_certificate_is_no_login_it_is_needed_and_not_enough() throws Exception {
        try (RawClient alone = tls("both", pump);
                RawClient both = tls("both", pump)) {
            assertThat(login(alone, null, null)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(login(both, "alice", "secret")).isEqualTo(ReasonCode.SUCCESS);
            assertMay(both, "people/alice", "pumps/pump-7/x");
        }
    }

    @Test
    void a_name_that_a_trusted_proxy_has_verified_is_the_user() throws Exception {
        try (RawClient client = node.raw("proxied")) {
            client.send(header("pump-7", 0, 0x07));
            assertThat(login(client, null, null)).isEqualTo(ReasonCode.SUCCESS);
            assertMay(client, "pumps/pump-7/x", "people/alice");
        }
    }

    @Test
    void a_name_that_was_not_verified_or_not_shown_or_is_not_asked_for_is_nobody()
            throws Exception {
        try (RawClient unverified = node.raw("proxied");
                RawClient unshown = node.raw("proxied");
                RawClient unasked = node.raw("proxied-blindly")) {
            unverified.send(header("pump-7", 1, 0x07));
            assertThat(login(unverified, null, null)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            unshown.send(header("pump-7", 0, 0x01));
            assertThat(login(unshown, null, null)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            unasked.send(header("pump-7", 0, 0x07));
            assertThat(login(unasked, null, null)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
    }

    /**
     * PROXY version 2 for TCP over IPv4, with PP2_TYPE_SSL in it.
     *
     * @param verify 0 if the certificate is good
     * @param client bits: 1 TLS, 2 and 4 a certificate on this connection, in this TLS session
     */
    private static byte[] header(String commonName, int verify, int client) {
        int name = commonName.length();
        return HexFormat.of()
                .parseHex(
                        ("0D0A0D0A000D0A515549540A 21 11 %04X C0000207C0000201 15B3 075B"
                                        + " 20 %04X %02X %08X 22 %04X %s")
                                .formatted(
                                        12 + 3 + 5 + 3 + name,
                                        5 + 3 + name,
                                        client,
                                        verify,
                                        name,
                                        HexFormat.of().formatHex(commonName.getBytes(UTF_8)))
                                .replace(" ", ""));
    }
}
