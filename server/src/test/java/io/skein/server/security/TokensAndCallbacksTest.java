package io.skein.server.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        serve(exchange -> {
            asked.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            answer(exchange, 200, reply.get());
        });
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

    private void serve(HttpHandler handler) throws IOException {
        HttpServer http =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(runnable -> Thread.ofVirtual().start(runnable));
        http.createContext("/", handler);
        http.start();
        service = http;
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] body = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_service_that_hangs_keeps_nobody_waiting_and_gives_its_place_back(boolean inTheMiddle)
            throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        serve(exchange -> {
            String question = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            if (question.contains("\"username\":\"slow\"")) {
                if (inTheMiddle) {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write("{\"result\":".getBytes(UTF_8));
                    exchange.getResponseBody().flush();
                }
                awaitQuietly(over);
                exchange.close();
            } else {
                answer(exchange, 200, "{\"result\": \"allow\"}");
            }
        });
        start(
                "security.callback.url=" + url(),
                "security.callback.timeout-milliseconds=300",
                "security.callback.concurrent-maximum=1",
                "security.authentication-seconds-maximum=3600");
        try {
            assertThat(login("slow", "pass")).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
            assertThat(login("quick", "pass")).isEqualTo(ReasonCode.SUCCESS);
        } finally {
            over.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void more_questions_than_allowed_at_a_time_are_refused_as_busy() throws Exception {
        CountDownLatch asking = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        serve(exchange -> {
            asking.countDown();
            awaitQuietly(over);
            answer(exchange, 200, "{\"result\": \"allow\"}");
        });
        start(
                "security.callback.url=" + url(),
                "security.callback.timeout-milliseconds=60000",
                "security.callback.concurrent-maximum=1");
        try (RawClient first = connecting("alice", "one")) {
            assertThat(asking.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(login("alice", "two")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            over.countDown();
            assertThat(first.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        } finally {
            over.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308, 204, 401, 404, 500, 503})
    void a_status_that_is_not_200_keeps_clients_out_and_no_redirect_is_followed(int status)
            throws Exception {
        List<String> paths = Collections.synchronizedList(new ArrayList<>());
        serve(exchange -> {
            String path = exchange.getRequestURI().getPath();
            paths.add(path);
            if (path.equals("/open")) {
                answer(exchange, 200, "{\"result\": \"allow\"}");
            } else {
                exchange.getResponseHeaders().set("Location", "/open");
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(status, -1);
                exchange.close();
            }
        });
        start("security.callback.url=" + url() + "closed");

        assertThat(login("alice", "pass")).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);

        assertThat(paths).containsExactly("/closed");
    }

    @Test
    void answers_are_remembered_only_where_that_is_wanted_and_failures_never() throws Exception {
        serve();
        start("security.callback.url=" + url(), "security.callback.cache-seconds=0");
        reply.set("{\"result\": \"allow\"}");
        assertThat(login("alice", "pass")).isEqualTo(ReasonCode.SUCCESS);
        reply.set("{\"result\": \"deny\"}");
        assertThat(login("alice", "pass")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        stopNode();

        start("security.callback.url=" + url(), "security.callback.cache-seconds=3600");
        reply.set("no answer");
        assertThat(login("alice", "pass")).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        reply.set("{\"result\": \"allow\", \"validSeconds\": 3600}");
        assertThat(login("alice", "pass")).isEqualTo(ReasonCode.SUCCESS);
        reply.set("{\"result\": \"deny\"}");
        assertThat(login("alice", "pass")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        reply.set("{\"result\": \"allow\"}");
        assertThat(login("alice", "pass")).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(asked).hasSize(5);
    }

    private void stopNode() {
        if (node != null) {
            node.close();
            node = null;
        }
    }

    @Test
    void keys_of_a_url_are_rotated_by_a_token_that_names_the_next_one() throws Exception {
        serve();
        reply.set(keySet());
        start("security.token.keys=" + url(), "security.token.keys-refresh-seconds=86400");
        String old = ec(claims(600));
        await().untilAsserted(() -> assertThat(login(null, old)).isEqualTo(ReasonCode.SUCCESS));

        key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId("two");
        String next = ec(claims(600));
        assertThat(login(null, next)).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(asked).hasSize(1); // not so soon
        reply.set(keySet());

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(login(null, next)).isEqualTo(ReasonCode.SUCCESS));
        assertThat(login(null, old)).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void keys_of_a_file_are_rotated_with_the_file_and_a_broken_one_keeps_them() throws Exception {
        Path keys = Files.writeString(directory.resolve("keys.json"), keySet());
        start("security.token.keys=" + keys, "security.reload-seconds=1");
        String old = ec(claims(600));
        assertThat(login(null, old)).isEqualTo(ReasonCode.SUCCESS);
        Files.writeString(keys, "{");
        key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId("two");
        String next = ec(claims(600));
        assertThat(login(null, next)).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(login(null, old)).isEqualTo(ReasonCode.SUCCESS);

        Files.writeString(keys, keySet());

        await().untilAsserted(() -> assertThat(login(null, next)).isEqualTo(ReasonCode.SUCCESS));
        assertThat(login(null, old)).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }
}
