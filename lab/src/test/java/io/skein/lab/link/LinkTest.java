package io.skein.lab.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skein.lab.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final long MILLI = 1_000_000;
    private static final InetSocketAddress ANYWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static Link link(InetSocketAddress to, String profile) throws IOException {
        return Link.open(ANYWHERE, to, LinkProfiles.parse(profile), 1);
    }

    private static Socket connect(Link link) throws IOException {
        Socket socket = new Socket(link.address().getAddress(), link.address().getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static long roundTripNanos(Socket socket) throws IOException {
        long began = System.nanoTime();
        socket.getOutputStream().write(1);
        assertThat(socket.getInputStream().read()).isEqualTo(1);
        return System.nanoTime() - began;
    }

    @Test
    @DisplayName("Nothing comes before its time, and the first bytes pay for the handshake")
    void delay() throws IOException {
        try (Echo echo = new Echo();
                Link link = link(echo.address(), "none:up-delay=30ms,down-delay=10ms");
                Socket socket = connect(link)) {
            assertThat(roundTripNanos(socket)).isGreaterThanOrEqualTo(75 * MILLI);
            assertThat(roundTripNanos(socket)).isBetween(40 * MILLI, 20_000 * MILLI);
            LinkTraffic traffic = link.traffic();
            assertThat(traffic.up().heldNanos().getMinValue()).isGreaterThan(29 * MILLI);
            assertThat(traffic.down().heldNanos().getMinValue()).isBetween(9 * MILLI, 29 * MILLI);
            assertThat(traffic.lateness().count()).isEqualTo(4);
            assertThat(traffic.line()).contains("1 connections").contains("late against");
        }
    }

    @Test
    @DisplayName("A link that changes keeps its connections, and what passes is held as it is then")
    void change() throws IOException {
        try (Echo echo = new Echo();
                Link link = link(echo.address(), "none");
                Socket socket = connect(link)) {
            roundTripNanos(socket);

            link.change(LinkProfiles.parse("none:delay=50ms"));
            assertThat(roundTripNanos(socket)).isGreaterThanOrEqualTo(100 * MILLI);

            link.change(LinkProfiles.parse("none"));
            roundTripNanos(socket);
            assertThat(link.traffic().up().heldNanos().getMaxValue()).isGreaterThan(49 * MILLI);
            assertThat(link.profile().roundTripNanos()).isZero();
            assertThat(link.traffic().connections()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("A megabyte comes whole and in order through jitter, loss and back")
    void order() throws IOException {
        byte[] bytes = new byte[1_000_000];
        new Random(5).nextBytes(bytes);
        try (Echo echo = new Echo();
                Link link = link(echo.address(), "none:delay=2ms,jitter=1ms,loss=0.2%");
                Socket socket = connect(link)) {
            CompletableFuture<Void> written =
                    CompletableFuture.runAsync(() -> {
                        try {
                            socket.getOutputStream().write(bytes);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
            assertThat(socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
            written.join();
            assertThat(link.traffic().up().bytes()).isEqualTo(bytes.length);
            assertThat(link.traffic().up().lostSegments()).isPositive();
        }
    }

    @Test
    @DisplayName("The bandwidth is shared by all connections")
    void bandwidth() throws IOException {
        byte[] bytes = new byte[50_000];
        try (Echo echo = new Echo();
                Link link = link(echo.address(), "none:up-bandwidth=4Mbit");
                Socket two = connect(link)) {
            long began = System.nanoTime();
            try (Socket one = connect(link)) {
                one.getOutputStream().write(bytes);
                two.getOutputStream().write(bytes);
                one.getInputStream().readNBytes(bytes.length);
                two.getInputStream().readNBytes(bytes.length);
            }
            assertThat(System.nanoTime() - began).isGreaterThan(200 * MILLI);
        }
    }

    @Test
    @DisplayName("What was sent before a close arrives before the close")
    void close() throws IOException {
        byte[] bytes = "the last words".getBytes(StandardCharsets.UTF_8);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Link link =
                        link(
                                (InetSocketAddress) server.getLocalSocketAddress(),
                                "none:delay=20ms");
                Socket socket = connect(link)) {
            try (Socket accepted = server.accept()) {
                accepted.getOutputStream().write(bytes);
            }
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    @DisplayName("Who does not read is not read for: the link holds a bounded part")
    void slowReader() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Link link = link((InetSocketAddress) server.getLocalSocketAddress(), "none");
                Socket socket = connect(link);
                Socket accepted = server.accept()) {
            byte[] bytes = new byte[64 * 1024 * 1024];
            CompletableFuture<Void> writing =
                    CompletableFuture.runAsync(() -> writeUntilClosed(socket, bytes));
            Settled settled = new Settled(link);
            await().atMost(Duration.ofSeconds(30)).until(settled::isReached);
            assertThat(link.traffic().up().bytes()).isBetween(1L, 32L * 1024 * 1024);
            assertThat(accepted.getInputStream().readNBytes(bytes.length)).hasSize(bytes.length);
            writing.join();
        }
    }

    /** Whether nothing more has passed for some polls in a row. */
    private static final class Settled {
        private final Link link;
        private long bytes;
        private int polls;

        Settled(Link link) {
            this.link = link;
        }

        boolean isReached() {
            long passed = link.traffic().up().bytes();
            polls = passed == bytes && passed > 0 ? polls + 1 : 0;
            bytes = passed;
            return polls == 5;
        }
    }

    private static void writeUntilClosed(Socket socket, byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
        } catch (IOException e) {
            // Closed by the test, which has failed already.
        }
    }

    @Test
    @DisplayName("Where nobody listens on the other side, the connection ends and is counted")
    void refusal() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) server.getLocalSocketAddress();
        }
        try (Link link = link(nobody, "lan");
                Socket socket = connect(link)) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(link.traffic().refusals()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("A link that is cut ends its connections and takes others")
    void cut() throws IOException {
        try (Echo echo = new Echo();
                Link link = link(echo.address(), "none");
                Socket socket = connect(link)) {
            roundTripNanos(socket);
            link.cut();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            try (Socket again = connect(link)) {
                roundTripNanos(again);
            }
        }
    }

    @Test
    @DisplayName("A port that is taken is told")
    void taken() throws IOException {
        try (Echo echo = new Echo()) {
            assertThatThrownBy(() ->
                            Link.open(
                                    echo.address(), echo.address(), LinkProfiles.parse("none"), 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen");
        }
    }

    @Test
    @DisplayName(
            "The command says where it listens, and at its end what passed and how late it was")
    void command() throws IOException {
        StopSignal stop = new StopSignal();
        stop.raise();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Echo echo = new Echo();
                PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            int exit =
                    LinkCommand.run(
                            new LinkCommand.Order(
                                    ANYWHERE,
                                    echo.address(),
                                    LinkProfiles.parse("satellite"),
                                    LinkMeans.PROXY,
                                    3),
                            Duration.ofSeconds(1),
                            stop,
                            print,
                            print);
            assertThat(exit).isEqualTo(LinkCommand.OK);
        }
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("geostationary", "RFC 2488", "seed 3", "late against what was set");
    }
}
