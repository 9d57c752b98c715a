package io.skein.lab.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.lab.client.BrokerAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TargetWatchTest {
    /** A broker as far as the system sees it: tells its port, and listens until its input ends. */
    static final class Broker {
        private Broker() {}

        public static void main(String[] arguments) throws IOException {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                System.out.println(server.getLocalPort());
                System.in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    @Test
    void whatABrokerConsistsOfCountsAndWhatHasOnlyStartedItDoesNot() throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process starter =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "\"$0\" -cp \"$1\" \"$2\"; exit 0",
                                java,
                                System.getProperty("java.class.path"),
                                Broker.class.getName())
                        .start();
        Process store = new ProcessBuilder("sleep", "600").start();
        try {
            int port = Integer.parseInt(starter.inputReader().readLine().strip());
            long listener = starter.descendants().findFirst().orElseThrow().pid();

            TargetWatch watch =
                    new TargetWatch(
                            List.of(new BrokerAddress("127.0.0.1", port)),
                            Set.of(starter.pid(), listener, store.pid()));
            watch.begin();
            watch.end();

            assertThat(watch.processes())
                    .extracting(TargetProcess::pid)
                    .containsExactlyInAnyOrder(listener, store.pid());
            assertThat(watch.isComplete()).isTrue();
        } finally {
            store.destroyForcibly();
            starter.descendants().forEach(ProcessHandle::destroyForcibly);
            starter.destroyForcibly();
        }
    }
}
