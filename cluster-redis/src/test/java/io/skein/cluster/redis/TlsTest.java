package io.skein.cluster.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that is reached by TLS alone, with a certificate that Java does not know. */
class TlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path directory;

    /** A certificate for 127.0.0.1 that has issued itself. */
    private void certify() throws IOException, InterruptedException {
        List<String> command =
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=redis",
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-keyout",
                        directory.resolve("key.pem").toString(),
                        "-out",
                        directory.resolve("redis.pem").toString());
        Process openssl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(openssl.getInputStream().readAllBytes(), UTF_8);
        assertThat(openssl.waitFor()).as(out).isZero();
    }

    @Test
    void messagesGoThroughItWhereItsAuthorityIsKnownAndNowhereElse() throws Exception {
        RedisServer.assumeInstalled();
        certify();
        String certificate = directory.resolve("redis.pem").toString();
        try (RedisServer redis =
                        RedisServer.startTls(
                                directory, certificate, directory.resolve("key.pem").toString());
                TestBroker stranger = TestBroker.open("stranger", redis.address(), Map.of())) {
            assertThat(redis.address()).startsWith("rediss://");
            assertThat(stranger.cluster.start(stranger))
                    .failsWithin(PATIENCE)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("cannot be used (cluster.redis)");
            Map<String, String> options = Map.of(RedisSettings.AUTHORITY, certificate);
            try (TestBroker one = TestBroker.start("one", redis.address(), options);
                    TestBroker other = TestBroker.start("other", redis.address(), options)) {
                other.own("session", "t");
                assertThat(TestBroker.get(one.publish("t", "m"))).isEmpty();
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(other.arrived("session")).containsExactly("m"));
            }
        }
    }
}
