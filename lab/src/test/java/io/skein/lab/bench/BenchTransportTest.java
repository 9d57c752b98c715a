package io.skein.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.skein.lab.StopSignal;
import io.skein.lab.client.TlsFiles;
import io.skein.lab.fixture.Mosquitto;
import io.skein.lab.load.Counts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bench over WebSocket, against a broker that others wrote. */
@Timeout(60)
class BenchTransportTest {
    @ParameterizedTest(name = "payload of {0} bytes")
    @ValueSource(ints = {64, 10_000})
    void overWebSocketEveryMessageIsAccountedFor(int payloadBytes) throws Exception {
        int port = freePort();
        try (Mosquitto _ =
                Mosquitto.start(
                        "allow_anonymous true",
                        "max_queued_messages 0",
                        "listener " + port, // beside a plain one: Mosquitto does not start without
                        "protocol websockets")) {
            await().until(() -> accepts(port));
            BenchResult result =
                    Bench.run(
                            BenchOptions.builder()
                                    .target("ws://127.0.0.1:" + port + "/mqtt")
                                    .qos(1)
                                    .payloadBytes(payloadBytes)
                                    .warmup(Duration.ZERO)
                                    .duration(Duration.ofMillis(300))
                                    .build(),
                            new StopSignal(),
                            BenchListener.NONE);

            Counts counts = result.round().counts();
            assertThat(counts.sent()).isPositive();
            assertThat(counts.acknowledged()).isEqualTo(counts.sent());
            assertThat(counts.lost()).isZero();
            assertThat(counts.received()).isEqualTo(counts.sent());
        }
    }

    @Test
    void filesForTlsNeedATargetWithTls() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        BenchOptions.builder()
                                .target("mqtt://127.0.0.1")
                                .tls(new TlsFiles(Path.of("ca.crt"), null, null, false))
                                .build())
                .withMessageContaining("mqtts:// or wss://");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false; // not yet
        }
    }
}
