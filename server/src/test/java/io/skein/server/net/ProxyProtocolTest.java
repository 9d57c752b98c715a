package io.skein.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.broker.ClientInfo;
import io.skein.server.RawClient;
import io.skein.server.TestNode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners behind a proxy, and those that are not. */
@Timeout(60)
class ProxyProtocolTest {
    private static final byte[] SIGNATURE_2 = {
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
    };
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;

    private static TestNode node;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        node =
                TestNode.start(
                        directory,
                        "limits.connect-seconds-maximum=2",
                        "listeners.1.name=proxied",
                        "listeners.1.bind=127.0.0.1:0",
                        "listeners.1.proxy-protocol=true",
                        "listeners.1.allow-anonymous=true",
                        "listeners.2.name=distrustful",
                        "listeners.2.bind=127.0.0.1:0",
                        "listeners.2.proxy-protocol=true",
                        "listeners.2.trusted-proxies=10.0.0.0/8,fd00::/8",
                        "listeners.2.allow-anonymous=true",
                        "listeners.3.name=trusting",
                        "listeners.3.bind=127.0.0.1:0",
                        "listeners.3.proxy-protocol=true",
                        "listeners.3.proxy-identity=true",
                        "listeners.3.trusted-proxies=127.0.0.1",
                        "listeners.3.allow-anonymous=true");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.0.2.7 192.0.2.1 5555 1883, 192.0.2.7:5555",
        "PROXY TCP6 2001:db8::7 2001:db8::1 5555 1883, '[2001:db8:0:0:0:0:0:7]:5555'",
        "PROXY UNKNOWN, 127.0.0.1"
    })
    void version1TellsTheAddress(String header, String address) throws Exception {
        assertSeenAs((header + "\r\n").getBytes(StandardCharsets.US_ASCII), address);
    }

    @Test
    void version2TellsTheAddress() throws Exception {
        assertSeenAs(version2(PROXY, "192.0.2.9", 4444, new byte[0]), "192.0.2.9:4444");
        assertSeenAs(version2(PROXY, "2001:db8::9", 4444, new byte[0]), "[2001:db8:");
        assertSeenAs(version2(LOCAL, "192.0.2.9", 4444, new byte[0]), "127.0.0.1");
    }

    private static void assertSeenAs(byte[] header, String address) throws Exception {
        try (RawClient client = node.raw("proxied")) {
            client.send(header);
            client.connectAs("proxied");

            assertThat(info("proxied").address()).startsWith(address);
        }
    }

    @Test
    void headerAndConnectMayComeTogetherOrByteByByte() throws IOException {
        ByteBuf all = Unpooled.buffer();
        all.writeBytes(version2(PROXY, "192.0.2.9", 4444, new byte[0]));
        all.writeBytes(RawClient.bytes(RawClient.connectPacket("together")));
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        try (RawClient together = node.raw("proxied");
                RawClient dripping = node.raw("proxied")) {
            together.send(bytes);
            together.next();
            for (byte b : bytes) {
                dripping.send(new byte[] {b});
            }
            dripping.next();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY NONSENSE\r\n",
                "PROXY TCP4 300.1.1.1 1.1.1.1 1 1\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "\u0010\u0010\u0000\u0004MQTT"
            })
    void withoutAGoodHeaderNobodyIsServed(String start) throws IOException {
        long before = node.node().networkCounters().handshakesFailed.sum();
        try (RawClient client = node.raw("proxied")) {
            client.send((start + "x".repeat(200)).getBytes(StandardCharsets.ISO_8859_1));
            client.awaitClosed();
        }
        await().until(() -> node.node().networkCounters().handshakesFailed.sum() > before);
    }

    @Test
    void aHeaderThatNeverEndsIsClosedInTime() throws IOException {
        try (RawClient client = node.raw("proxied")) {
            client.send("PROXY TCP4 ".getBytes(StandardCharsets.US_ASCII));
            client.awaitClosed();
        }
    }

    @Test
    void whereNoProxyIsExpectedNoHeaderIsTaken() throws IOException {
        try (RawClient client = node.raw()) {
            client.send(
                    "PROXY TCP4 192.0.2.7 192.0.2.1 5555 1883\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            client.send(RawClient.connectPacket("pretender"));
            client.awaitClosed();
        }
    }

    @Test
    void aProxyThatIsNotTrustedIsClosed() throws IOException {
        try (RawClient client = node.raw("distrustful")) {
            client.send(version2(PROXY, "192.0.2.9", 4444, new byte[0]));
            client.send(RawClient.connectPacket("untrusted"));
            assertThatThrownBy(client::next).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aHealthCheckThatSaysNothingHarmsNobody() throws IOException {
        for (int i = 0; i < 10; i++) {
            node.raw("proxied").close();
        }
        try (RawClient client = node.raw()) {
            client.connectAs("after-health-checks");
        }
    }

    private static ClientInfo info(String clientId) throws Exception {
        return node.node().clients(100).get().stream()
                .filter(client -> client.clientId().equals(clientId) && client.connected())
                .findFirst()
                .orElseThrow();
    }

    private static byte[] version2(int command, String host, int port, byte[] extensions) {
        byte[] source = InetAddress.ofLiteral(host).getAddress();
        ByteBuf out = Unpooled.buffer();
        out.writeBytes(SIGNATURE_2).writeByte(command).writeByte(source.length == 4 ? 0x11 : 0x21);
        out.writeShort(2 * source.length + 4 + extensions.length);
        out.writeBytes(source).writeBytes(new byte[source.length]);
        out.writeShort(port).writeShort(1883).writeBytes(extensions);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}
