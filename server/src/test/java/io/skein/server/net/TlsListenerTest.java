package io.skein.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.skein.broker.ClientInfo;
import io.skein.server.RawClient;
import io.skein.server.TestNode;
import io.skein.server.tls.TestAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted listeners, with clients that others wrote and with some that misbehave. */
@Timeout(120)
class TlsListenerTest {
    private static final Path MOSQUITTO_PUB = Path.of("/usr/bin/mosquitto_pub");

    @TempDir private static Path directory;
    private static TestAuthority authority;
    private static TestAuthority.Issued pump;
    private static TestAuthority.Issued stranger;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        authority = TestAuthority.create(directory, "plant");
        TestAuthority.Issued server = authority.server("server");
        pump = authority.client("pump-7");
        stranger = TestAuthority.create(directory, "elsewhere").client("stranger");
        node =
                TestNode.start(
                        directory,
                        "limits.connect-seconds-maximum=2",
                        "listeners.1.name=tls",
                        "listeners.1.bind=127.0.0.1:0",
                        "listeners.1.tls.certificate=" + server.certificate(),
                        "listeners.1.tls.key=" + server.key(),
                        "listeners.2.name=mutual",
                        "listeners.2.bind=127.0.0.1:0",
                        "listeners.2.tls.certificate=" + server.certificate(),
                        "listeners.2.tls.key=" + server.key(),
                        "listeners.2.tls.client-ca=" + authority.certificate(),
                        "listeners.2.tls.client-certificate=required",
                        "listeners.3.name=polite",
                        "listeners.3.bind=127.0.0.1:0",
                        "listeners.3.tls.certificate=" + server.certificate(),
                        "listeners.3.tls.key=" + server.key(),
                        "listeners.3.tls.client-ca=" + authority.certificate(),
                        "listeners.3.tls.client-certificate=optional",
                        "listeners.3.tls.identity=subject",
                        "listeners.3.tls.protocols=TLSv1.2");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void mosquittoPublishesAndSubscribes(@TempDir Path out) throws Exception {
        Assumptions.assumeTrue(Files.exists(MOSQUITTO_PUB), "mosquitto-clients is not installed");
        Path received = out.resolve("out");
        Process subscriber =
                new ProcessBuilder(
                                mosquitto(
                                        "sub", "tls", "-i", "mosq", "-t", "m/#", "-C", "1", "-W",
                                        "20", "-v"))
                        .redirectOutput(received.toFile())
                        .start();
        await().until(() -> subscriptionsOfMosquitto() == 1);

        assertThat(run(mosquitto("pub", "tls", "-t", "m/1", "-m", "hello", "-q", "1"))).isZero();

        assertThat(subscriber.waitFor()).isZero();
        assertThat(Files.readAllLines(received)).containsExactly("m/1 hello");
    }

    @Test
    void mosquittoNeedsACertificateOfTheRightAuthority() throws Exception {
        Assumptions.assumeTrue(Files.exists(MOSQUITTO_PUB), "mosquitto-clients is not installed");
        assertThat(run(mosquitto("pub", "mutual", pump))).isZero();
        assertThat(run(mosquitto("pub", "mutual", stranger))).isNotZero();
        assertThat(run(mosquitto("pub", "mutual", "-t", "m", "-m", "x"))).isNotZero();
        assertThat(run(mosquitto("pub", "polite", "-t", "m", "-m", "x"))).isZero();
        assertThat(run(mosquitto("pub", "polite", stranger))).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls", "mutual", "polite"})
    void pahoPublishesAndSubscribes(String listener) throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        MqttConnectOptions options = new MqttConnectOptions();
        options.setSocketFactory(context(true).getSocketFactory());
        try (var client =
                new org.eclipse.paho.client.mqttv3.MqttClient(
                        "ssl://localhost:" + node.port(listener), "paho-" + listener, null)) {
            client.connect(options);
            client.subscribe("p/" + listener, 2, (_, message) -> received.add(message.toString()));
            byte[] large = "x".repeat(200_000).getBytes(StandardCharsets.UTF_8);
            client.publish("p/" + listener, large, 2, false);

            assertThat(received.poll(20, TimeUnit.SECONDS)).hasSize(200_000);
            client.disconnect();
        }
    }

    @Test
    void hiveMqClientPublishesAndSubscribes() throws Exception {
        Mqtt5BlockingClient client =
                MqttClient.builder()
                        .useMqttVersion5()
                        .identifier("hive")
                        .serverHost("localhost")
                        .serverPort(node.port("mutual"))
                        .sslConfig()
                        .trustManagerFactory(authority.trust())
                        .keyManagerFactory(authority.identity("pump-7"))
                        .applySslConfig()
                        .buildBlocking();
        client.connect();
        try (var publishes = client.publishes(com.hivemq.client.mqtt.MqttGlobalPublishFilter.ALL)) {
            client.subscribeWith().topicFilter("h/#").send();
            client.publishWith().topic("h/1").payload(new byte[] {7}).send();

            assertThat(publishes.receive(20, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes())
                    .containsExactly(7);
        }
        client.disconnect();
    }

    @Test
    void whoIsNotEncryptedIsClosedAndCounted() throws IOException {
        long before = node.node().networkCounters().handshakesFailed.sum();
        try (RawClient client = node.raw("tls")) {
            client.send(RawClient.connectPacket("plain"));
            client.awaitClosed();
        }
        await().until(() -> node.node().networkCounters().handshakesFailed.sum() == before + 1);
        assertServed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001zzzz"})
    void garbageIsClosed(String garbage) throws IOException {
        try (RawClient client = node.raw("mutual")) {
            client.send(garbage.getBytes(StandardCharsets.ISO_8859_1));
            client.endOutput();
            client.awaitClosed();
        }
        assertServed();
    }

    @Test
    void whoNeverShakesHandsIsClosedInTime() throws IOException {
        long before = node.node().networkCounters().connectsTooLate.sum();
        try (RawClient silent = node.raw("tls");
                RawClient slow = node.raw("tls")) {
            slow.send(new byte[] {0x16, 0x03, 0x01});
            silent.awaitClosed();
            slow.awaitClosed();
        }
        await().until(() -> node.node().networkCounters().connectsTooLate.sum() >= before + 2);
    }

    @Test
    void anOldTlsIsRefused() throws Exception {
        try (SSLSocket socket = socket("polite")) {
            socket.setEnabledProtocols(new String[] {"TLSv1.3"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
        try (SSLSocket socket = socket("polite")) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
        }
    }

    @Test
    void theEndIsSaidSoThatNobodyCanCutItShort() throws Exception {
        try (SSLSocket socket = socket("tls")) {
            socket.startHandshake();
            socket.getOutputStream().write(new byte[] {(byte) 0xFF, 0}); // no packet of MQTT

            assertThat(socket.getInputStream().read()).isEqualTo(-1); // not a truncation
        }
    }

    private static void assertServed() throws IOException {
        try (RawClient client = node.raw()) {
            client.connectAs("still-served");
        }
    }

    private static long subscriptionsOfMosquitto() throws Exception {
        return node.node().clients(100).get().stream()
                .filter(client -> client.connected() && client.clientId().startsWith("mosq"))
                .mapToInt(ClientInfo::subscriptions)
                .sum();
    }

    private static SSLSocket socket(String listener) throws Exception {
        SSLSocket socket =
                (SSLSocket)
                        context(false)
                                .getSocketFactory()
                                .createSocket("127.0.0.1", node.port(listener));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static SSLContext context(boolean withCertificate) throws Exception {
        return authority.clientContext(withCertificate ? "pump-7" : null);
    }

    private static List<String> mosquitto(String what, String listener, TestAuthority.Issued who)
            throws Exception {
        return mosquitto(
                what,
                listener,
                "--cert",
                who.certificate().toString(),
                "--key",
                who.key().toString(),
                "-t",
                "m",
                "-m",
                "x");
    }

    private static List<String> mosquitto(String what, String listener, String... arguments)
            throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "mosquitto_" + what,
                                "-h",
                                "localhost",
                                "-p",
                                String.valueOf(node.port(listener)),
                                "--cafile",
                                authority.certificate().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static @Nullable Integer run(List<String> command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
