package io.skein.server;

import static io.skein.server.RawClient.connectPacket;
import static io.skein.server.RawClient.publishPacket;
import static io.skein.server.RawClient.subscribePacket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Disconnect;
import io.skein.mqtt.packet.SubAck;
import java.io.EOFException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTest {
    @TempDir private Path directory;

    private ThrowingCallable starting(String... settings) {
        return () -> TestNode.start(directory, settings).close();
    }

    @Test
    void aListenersPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();
            assertThatThrownBy(starting("listeners.0.bind=" + address, "listeners.0.name=devices"))
                    .isInstanceOf(StartException.class)
                    .hasMessageContainingAll("listener 'devices'", address, "in use");
        }
    }

    @Test
    void theAdminPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();
            assertThatThrownBy(starting("admin.bind=" + address))
                    .isInstanceOf(StartException.class)
                    .hasMessageContainingAll("admin.bind", address, "in use");
        }
    }

    @Test
    void anArchitectureThatDoesNotExistIsRefusedWithThoseThatDo() {
        assertThatThrownBy(starting("architecture=mesh"))
                .isInstanceOf(StartException.class)
                .hasMessageContainingAll("'mesh'", "standalone");
    }

    @Test
    void aSettingTheArchitectureDoesNotKnowIsRefused() {
        assertThatThrownBy(starting("cluster.colour=blue"))
                .isInstanceOf(StartException.class)
                .hasMessageContainingAll("standalone", "colour");
    }

    @Test
    void aDataDirectoryThatIsAFileIsRefused() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(starting("data=" + file))
                .isInstanceOf(StartException.class)
                .hasMessageContainingAll("data directory", file.toString());
    }

    @Test
    void twoNodesDoNotShareADirectory() throws Exception {
        try (TestNode node = TestNode.start(directory)) {
            assertThat(node.node().configuration().data()).isDirectory();
            assertThatThrownBy(starting())
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("in use by another node");
        }
        TestNode.start(directory).close();
    }

    @Test
    void whatFailsToStartLeavesNothingOpen() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String bind = "listeners.0.bind=127.0.0.1:" + port;

        assertThatThrownBy(starting(bind, "cluster.colour=blue"))
                .isInstanceOf(StartException.class);

        TestNode.start(directory, bind).close();
    }

    @Test
    void clientsAreToldThatTheNodeStops() throws Exception {
        TestNode node = TestNode.start(directory);
        try (RawClient client = node.raw();
                RawClient silent = node.raw()) {
            client.connectAs("told");

            node.close();

            assertThat(client.next(Disconnect.class).reason())
                    .isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
            assertThatThrownBy(client::next).isInstanceOf(EOFException.class);
            assertThatThrownBy(silent::next).isInstanceOf(EOFException.class);
        }
        assertThat(node.node().closed()).isCompleted();
        node.close(); // a second time has no effect
    }

    @Test
    void aClientThatDoesNotReadDoesNotKeepTheNodeFromStopping() throws Exception {
        TestNode node = TestNode.start(directory);
        try (RawClient deaf = RawClient.connect(node.address(), 4_096)) {
            deaf.connectAs("deaf");
            deaf.send(subscribePacket("much", QoS.AT_LEAST_ONCE));
            deaf.next(SubAck.class);
            try (RawClient loud = node.raw()) {
                loud.send(connectPacket("loud"));
                byte[] payload = new byte[1 << 20];
                for (int i = 0; i < 20; i++) {
                    loud.send(publishPacket("much", payload, QoS.AT_MOST_ONCE));
                }
            }
            long start = System.nanoTime();

            node.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(8));
        }
    }
}
