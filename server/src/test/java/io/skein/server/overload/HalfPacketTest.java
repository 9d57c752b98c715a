package io.skein.server.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Auth;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.PubComp;
import io.skein.mqtt.packet.PubRec;
import io.skein.mqtt.packet.PubRel;
import io.skein.mqtt.packet.Unsubscribe;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.server.RawClient;
import io.skein.server.tls.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send half of something and wait: they are closed when their time is over. */
@Timeout(120)
class HalfPacketTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final String UPGRADE =
            """
            GET /mqtt HTTP/1.1\r
            Host: localhost\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Protocol: mqtt\r
            \r
            """;

    @TempDir private static Path directory;
    private static TestAuthority authority;
    private static Watched node;

    @BeforeAll
    static void start() throws Exception {
        authority = TestAuthority.create(directory, "plant");
        TestAuthority.Issued server = authority.server("server");
        node =
                Watched.start(
                        directory,
                        "limits.connect-seconds-maximum=2",
                        "listeners.1.name=tls",
                        "listeners.1.bind=127.0.0.1:0",
                        "listeners.1.tls.certificate=" + server.certificate(),
                        "listeners.1.tls.key=" + server.key(),
                        "listeners.2.name=ws",
                        "listeners.2.bind=127.0.0.1:0",
                        "listeners.2.protocol=websocket");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static byte[] half(Packet packet) {
        byte[] whole = RawClient.bytes(packet);
        return Arrays.copyOf(whole, whole.length / 2);
    }

    private static Socket socket(String listener) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.node().port(listener));
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static SSLContext trusting() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.issued("authority"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static void upgrade(Socket socket) throws IOException {
        socket.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        assertThat(head).startsWith("HTTP/1.1 101 ");
    }

    /** A binary frame; a mask of zeros leaves the bytes as they are. */
    private static byte[] frame(byte[] payload) {
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) 0x82;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        return frame;
    }

    private static void awaitClosed(Socket socket) throws IOException {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset"); // closed as well
        }
    }

    @Test
    void half_a_connect_is_closed_behind_every_handshake() throws Exception {
        byte[] half = half(RawClient.connectPacket("half"));
        long before = node.metric("connects_too_late_total");
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), node.node().port());
                Socket webSocket = socket("ws");
                Socket carrier = socket("tls");
                Socket tls =
                        trusting()
                                .getSocketFactory()
                                .createSocket(carrier, "localhost", carrier.getPort(), true);
                RawClient here = node.connected("here")) {
            plain.getOutputStream().write(half);
            upgrade(webSocket);
            webSocket.getOutputStream().write(frame(half));
            tls.getOutputStream().write(half);

            awaitClosed(plain);
            awaitClosed(webSocket);
            awaitClosed(tls);
            assertThat(node.metric("connects_too_late_total")).isEqualTo(before + 3);
            here.send(PingReq.INSTANCE).next(PingResp.class);
        }
        node.awaitLogged("connects_too_late_total", "limits.connect-seconds-maximum");
    }

    @Test
    void half_of_any_other_packet_does_not_keep_a_client_alive() throws Exception {
        List<Packet> packets =
                List.of(
                        RawClient.publishPacket("t", new byte[100], QoS.EXACTLY_ONCE),
                        new PubAck(1),
                        new PubRec(1),
                        new PubRel(1),
                        new PubComp(1),
                        RawClient.subscribePacket("t", QoS.AT_LEAST_ONCE),
                        new Unsubscribe(1, List.of(TopicFilter.of("t")), Properties.EMPTY),
                        PingReq.INSTANCE,
                        new Disconnect(ReasonCode.DISCONNECT_WITH_WILL, Properties.EMPTY),
                        new Auth(
                                ReasonCode.RE_AUTHENTICATE,
                                Properties.builder()
                                        .string(Property.AUTHENTICATION_METHOD, "any")
                                        .build()));
        List<RawClient> clients = packets.stream().map(HalfPacketTest::stopsWithin).toList();
        try (RawClient here = node.connected("goes-on")) {
            for (int i = 0; i < packets.size(); i++) {
                assertThat(clients.get(i).next(Disconnect.class).reason())
                        .as("half of %s", packets.get(i))
                        .isEqualTo(ReasonCode.KEEP_ALIVE_TIMEOUT);
                clients.get(i).awaitClosed();
                clients.get(i).close();
            }
            here.send(PingReq.INSTANCE).next(PingResp.class);
        }
        assertThat(node.metric("keep_alive_timeouts_total")).isEqualTo(packets.size());
    }

    private static RawClient stopsWithin(Packet packet) {
        try {
            RawClient client = node.node().raw();
            String id = packet.getClass().getSimpleName();
            client.send(
                    new Connect(
                            ProtocolVersion.MQTT_5,
                            id,
                            true,
                            1,
                            Properties.EMPTY,
                            null,
                            null,
                            null));
            client.next(ConnAck.class);
            return client.send(half(packet));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
