package io.skein.server.links;

import static io.skein.server.links.Islands.await;
import static io.skein.server.links.Islands.link;
import static io.skein.server.links.Islands.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.skein.server.TestNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which version of MQTT a link takes, by what the far side answers to CONNECT. */
class LinkDialectTest {
    private static final int MQTT_5 = 5;
    private static final int MQTT_3_1_1 = 4;
    private static final int MQTT_3_1_1_BRIDGE = 0x84;

    private static final byte[] SILENCE = {};
    private static final byte[] ACCEPTED_5 = {0x20, 3, 0, 0, 0};
    private static final byte[] ACCEPTED_3_1_1 = {0x20, 2, 0, 0};
    private static final byte[] UNACCEPTABLE_VERSION_3_1_1 = {0x20, 2, 0, 1};
    private static final byte[] SERVER_UNAVAILABLE_5 = {0x20, 3, 0, (byte) 0x88, 0};

    @TempDir private Path directory;

    /** Answers CONNECT with bytes; ends the connection unless they accept it. */
    private static final class Doorway implements AutoCloseable {
        private final ServerSocket server =
                new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
        private final List<Integer> levels = new CopyOnWriteArrayList<>();
        private final IntFunction<byte[]> answers;

        Doorway(IntFunction<byte[]> answers) throws IOException {
            this.answers = answers;
            Thread.ofVirtual().start(this::serve);
        }

        private void serve() {
            try {
                while (true) {
                    Socket socket = server.accept();
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    in.readByte();
                    while (in.readByte() < 0) {
                        // the rest of the remaining length
                    }
                    in.readUTF();
                    int level = in.readUnsignedByte();
                    levels.add(level);
                    byte[] answer = answers.apply(level);
                    socket.getOutputStream().write(answer);
                    boolean accepts = answer.length > 3 && answer[3] == 0;
                    if (!accepts) {
                        in.skipBytes(in.available()); // what is unread at close may take the answer
                        socket.close();
                    }
                }
            } catch (IOException e) {
                // the test is over
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private void awaitDialect(Doorway far, String dialect) throws Exception {
        try (TestNode edge =
                Islands.start(
                        directory, "edge", link(0, "far", far.server.getLocalPort(), "# out 2"))) {
            await().untilAsserted(() -> {
                assertThat(state(edge, "far").path("state").asText())
                        .isEqualToIgnoringCase("connected");
                assertThat(state(edge, "far").path("detail").asText()).isEqualTo(dialect);
            });
        }
    }

    @Test
    void aFarSideThatIsJustStartingIsNotTakenForAnOldOne() throws Exception {
        byte[][] answers = {SILENCE, SILENCE, SILENCE, SERVER_UNAVAILABLE_5, SILENCE, ACCEPTED_5};
        int[] next = {0};
        try (Doorway far = new Doorway(_ -> answers[next[0]++])) {
            awaitDialect(far, "MQTT 5");
            assertThat(far.levels).hasSize(answers.length).containsOnly(MQTT_5);
        }
    }

    @Test
    void aFarSideThatSaysThatItDoesNotKnowAVersionIsAskedForTheNext() throws Exception {
        try (Doorway far =
                new Doorway(level ->
                        level == MQTT_3_1_1 ? ACCEPTED_3_1_1 : UNACCEPTABLE_VERSION_3_1_1)) {
            awaitDialect(far, "MQTT 3.1.1");
            assertThat(far.levels).containsExactly(MQTT_5, MQTT_3_1_1_BRIDGE, MQTT_3_1_1);
        }
    }

    @Test
    void aFarSideThatNeverAnswersAVersionIsAskedForTheNext() throws Exception {
        try (Doorway far = new Doorway(level -> level == MQTT_5 ? SILENCE : ACCEPTED_3_1_1)) {
            awaitDialect(far, "MQTT 3.1.1 as a bridge");
            assertThat(far.levels)
                    .containsExactly(MQTT_5, MQTT_5, MQTT_5, MQTT_5, MQTT_3_1_1_BRIDGE);
        }
    }
}
