package io.skein.lab.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.skein.lab.fixture.LyingBroker;
import io.skein.mqtt.Properties;
import io.skein.mqtt.ProtocolVersion;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.topic.TopicName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against brokers that do what no good broker does. */
@Timeout(30)
class OddBrokerTest {
    /** PUBLISH at QoS 2 on topic t, packet identifier 7, no properties, payload x. */
    private static final byte[] EXACTLY_ONCE = {0x34, 7, 0, 1, 't', 0, 7, 0, 'x'};

    private static final byte[] RELEASE = {0x62, 2, 0, 7};

    private final LyingBroker broker = new LyingBroker("", (_, frame) -> List.of(frame));
    private final ConcurrentLinkedQueue<String> texts = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<ConnectionLoss> closed = new CompletableFuture<>();
    private ClientLoops loops;

    @BeforeEach
    void open() {
        loops = ClientLoops.open(1);
    }

    @AfterEach
    void close() throws IOException {
        loops.close();
        broker.close();
    }

    private final class Inbox implements ClientListener, PublishFrameListener {
        private final boolean wantsFrames;

        Inbox(boolean wantsFrames) {
            this.wantsFrames = wantsFrames;
        }

        @Override
        public PublishFrameListener frames() {
            return wantsFrames ? this : null;
        }

        @Override
        public void onPublish(MqttClient client, Publish message) {
            texts.add(message.topic() + "=" + new String(message.payload(), UTF_8));
        }

        @Override
        public void onPublish(MqttClient client, ByteBuf buffer, PublishFrame frame) {
            texts.add(
                    buffer.toString(frame.topicIndex(), frame.topicLength(), UTF_8)
                            + "="
                            + buffer.toString(frame.payloadIndex(), frame.payloadLength(), UTF_8));
        }

        @Override
        public void onClosed(MqttClient client, ConnectionLoss loss) {
            closed.complete(loss);
        }
    }

    @ParameterizedTest(name = "as frames: {0}")
    @ValueSource(booleans = {false, true})
    void anExactlyOnceMessageIsHandedOnOnceUntilItIsReleased(boolean frames) throws Exception {
        MqttClient client = connect(frames);

        broker.sendToAll(EXACTLY_ONCE);
        broker.sendToAll(EXACTLY_ONCE);
        broker.sendToAll(RELEASE);
        broker.sendToAll(EXACTLY_ONCE);
        get(client.ping());

        assertThat(texts).containsExactly("t=x", "t=x");
    }

    @ParameterizedTest(name = "as frames: {0}")
    @ValueSource(booleans = {false, true})
    void packetsMayComeByteByByte(boolean frames) throws Exception {
        MqttClient client = connect(frames);

        for (int i = 0; i < 20; i++) {
            for (byte b : new byte[] {0x30, 5, 0, 1, 't', 0, (byte) ('a' + i)}) {
                broker.sendToAll(b);
                get(CompletableFuture.runAsync(() -> {}, client.eventLoop())); // time to read it
            }
        }
        get(client.ping());

        assertThat(texts).hasSize(20).contains("t=a", "t=t");
    }

    @Test
    void aDisconnectIsToldWithItsReason() throws Exception {
        connect(false);

        broker.sendToAll((byte) 0xE0, (byte) 2, (byte) 0x8E, (byte) 0);

        ConnectionLoss loss = get(closed);
        assertThat(loss.kind()).isEqualTo(ConnectionLoss.Kind.DISCONNECTED_BY_BROKER);
        assertThat(loss.reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(loss.message()).contains("session taken over (0x8E)");
    }

    @ParameterizedTest(name = "as frames: {0}")
    @ValueSource(booleans = {false, true})
    void bytesThatAreNoPacketEndTheConnection(boolean frames) throws Exception {
        connect(frames);

        broker.sendToAll((byte) 0x36, (byte) 2, (byte) 0, (byte) 0); // QoS 3

        assertThat(get(closed).kind()).isEqualTo(ConnectionLoss.Kind.PROTOCOL_ERROR);
    }

    @Test
    void aFrameThatEndsBeforeItsPartsDoIsNoPacket() throws Exception {
        connect(true);

        broker.sendToAll((byte) 0x30, (byte) 3, (byte) 0, (byte) 9, (byte) 't');

        assertThat(get(closed).kind()).isEqualTo(ConnectionLoss.Kind.PROTOCOL_ERROR);
    }

    @Test
    void aPingWithoutAnswerEndsTheConnection() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<MqttClient> connecting =
                    loops.connect(
                            new BrokerAddress("127.0.0.1", silent.getLocalPort()),
                            options().keepAliveSeconds(1).build(),
                            new Inbox(false));
            try (Socket socket = silent.accept()) {
                socket.getOutputStream().write(new byte[] {0x20, 3, 0, 0, 0});
                get(connecting);

                assertThat(get(closed).kind()).isEqualTo(ConnectionLoss.Kind.KEEP_ALIVE_TIMEOUT);
            }
        }
    }

    @Test
    void everythingWrittenArrivesBeforeTheDisconnectThoughTheSocketIsFull() throws Exception {
        byte[] payload = new byte[32 * 1024 * 1024];
        try (ServerSocket slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<MqttClient> connecting = connectTo(slow);
            try (Socket socket = slow.accept()) {
                socket.getOutputStream().write(new byte[] {0x20, 3, 0, 0, 0});
                MqttClient client = get(connecting);
                client.publish(large(payload));
                CompletableFuture<ConnectionLoss> left = client.disconnect();
                get(CompletableFuture.runAsync(() -> {}, client.eventLoop()));
                assertThat(left).as("while nobody reads").isNotDone();

                byte[] all = socket.getInputStream().readAllBytes();

                assertThat(all).hasSizeGreaterThan(payload.length);
                assertThat(all).endsWith(0xe0, 0);
                assertThat(get(left).kind()).isEqualTo(ConnectionLoss.Kind.CLOSED_BY_CLIENT);
            }
        }
    }

    @Test
    void aConnectionThatIsBeingLeftCanBeAborted() throws Exception {
        try (ServerSocket stuck = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<MqttClient> connecting = connectTo(stuck);
            try (Socket socket = stuck.accept()) {
                socket.getOutputStream().write(new byte[] {0x20, 3, 0, 0, 0});
                MqttClient client = get(connecting);
                client.publish(large(new byte[32 * 1024 * 1024]));
                CompletableFuture<ConnectionLoss> left = client.disconnect();

                client.abort();

                assertThat(get(left).message()).isEqualTo("disconnected");
            }
        }
    }

    private CompletableFuture<MqttClient> connectTo(ServerSocket server) {
        return loops.connect(
                new BrokerAddress("127.0.0.1", server.getLocalPort()),
                options().build(),
                new Inbox(false));
    }

    private static Publish large(byte[] payload) {
        return new Publish(
                TopicName.of("t"), payload, QoS.AT_MOST_ONCE, false, false, 0, Properties.EMPTY);
    }

    @Test
    void aListenerThatThrowsClosesItsConnection() throws Exception {
        MqttClient client =
                get(
                        loops.connect(
                                broker.address(),
                                options().build(),
                                new ClientListener() {
                                    @Override
                                    public void onPublish(MqttClient client, Publish message) {
                                        throw new IllegalStateException("listener is broken");
                                    }
                                }));

        broker.sendToAll(EXACTLY_ONCE);

        assertThat(get(client.closed()).message()).contains("listener is broken");
        await().until(() -> !client.isOpen());
    }

    private MqttClient connect(boolean frames) throws Exception {
        return get(loops.connect(broker.address(), options().build(), new Inbox(frames)));
    }

    private static ConnectOptions.Builder options() {
        return ConnectOptions.builder().version(ProtocolVersion.MQTT_5).clientId("odd");
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }
}
