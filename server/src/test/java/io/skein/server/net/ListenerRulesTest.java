package io.skein.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skein.mqtt.Property;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.server.RawClient;
import io.skein.server.StartException;
import io.skein.server.TestNode;
import io.skein.server.tls.TestAuthority;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several listeners, each with rules of its own, and what changes while they are open. */
@Timeout(60)
class ListenerRulesTest {
    @Test
    void aListenerHasLimitsOfItsOwn(@TempDir Path directory) throws Exception {
        try (TestNode node =
                TestNode.start(
                        directory,
                        "listeners.1.name=small",
                        "listeners.1.bind=127.0.0.1:0",
                        "listeners.1.connections-maximum=1",
                        "listeners.1.packet-bytes-maximum=100")) {
            try (RawClient one = node.raw("small");
                    RawClient elsewhere = node.raw()) {
                one.connectAs("one");
                elsewhere.connectAs("elsewhere");
                try (RawClient two = node.raw("small")) {
                    two.send(RawClient.connectPacket("two"));
                    assertThatThrownBy(two::next).isInstanceOf(IOException.class);
                }
                assertThat(node.node().networkCounters().connectionsOverLimit.sum()).isEqualTo(1);

                byte[] large = new byte[200];
                elsewhere.send(RawClient.publishPacket("t", large, QoS.AT_MOST_ONCE));
                elsewhere.send(PingReq.INSTANCE);
                elsewhere.next(PingResp.class);
                one.send(RawClient.publishPacket("t", large, QoS.AT_MOST_ONCE));
                one.awaitClosed();
            }
            await().untilAsserted(() -> {
                try (RawClient again = node.raw("small")) {
                    again.connectAs("again");
                } catch (EOFException e) {
                    throw new AssertionError(e); // the first has not gone yet
                }
            });
        }
    }

    @Test
    void aListenerAnnouncesWhatItAccepts(@TempDir Path directory) throws Exception {
        try (TestNode node =
                TestNode.start(
                        directory,
                        "limits.packet-bytes-maximum=1000",
                        "listeners.1.name=small",
                        "listeners.1.bind=127.0.0.1:0",
                        "listeners.1.packet-bytes-maximum=100",
                        "listeners.2.name=large",
                        "listeners.2.bind=127.0.0.1:0",
                        "listeners.2.packet-bytes-maximum=5000")) {
            assertThat(announcedPacketBytes(node.raw())).isEqualTo(1_000);
            assertThat(announcedPacketBytes(node.raw("small"))).isEqualTo(100);
            assertThat(announcedPacketBytes(node.raw("large"))).isEqualTo(1_000);
        }
    }

    private static long announcedPacketBytes(RawClient client) throws IOException {
        try (client) {
            return client.connectAs("c").properties().number(Property.MAXIMUM_PACKET_SIZE, 0);
        }
    }

    @Test
    void bothVersionsOfTheInternetProtocolReachOnePort(@TempDir Path directory) throws Exception {
        try (TestNode node =
                        TestNode.start(
                                directory,
                                "listeners.0.bind=[::]:0",
                                "listeners.0.allow-anonymous=true");
                RawClient four = connect("127.0.0.1", node.port());
                RawClient six = connect("::1", node.port())) {
            four.connectAs("four");
            six.connectAs("six");

            assertThat(node.node().clients(10).get())
                    .extracting(client -> client.address().replaceFirst(":\\d+$", ""))
                    .containsExactlyInAnyOrder("127.0.0.1", "[0:0:0:0:0:0:0:1]");
        }
    }

    @Test
    void aCertificateIsReplacedWhileClientsStay(@TempDir Path directory) throws Exception {
        TestAuthority authority = TestAuthority.create(directory, "plant");
        TestAuthority.Issued first = authority.server("first");
        TestAuthority.Issued second = authority.server("second");
        Path certificate = Files.copy(first.certificate(), directory.resolve("live.crt"));
        Path key = Files.copy(first.key(), directory.resolve("live.key"));
        try (TestNode node =
                        TestNode.start(
                                directory,
                                "listeners.0.name=tls",
                                "listeners.0.tls.certificate=" + certificate,
                                "listeners.0.tls.key=" + key);
                SSLSocket before = socket(node.port())) {
            assertThat(subject(before)).isEqualTo("CN=first");
            Files.copy(second.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(second.key(), key, StandardCopyOption.REPLACE_EXISTING);

            await().untilAsserted(() -> {
                try (SSLSocket after = socket(node.port())) {
                    assertThat(subject(after)).isEqualTo("CN=second");
                }
            });

            before.getOutputStream().write(RawClient.bytes(RawClient.connectPacket("stays")));
            assertThat(before.getInputStream().read()).isEqualTo(0x20); // CONNACK
        }
    }

    @Test
    void aNodeWhoseCertificateIsWrongDoesNotStart(@TempDir Path directory) {
        assertThatThrownBy(() ->
                        TestNode.start(
                                directory,
                                "listeners.0.tls.certificate=/nowhere/server.crt",
                                "listeners.0.tls.key=/nowhere/server.key"))
                .isInstanceOf(StartException.class)
                .hasMessage(
                        "listener 'tls': certificate /nowhere/server.crt cannot be read: there is no"
                                + " such file");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.128, true",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "127.0.0.1, ::1, false",
        "fd00::/8, fd12::1, true",
        "0.0.0.0/0, 8.8.8.8, true"
    })
    void rangesOfAddresses(String range, String address, boolean contained) {
        assertThat(AddressRange.parse(range).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(contained);
    }

    private static RawClient connect(String host, int port) throws IOException {
        return RawClient.connect(new InetSocketAddress(InetAddress.ofLiteral(host), port));
    }

    private static String subject(SSLSocket socket) throws IOException {
        X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return shown.getSubjectX500Principal().getName();
    }

    private static SSLSocket socket(int port) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Credulous()}, null);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    /** Believes every certificate: the test looks at it itself. */
    private static final class Credulous implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
