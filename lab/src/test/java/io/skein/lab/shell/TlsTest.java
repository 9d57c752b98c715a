package io.skein.lab.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.lab.client.TlsFiles;
import io.skein.lab.fixture.Mosquitto;
import io.skein.lab.fixture.SelfSigned;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections, to a broker with a certificate made for this test. */
@Timeout(60)
class TlsTest {
    @TempDir private static Path directory;
    private static Mosquitto broker;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() throws Exception {
        SelfSigned.make(directory, "server");
        SelfSigned.make(directory, "stranger");
        broker =
                Mosquitto.start(
                        "allow_anonymous true",
                        "certfile " + directory.resolve("server.crt"),
                        "keyfile " + directory.resolve("server.key"));
    }

    @AfterAll
    static void stop() throws IOException {
        broker.close();
    }

    @Test
    void aTrustedCertificateIsEnough() {
        assertThat(publish(directory.resolve("server.crt"), false)).isZero();
    }

    @Test
    void anotherCertificateIsRefusedInOneLine() {
        assertThat(publish(directory.resolve("stranger.crt"), false)).isEqualTo(1);

        assertThat(err.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .contains("mqtts://127.0.0.1:" + broker.port());
    }

    @Test
    void insecureTakesAnyCertificate() {
        assertThat(publish(null, true)).isZero();
    }

    private int publish(Path caFile, boolean insecure) {
        ConnectionSettings settings =
                ConnectionSettings.builder()
                        .host("127.0.0.1")
                        .port(broker.port())
                        .tls(new TlsFiles(caFile, null, null, insecure))
                        .build();
        return PublishCommand.run(
                PublishOptions.builder()
                        .connection(settings)
                        .topic("secret")
                        .qos(1)
                        .message("m")
                        .build(),
                InputStream.nullInputStream(),
                new PrintStream(err, true, UTF_8));
    }
}
