package io.skein.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port that is taken before clients are served. */
@Timeout(60)
class ListenerTest {
    private static Socket connect(Listener listener) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
    }

    @Test
    void whoComesBeforeClientsAreServedIsDisconnectedAndDoesNotWait() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (EventLoops loops = new EventLoops(1, new NodeClock(), NetworkLimits.DEFAULTS);
                Listener listener = Listener.bind("early", any, ListenerRules.PLAIN, null, loops)) {
            try (Socket early = connect(listener)) {
                assertThat(early.getInputStream().read()).isNegative();
            }
            assertThat(listener.connections()).isZero();

            listener.accept();
            try (Socket _ = connect(listener)) {
                await().until(() -> listener.connections() == 1);
            }
        }
    }
}
