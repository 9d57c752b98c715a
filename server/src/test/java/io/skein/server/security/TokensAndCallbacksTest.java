package io.skein.server.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.PubAck;
import io.skein.server.RawClient;
import io.skein.server.TestNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that are good, over, foreign and forged; services that answer, lie and hang. */
class TokensAndCallbacksTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir private Path directory;
    private Path secretFile;
    private EllipticCurveJsonWebKey key;
    private @Nullable TestNode node;
    private @Nullable HttpServer service;
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final AtomicReference<String> reply = new AtomicReference<>("{}");

    @BeforeEach
    void makeKeys() throws Exception {
        secretFile = Files.writeString(directory.resolve("secret"), SECRET + "\n");
        key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId("one");
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
        if (service != null) {
            service.stop(0);
        }
    }

    private String keySet() {
        return new JsonWebKeySet(key).toJson(OutputControlLevel.PUBLIC_ONLY);
    }

    private void start(String... settings) throws Exception {
        List<String> all = new ArrayList<>(List.of("security.failed-logins-maximum=0"));
        all.addAll(List.of(settings));
        node = TestNode.start(directory, all.toArray(String[]::new));
    }

    private void serve() throws IOException {
        HttpServer http =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext(
                "/",
                exchange -> {
                    asked.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                    byte[] body = reply.get().getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        http.start();
        service = http;
    }

    private String url() {
        return "http://127.0.0.1:" + (service == null ? 1 : service.getAddress().getPort()) + "/";
    }

    private static JwtClaims claims(int seconds) {
        JwtClaims claims = new JwtClaims();
        claims.setSubject("alice");
        claims.setIssuer("us");
        claims.setAudience("mqtt");
        claims.setExpirationTimeMinutesInTheFuture(seconds / 60f);
        return claims;
    }

    private static String hmac(JwtClaims claims, byte[] secret) throws Exception {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue("HS256");
        signature.setKey(new HmacKey(secret));
        return signature.getCompactSerialization();
    }

    private String ec(JwtClaims claims) throws Exception {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue("ES256");
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setKey(key.getPrivateKey());
        return signature.getCompactSerialization();
    }

    private RawClient connecting(@Nullable String user, String password) throws IOException {
        if (node == null) {
            throw new IllegalStateException("no node");
        }
        RawClient client = node.raw();
        client.send(
                new Connect(
                        ProtocolVersion.MQTT_5,
                        "c",
                        true,
                        60,
                        Properties.EMPTY,
                        null,
                        user,
                        password.getBytes(UTF_8)));
        return client;
    }

    private ReasonCode login(@Nullable String user, String password) throws IOException {
        try (RawClient client = connecting(user, password)) {
            return client.next(ConnAck.class).reason();
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    @Test
    void a_good_token_lets_in_and_a_bad_one_does_not() throws Exception {
        Path keys = Files.writeString(directory.resolve("keys.json"), keySet());
        start(
                "security.token.secret-file=" + secretFile,
                "security.token.keys=" + keys,
                "security.token.issuer=us",
                "security.token.audience=mqtt");
        byte[] secret = SECRET.getBytes(UTF_8);
        String good = hmac(claims(60), secret);
        assertThat(login(null, good)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(login("whoever", ec(claims(60)))).isEqualTo(ReasonCode.SUCCESS);

        JwtClaims notYet = claims(600);
        notYet.setNotBeforeMinutesInThePast(-5);
        JwtClaims foreign = claims(60);
        foreign.setIssuer("them");
        JwtClaims elsewhere = claims(60);
        elsewhere.setAudience("http");
        JwtClaims nobody = claims(60);
        nobody.unsetClaim("sub");
        JwtClaims forever = claims(60);
        forever.unsetClaim("exp");
        String payload = good.split("\\.")[1];
        byte[] publicKey = key.getPublicKey().getEncoded();
        for (String bad :
                List.of(
                        hmac(claims(-60), secret),
                        hmac(notYet, secret),
                        hmac(foreign, secret),
                        hmac(elsewhere, secret),
                        hmac(nobody, secret),
                        hmac(forever, secret),
                        hmac(claims(60), "another secret of enough characters".getBytes(UTF_8)),
                        hmac(claims(60), publicKey), // key confusion
                        hmac(claims(60), keySet().getBytes(UTF_8)),
                        base64("{\"alg\":\"none\"}") + "." + payload + ".",
                        base64("{\"alg\":\"None\"}") + "." + payload + ".",
                        good.substring(0, good.length() - 4) + "AAAA",
                        good + ".",
                        "ey" + "A".repeat(60_000) + ".A.A",
                        "eyJ.eyJ.eyJ")) {
            assertThat(login("alice", bad))
                    .as("%.80s", bad)
                    .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        }
    }

    @Test
    void what_a_token_allows_is_allowed_and_the_connection_ends_with_it() throws Exception {
        start(
                "security.token.secret-file=" + secretFile,
                "security.token.skew-seconds=0",
                "security.token.publish-claim=pub");
        JwtClaims claims = claims(3);
        claims.setStringListClaim("pub", "mine/%u");
        String token = hmac(claims, SECRET.getBytes(UTF_8));
        try (RawClient client = connecting(null, token)) {
            assertThat(client.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            client.send(RawClient.publishPacket("mine/alice", new byte[1], QoS.AT_LEAST_ONCE));
            assertThat(client.next(PubAck.class).reason())
                    .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
            client.send(RawClient.publishPacket("other", new byte[1], QoS.AT_LEAST_ONCE));
            assertThat(client.next(PubAck.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(client.next(Disconnect.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
    }

    @Test
    void keys_come_from_a_url() throws Exception {
        serve();
        reply.set(keySet());
        start("security.token.keys=" + url());
        await().untilAsserted(() ->
                assertThat(login(null, ec(claims(60)))).isEqualTo(ReasonCode.SUCCESS));
        assertThat(asked).hasSize(1);
    }

    @Test
    void a_service_decides_and_its_answer_is_remembered() throws Exception {
        serve();
        reply.set(
                """
                {"result": "allow", "username": "boss", "rules":
                 [{"permission": "allow", "action": "publish", "topics": ["%u/x"]}]}
                """);
        start("security.callback.url=" + url());
        try (RawClient client = connecting("alice", "pass")) {
            assertThat(client.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            client.send(RawClient.publishPacket("boss/x", new byte[1], QoS.AT_LEAST_ONCE));
            assertThat(client.next(PubAck.class).reason())
                    .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
            client.send(RawClient.publishPacket("alice/x", new byte[1], QoS.AT_LEAST_ONCE));
            assertThat(client.next(PubAck.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
        assertThat(login("alice", "pass")).isEqualTo(ReasonCode.SUCCESS);
        assertThat(asked)
                .singleElement()
                .asString()
                .contains(
                        "\"clientId\":\"c\"",
                        "\"username\":\"alice\"",
                        "\"password\":\"pass\"",
                        "\"address\":\"127.0.0.1:");
        reply.set("{\"result\": \"deny\"}");
        assertThat(login("alice", "other")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        reply.set("{\"result\": \"ignore\"}");
        assertThat(login("alice", "third")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void whatever_is_wrong_with_a_service_keeps_clients_out() throws Exception {
        serve();
        start("security.callback.url=" + url(), "security.callback.timeout-milliseconds=2000");
        for (String wrong :
                List.of(
                        "",
                        "true",
                        "{\"result\": \"maybe\"}",
                        "{\"result\": \"allow\", \"rules\": 1}",
                        "{\"result\": \"allow\", \"rules\": [{\"permission\": \"allow\"}]}",
                        "{\"result\": \"allow\", \"validSeconds\": -1}",
                        "{\"result\": \"allow\", \"x\": \"" + "x".repeat(300_000) + "\"}")) {
            reply.set(wrong);
            assertThat(login("alice", "pass"))
                    .as("%.80s", wrong)
                    .isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        }
        if (service != null) {
            service.stop(0);
        }
        assertThat(login("alice", "pass")).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
    }
}
