package io.skein.server.net;

import static io.skein.server.RawClient.bytes;
import static io.skein.server.RawClient.connectPacket;
import static io.skein.server.RawClient.publishPacket;
import static io.skein.server.RawClient.subscribePacket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.ConnAck;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.Packet;
import io.skein.mqtt.packet.PingReq;
import io.skein.mqtt.packet.PingResp;
import io.skein.mqtt.packet.PubAck;
import io.skein.mqtt.packet.Publish;
import io.skein.mqtt.packet.SubAck;
import io.skein.server.RawClient;
import io.skein.server.TestNode;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections one by one and in numbers, against a node with four loops. */
class ConnectionsTest {
    private static TestNode node;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        node = TestNode.start(directory, "limits.connect-seconds-maximum=1");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void everyClientIsServedWhateverLoopAcceptedIt() throws IOException {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(node.raw());
        }
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).send(connectPacket("everyone-" + i));
        }
        for (RawClient client : clients) {
            assertThat(client.next(ConnAck.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            client.send(subscribePacket("everyone", QoS.AT_LEAST_ONCE));
            client.next(SubAck.class);
        }

        clients.getFirst().send(publishPacket("everyone", text("hello"), QoS.AT_LEAST_ONCE));

        for (RawClient client : clients) {
            assertThat(nextPublish(client).payload()).isEqualTo(text("hello"));
            client.close();
        }
    }

    @Test
    void whatComesBehindConnectMovesWithIt() throws IOException {
        for (int i = 0; i < 50; i++) {
            try (RawClient client = node.raw()) {
                client.send(
                        connectPacket("behind-" + i),
                        subscribePacket("behind/" + i, QoS.AT_MOST_ONCE),
                        publishPacket("behind/" + i, text("x"), QoS.AT_MOST_ONCE),
                        PingReq.INSTANCE);

                client.next(ConnAck.class);
                // A message may overtake the answer to the subscription it is for.
                assertThat(List.of(client.next(), client.next(), client.next()))
                        .extracting(packet -> packet.getClass().getSimpleName())
                        .containsExactlyInAnyOrder("SubAck", "Publish", "PingResp");
            }
        }
    }

    @Test
    void packetsMayComeByteByByte() throws IOException { // [MQTT-7.1.1-1] [MQTT-4.2-1]
        try (RawClient client = node.raw()) {
            byte[] all =
                    bytes(
                            connectPacket("slowly"),
                            subscribePacket("slowly", QoS.AT_MOST_ONCE),
                            publishPacket("slowly", text("drop by drop"), QoS.AT_MOST_ONCE));
            for (byte b : all) {
                client.send(new byte[] {b});
            }

            client.next(ConnAck.class);
            assertThat(nextPublish(client).payload()).isEqualTo(text("drop by drop"));
        }
    }

    @Test
    void everythingSentBeforeTheEndIsHandled() throws IOException {
        try (RawClient subscriber = node.raw()) {
            subscriber.connectAs("listens-to-the-end");
            subscriber.send(subscribePacket("end/#", QoS.AT_MOST_ONCE));
            subscriber.next(SubAck.class);
            for (int i = 0; i < 20; i++) {
                try (RawClient hasty = node.raw()) {
                    hasty.send(
                            connectPacket("hasty-" + i),
                            publishPacket("end/" + i, text("last words"), QoS.AT_MOST_ONCE),
                            new Disconnect(ReasonCode.SUCCESS, Properties.EMPTY));
                    hasty.endOutput();
                    hasty.awaitClosed();
                }
                assertThat(nextPublish(subscriber).topic().name()).isEqualTo("end/" + i);
            }
        }
    }

    @Test
    void aLargeMessageArrivesWhole() throws IOException { // [MQTT-7.1.1-1] [MQTT-4.2-1]
        byte[] payload = new byte[3 << 20];
        new Random(1).nextBytes(payload);
        try (RawClient client = node.raw()) {
            client.connectAs("large");
            client.send(subscribePacket("large", QoS.AT_LEAST_ONCE));
            client.next(SubAck.class);
            client.send(publishPacket("large", payload, QoS.AT_LEAST_ONCE));

            assertThat(nextPublish(client).payload()).isEqualTo(payload);
        }
    }

    @Test
    void aClientThatConnectsAndVanishesLeavesNothingBehind() throws IOException {
        for (int i = 0; i < 100; i++) {
            RawClient client = node.raw();
            client.send(connectPacket("vanishes-" + i));
            client.reset();
        }

        await().ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() ->
                        assertThat(node.node().clients(1_000).get())
                                .noneMatch(c -> c.clientId().startsWith("vanishes")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "\u0000\u0000\u0000\u0000",
                "\u0016\u0003\u0001\u0002\u0000", // the beginning of TLS
                "\u0010\u007f\u007f\u007f\u007f", // CONNECT of 127 bytes that is none
                "\u00c0\u0000", // PINGREQ first
                "\u0010\u00ff\u00ff\u00ff\u007f", // CONNECT of 256 MiB
                "\u0010\u00ff\u00ff\u00ff\u00ff\u0001" // a length of five bytes
            })
    void whatIsNoConnectIsClosed(String garbage) throws IOException {
        try (RawClient client = node.raw()) {
            client.send(garbage.getBytes(StandardCharsets.ISO_8859_1));

            client.awaitClosed();
        }
    }

    @Test
    void aClientThatDoesNotFinishItsConnectIsClosedInTime() throws IOException {
        byte[] connect = bytes(connectPacket("half"));
        try (RawClient half = node.raw();
                RawClient silent = node.raw()) {
            half.send(Arrays.copyOf(connect, connect.length - 1));

            assertThatThrownBy(half::next).isInstanceOf(EOFException.class);
            assertThatThrownBy(silent::next).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void anUnsupportedVersionIsToldSo() throws IOException {
        try (RawClient client = node.raw()) {
            byte[] connect = bytes(connectPacket("future"));
            connect[8] = 6; // the protocol level

            client.send(connect);

            assertThat(client.next(ConnAck.class).reason())
                    .isEqualTo(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
            client.awaitClosed();
        }
    }

    @Test
    void garbageAfterConnectIsAnsweredWithTheReason() throws IOException {
        try (RawClient client = node.raw()) {
            client.connectAs("turns-bad");
            client.send(new byte[] {0x00, 0x01, 0x02, 0x03});

            assertThat(client.next(Disconnect.class).reason())
                    .isEqualTo(ReasonCode.MALFORMED_PACKET);
            client.awaitClosed();
        }
    }

    @Test
    void aPacketThatIsTooLargeIsRefusedAtItsHeaderAlsoWhileItIsBeingSent() throws IOException {
        try (RawClient client = node.raw()) {
            client.connectAs("too-large");
            byte[] header = {0x30, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f};
            client.send(header).send(new byte[100_000]);

            assertThat(client.next(Disconnect.class).reason())
                    .isEqualTo(ReasonCode.PACKET_TOO_LARGE);
            client.awaitClosed();
        }
    }

    @Test
    void aTakenOverConnectionIsClosedWithTheReason() throws IOException {
        try (RawClient first = node.raw();
                RawClient second = node.raw()) {
            first.connectAs("twin");
            second.connectAs("twin");

            assertThat(first.next(Disconnect.class).reason())
                    .isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
            first.awaitClosed();
            second.send(PingReq.INSTANCE);
            assertThat(second.next()).isInstanceOf(PingResp.class);
        }
    }

    @Test
    void aClientThatBreaksItsKeepAliveIsClosedWithTheReason() throws IOException {
        try (RawClient client = node.raw()) {
            Connect usual = connectPacket("falls-silent");
            client.send(
                    new Connect(
                            usual.version(),
                            usual.clientId(),
                            true,
                            1,
                            Properties.EMPTY,
                            null,
                            null,
                            null));
            client.next(ConnAck.class);

            assertThat(client.next(Disconnect.class).reason())
                    .isEqualTo(ReasonCode.KEEP_ALIVE_TIMEOUT);
        }
    }

    @Test
    void aConnectionBeyondTheLimitIsClosed(@TempDir Path directory) throws Exception {
        try (TestNode small = TestNode.start(directory, "limits.connections-maximum=2");
                RawClient one = small.raw();
                RawClient two = small.raw()) {
            one.connectAs("one");
            two.connectAs("two");
            try (RawClient three = small.raw()) {
                three.awaitClosed();
            }
            two.reset();

            await().ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> {
                        try (RawClient three = small.raw()) {
                            assertThat(three.connectAs("three").reason())
                                    .isEqualTo(ReasonCode.SUCCESS);
                        }
                    });
        }
    }

    /** The next PUBLISH; acknowledgements of the client's own packets are passed over. */
    private static Publish nextPublish(RawClient client) throws IOException {
        while (true) {
            switch (client.next()) {
                case Publish publish -> {
                    return publish;
                }
                case PubAck _, SubAck _ -> {}
                case Packet other -> throw new AssertionError("unexpected " + other);
            }
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
