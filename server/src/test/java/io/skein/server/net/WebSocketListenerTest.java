package io.skein.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.skein.mqtt.QoS;
import io.skein.server.RawClient;
import io.skein.server.TestNode;
import io.skein.server.tls.TestAuthority;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT over WebSocket: clients that others wrote, and frames written by hand. */
@Timeout(120)
class WebSocketListenerTest {
    private static final int CLOSE = 0x88;
    private static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};

    @TempDir private static Path directory;
    private static TestAuthority authority;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        authority = TestAuthority.create(directory, "plant");
        TestAuthority.Issued server = authority.server("server");
        node =
                TestNode.start(
                        directory,
                        "limits.connect-seconds-maximum=2",
                        "limits.upgrade-request-bytes-maximum=1024",
                        "listeners.1.name=ws",
                        "listeners.1.bind=127.0.0.1:0",
                        "listeners.1.protocol=websocket",
                        "listeners.2.name=wss",
                        "listeners.2.bind=127.0.0.1:0",
                        "listeners.2.protocol=websocket",
                        "listeners.2.path=/broker",
                        "listeners.2.allowed-origins=https://plant.example.com",
                        "listeners.3.name=listed",
                        "listeners.3.bind=127.0.0.1:0",
                        "listeners.3.protocol=websocket",
                        "listeners.3.allowed-origins=https://plant.example.com,http://x:8080",
                        "listeners.2.tls.certificate=" + server.certificate(),
                        "listeners.2.tls.key=" + server.key());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({"ws, ws://localhost:%d/mqtt", "wss, wss://localhost:%d/broker"})
    void pahoPublishesAndSubscribes(String listener, String url) throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        MqttConnectOptions options = new MqttConnectOptions();
        if (listener.equals("wss")) {
            options.setSocketFactory(context().getSocketFactory());
        }
        try (var client =
                new org.eclipse.paho.client.mqttv3.MqttClient(
                        url.formatted(node.port(listener)), "paho-" + listener, null)) {
            client.connect(options);
            client.subscribe("p/" + listener, 2, (_, message) -> received.add(message.toString()));
            for (int size : new int[] {1, 125, 126, 70_000, 200_000}) {
                byte[] payload = "x".repeat(size).getBytes(StandardCharsets.UTF_8);
                client.publish("p/" + listener, payload, 2, false);

                assertThat(received.poll(20, TimeUnit.SECONDS)).hasSize(size);
            }
            client.disconnect();
        }
    }

    @Test
    void hiveMqClientPublishesAndSubscribes() throws Exception {
        Mqtt5BlockingClient client =
                MqttClient.builder()
                        .useMqttVersion5()
                        .identifier("hive-ws")
                        .serverHost("localhost")
                        .serverPort(node.port("ws"))
                        .webSocketConfig()
                        .serverPath("mqtt")
                        .applyWebSocketConfig()
                        .buildBlocking();
        client.connect();
        try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.subscribeWith().topicFilter("h/#").send();
            client.publishWith().topic("h/1").payload(new byte[100_000]).send();

            assertThat(publishes.receive(20, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes())
                    .hasSize(100_000);
        }
        client.disconnect();
    }

    @Test
    void packetsAndFramesNeedNotAlign() throws IOException { // [MQTT-6.0.0-2] of both
        byte[] packets =
                RawClient.bytes(
                        RawClient.connectPacket("unaligned"),
                        RawClient.subscribePacket("unaligned", QoS.AT_MOST_ONCE),
                        RawClient.publishPacket("unaligned", new byte[300], QoS.AT_MOST_ONCE));
        for (int piece : new int[] {1, 7, 130, packets.length}) {
            try (WebSocket client = new WebSocket("ws", request("/mqtt", ""))) {
                client.expectUpgrade();
                ByteArrayOutputStream frames = new ByteArrayOutputStream();
                for (int at = 0; at < packets.length; at += piece) {
                    int end = Math.min(packets.length, at + piece);
                    frames.write(frame(0x82, Arrays.copyOfRange(packets, at, end)));
                }
                client.send(frames.toByteArray());

                client.awaitBytes(300); // CONNACK, SUBACK and the message
                client.send(frame(0x89, new byte[] {1, 2, 3}));
                assertThat(client.awaitFrame(0x8A)).containsExactly(1, 2, 3);
            }
        }
    }

    @Test
    void aMessageInPartsIsOneStreamOfBytes() throws IOException { // [MQTT-6.0.0-2] of both
        byte[] connect = RawClient.bytes(RawClient.connectPacket("in-parts"));
        try (WebSocket client = new WebSocket("ws", request("/mqtt", ""))) {
            client.expectUpgrade();
            client.send(frame(0x02, Arrays.copyOfRange(connect, 0, 5)));
            client.send(frame(0x89, new byte[0]));
            client.send(frame(0x80, Arrays.copyOfRange(connect, 5, connect.length)));

            assertThat(client.awaitFrame(0x82)[0]).isEqualTo((byte) 0x20);
        }
    }

    @Test
    void bytesAreMaskedWhereverTheyAreCut() throws IOException {
        byte[] packets =
                RawClient.bytes(
                        RawClient.connectPacket("dripping"),
                        RawClient.subscribePacket("dripping", QoS.AT_MOST_ONCE),
                        RawClient.publishPacket("dripping", new byte[40], QoS.AT_MOST_ONCE));
        try (WebSocket client = new WebSocket("ws", request("/mqtt", ""))) {
            client.expectUpgrade();
            for (byte b : frame(0x82, packets)) {
                client.send(new byte[] {b});
            }

            client.awaitBytes(40);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "81, 1003, a text frame [MQTT-6.0.0-1] of both",
        "C2, 1002, a reserved bit",
        "80, 1002, a continuation of nothing",
        "83, 1002, an unknown kind",
        "09, 1002, a ping in parts"
    })
    void whatIsNoBinaryFrameEndsTheConnection(String first, int status, String why)
            throws IOException {
        for (boolean connected : new boolean[] {false, true}) {
            try (WebSocket client = new WebSocket("ws", request("/mqtt", ""))) {
                client.expectUpgrade();
                if (connected) {
                    client.send(
                            frame(0x82, RawClient.bytes(RawClient.connectPacket("breaks-rules"))));
                    client.awaitFrame(0x82);
                }
                client.send(frame(Integer.parseInt(first, 16), new byte[] {'x'}));

                byte[] reason = client.awaitFrame(CLOSE);
                assertThat(reason).as(why).containsExactly(status >> 8, status & 0xFF);
                client.awaitEnd();
            }
        }
        assertServed();
    }

    @Test
    void aFrameWithoutMaskEndsTheConnection() throws IOException {
        try (WebSocket client = new WebSocket("ws", request("/mqtt", ""))) {
            client.expectUpgrade();
            client.send(new byte[] {(byte) 0x82, 1, 0x10, 0, 0, 0, 0});

            assertThat(client.awaitFrame(CLOSE)).containsExactly(1002 >> 8, 1002 & 0xFF);
            client.awaitEnd();
        }
    }

    @Test
    void aFrameLargerThanAnyPacketIsReadAsItComesAndRefused() throws IOException {
        try (WebSocket client = new WebSocket("ws", request("/mqtt", ""))) {
            client.expectUpgrade();
            ByteBuf header = Unpooled.buffer();
            header.writeByte(0x82).writeByte(0xFF).writeLong(Long.MAX_VALUE).writeInt(0);
            header.writeByte(0x10).writeInt(0xFFFF_FF7F); // CONNECT of 256 MiB
            byte[] bytes = new byte[header.readableBytes()];
            header.readBytes(bytes);
            client.send(bytes);

            client.awaitEnd();
        }
        assertServed();
    }

    @Test
    void aCloseIsAnswered() throws IOException {
        try (WebSocket client = new WebSocket("ws", request("/mqtt", ""))) {
            client.expectUpgrade();
            client.send(frame(0x82, RawClient.bytes(RawClient.connectPacket("leaves"))));
            client.awaitFrame(0x82);
            client.send(frame(CLOSE, new byte[] {3, (byte) 0xE8}));

            client.awaitFrame(CLOSE);
            client.awaitEnd();
        }
    }

    @Test
    void theAnswerSelectsTheSubprotocol() throws IOException { // [MQTT-6.0.0-4] of both
        String answer = answer("ws", request("/mqtt", ""));

        assertThat(answer)
                .startsWith("HTTP/1.1 101 ")
                .contains("Sec-WebSocket-Protocol: mqtt\r\n")
                .contains(
                        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"); // RFC 6455, 1.3
    }

    @Test
    void aSubprotocolOtherThanMqttIsRefused() throws IOException { // [MQTT-6.0.0-3] of both
        String request = request("/mqtt", "").replace("Protocol: mqtt", "Protocol: chat");

        assertThat(answer("ws", request)).startsWith("HTTP/1.1 400 ").contains("subprotocol");
    }

    @Test
    void otherRequestsAreAnsweredInWords() throws IOException {
        assertThat(answer("ws", request("/elsewhere", ""))).startsWith("HTTP/1.1 404 ");
        assertThat(answer("ws", "GET /mqtt HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 426 ");
        assertThat(answer("ws", request("/mqtt", "").replace("Version: 13", "Version: 8")))
                .startsWith("HTTP/1.1 426 ");
        assertThat(answer("ws", request("/mqtt", "").replace("dGhlIHNhbXBsZSBub25jZQ==", "short")))
                .startsWith("HTTP/1.1 400 ");
        assertThat(answer("ws", request("/mqtt", "X: " + "y".repeat(2_000) + "\r\n")))
                .startsWith("HTTP/1.1 431 ");
        assertServed();
    }

    @Test
    void pagesFromElsewhereAreRefused() throws IOException {
        assertThat(answer("ws", request("/mqtt", "Origin: http://localhost:8880\r\n")))
                .startsWith("HTTP/1.1 101 ");
        assertThat(answer("ws", request("/mqtt", "Origin: https://evil.example\r\n")))
                .startsWith("HTTP/1.1 403 ");
        assertThat(answer("ws", request("/mqtt", "Origin: null\r\n"))).startsWith("HTTP/1.1 403 ");
    }

    @ParameterizedTest
    @CsvSource({
        "https://plant.example.com, 101",
        "http://x:8080, 101",
        "http://localhost, 101",
        "http://plant.example.com, 403",
        "http://x, 403"
    })
    void pagesFromListedOriginsAreLetIn(String origin, int status) throws IOException {
        assertThat(answer("listed", request("/mqtt", "Origin: " + origin + "\r\n")))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /mq", "GET /mqtt HTTP/1.1\r\nHost: x\r\n"})
    void whoNeverAsksIsClosedInTime(String start) throws IOException {
        try (WebSocket client = new WebSocket("ws", start)) {
            client.awaitEnd();
        }
    }

    private static void assertServed() throws IOException {
        try (RawClient client = node.raw()) {
            client.connectAs("still-served-ws");
        }
    }

    private static String request(String path, String further) {
        return "GET "
                + path
                + " HTTP/1.1\r\nHost: localhost:1\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mqtt\r\n"
                + "Sec-WebSocket-Version: 13\r\n"
                + further
                + "\r\n";
    }

    private static String answer(String listener, String request) throws IOException {
        try (WebSocket client = new WebSocket(listener, request)) {
            return client.head();
        }
    }

    private static byte[] frame(int first, byte[] payload) {
        ByteBuf out = Unpooled.buffer();
        out.writeByte(first);
        if (payload.length < 126) {
            out.writeByte(0x80 | payload.length);
        } else {
            out.writeByte(0x80 | 126).writeShort(payload.length);
        }
        out.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            out.writeByte(payload[i] ^ MASK[i % MASK.length]);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private static SSLContext context() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.issued("authority"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** A client whose frames the test writes itself. Blocking. */
    private static final class WebSocket implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;

        WebSocket(String listener, String request) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), node.port(listener));
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(socket.getInputStream());
            send(request.getBytes(StandardCharsets.US_ASCII));
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readUnsignedByte());
            }
            int length = head.indexOf("Content-Length: ");
            if (length >= 0) {
                int end = head.indexOf("\r\n", length);
                int bytes = Integer.parseInt(head.substring(length + 16, end));
                head.append(new String(in.readNBytes(bytes), StandardCharsets.UTF_8));
            }
            return head.toString();
        }

        void expectUpgrade() throws IOException {
            assertThat(head()).startsWith("HTTP/1.1 101 ");
        }

        /** The payload of the next frame with this first byte. */
        byte[] awaitFrame(int first) throws IOException {
            while (true) {
                int actual = in.readUnsignedByte();
                byte[] payload = payload();
                if (actual == first) {
                    return payload;
                }
            }
        }

        /** Binary frames until they contain this many bytes together. */
        void awaitBytes(int bytes) throws IOException {
            int sum = 0;
            while (sum < bytes) {
                assertThat(in.readUnsignedByte()).isEqualTo(0x82); // [MQTT-6.0.0-1] of both
                sum += payload().length;
            }
        }

        private byte[] payload() throws IOException {
            int length = in.readUnsignedByte();
            return in.readNBytes(length == 126 ? in.readUnsignedShort() : length);
        }

        void awaitEnd() {
            await().until(() -> {
                try {
                    return in.read() < 0;
                } catch (EOFException e) {
                    return true;
                } catch (IOException e) {
                    return !(e instanceof java.net.SocketTimeoutException);
                }
            });
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
