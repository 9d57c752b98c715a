package io.skein.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skein.lab.load.LoadFailedException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes over the wire and should not: an agent refuses it and serves the next. */
@Timeout(60)
class AgentProtocolTest {
    private final List<String> log = new CopyOnWriteArrayList<>();
    private Agent agent;

    @BeforeEach
    void open() throws IOException {
        agent =
                Agent.open(
                        new AgentAddress("127.0.0.1", 0),
                        AgentKeys.NONE,
                        NanoClock.SYSTEM,
                        log::add);
    }

    @AfterEach
    void close() {
        agent.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), agent.address().port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void frame(Socket socket, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(body.length);
        out.write(body);
        out.flush();
    }

    private void assertIsClosedWith(Socket socket, String reason) throws IOException {
        assertThat(socket.getInputStream().readAllBytes()).isNotNull();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> log.stream().anyMatch(line -> line.contains(reason)));
    }

    private void assertServes() throws Exception {
        try (RemoteAgent next =
                RemoteAgent.connect(0, agent.address(), Controllers.unprotected(), _ -> {})) {
            assertThat(next.environment().java()).isNotEmpty();
        }
    }

    @Test
    void garbageIsRefused() throws Exception {
        byte[] garbage = new byte[100_000];
        new Random(7).nextBytes(garbage);
        garbage[0] = 0x7F; // of a length that is too large, whatever comes behind
        try (Socket socket = connect()) {
            socket.getOutputStream().write(garbage);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> log.stream().anyMatch(line -> line.contains("a frame of")));
        }
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "GET / HTTP/1.1",
                "{\"type\":\"nothing of this\"}",
                "{\"type\":\"java.lang.Runtime\"}",
                "{\"type\":\"login\"}",
                "{\"type\":\"login\",\"protocol\":2,\"version\":\"1\",\"controller\":\"c\",\"nonce\":null,\"proof\":\"\"}",
                "{\"type\":\"stop\"}",
                "{\"type\":\"login\",\"protocol\":2,\"version\":\"1\",\"controller\":\"c\",\"nonce\":\"n\",\"proof\":\"\"} and more"
            })
    void whatIsNoLoginIsRefused(String text) throws Exception {
        try (Socket socket = connect()) {
            frame(socket, text);
            assertIsClosedWith(socket, "waiting for the next");
        }
        assertThat(log).noneMatch(line -> line.endsWith("is here"));
        assertServes();
    }

    @Test
    void framesBeforeTheLoginAreSmall() throws Exception {
        try (Socket socket = connect()) {
            frame(socket, " ".repeat(Frames.GREETING_BYTES_LIMIT + 1));
            assertIsClosedWith(socket, "not within 1 to " + Frames.GREETING_BYTES_LIMIT);
        }
        assertServes();
    }

    @Test
    void aControllerOfAnotherVersionIsToldSo() throws Exception {
        try (Socket socket = connect()) {
            frame(
                    socket,
                    "{\"type\":\"login\",\"protocol\":99,\"version\":\"7.0\",\"controller\":\"c\",\"nonce\":\"n\",\"proof\":\"\",\"mood\":\"x\"}");

            String heard =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(heard)
                    .contains("\"type\":\"refused\"", "speaks version 99", "laboratory 7.0");
        }
        assertServes();
    }

    @Test
    void anAgentOfAnotherVersionIsNotUsed() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> {
                        try (Socket socket = other.accept()) {
                            frame(
                                    socket,
                                    "{\"type\":\"hello\",\"protocol\":3,\"version\":\"0.2\",\"secret\":false,\"nonce\":\"n\",\"further\":[]}");
                            socket.getInputStream().readAllBytes();
                        } catch (IOException e) {
                            log.add(e.toString());
                        }
                    });

            assertThatThrownBy(() ->
                            RemoteAgent.connect(
                                    0,
                                    new AgentAddress("127.0.0.1", other.getLocalPort()),
                                    Controllers.unprotected(),
                                    _ -> {}))
                    .isInstanceOf(LoadFailedException.class)
                    .hasMessageContaining(
                            "speaks version 3 of the protocol (laboratory 0.2), not 2");
        }
    }

    @Test
    void anotherControllerWaitsItsTurn() throws Exception {
        try (RemoteAgent first =
                RemoteAgent.connect(0, agent.address(), Controllers.unprotected(), _ -> {})) {
            assertThat(first.number()).isZero();

            assertThatThrownBy(this::assertServes)
                    .hasMessageContaining("serves another controller");
        }
        assertServes();
    }

    @Test
    void anOrderOutOfTurnEndsTheLoad() throws Exception {
        List<RemoteAgent.Event> heard = new CopyOnWriteArrayList<>();
        try (RemoteAgent controller =
                RemoteAgent.connect(0, agent.address(), Controllers.unprotected(), heard::add)) {
            controller.say(new Message.Begin(0));

            await().atMost(Duration.ofSeconds(30)).until(() -> !heard.isEmpty());
            assertThat(heard.getFirst().received().message())
                    .isEqualTo(
                            new Message.Failed(
                                    "the controller says Begin where Connect or Idle is due"));
        }
        assertServes();
    }

    @Test
    void messagesAreReadAsTheyWereWritten() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket one = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket other = listener.accept()) {
            Frames writer = new Frames(one, NanoClock.SYSTEM);
            Frames reader = new Frames(other, NanoClock.SYSTEM);
            Message second = new Message.Second(1L << 60, true, 2, 3, 0.5, 1e-9, "x");

            writer.write(second);
            writer.write(new Message.Drained(Map.of(7, "0-99")));

            assertThat(reader.read().message()).isEqualTo(second);
            assertThat(reader.read().message()).isEqualTo(new Message.Drained(Map.of(7, "0-99")));
            one.shutdownOutput();
            assertThatThrownBy(reader::read).isInstanceOf(IOException.class);
        }
    }
}
