package io.skein.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.skein.server.tls.TlsContext;
import org.junit.jupiter.api.Test;

/**
 * Where the native libraries load they are used, and Java's own elsewhere. The build runs the tests
 * of listeners both ways; the property says which way this is.
 */
class TransportTest {
    private static final boolean PORTABLE = Boolean.getBoolean("skein.test.portable");

    @Test
    void javaDoesTheWorkWhereTheNativeLibrariesDoNotLoad() {
        boolean epoll = !PORTABLE && Epoll.isAvailable();
        try (EventLoops loops = new EventLoops(1, new NodeClock(), NetworkLimits.DEFAULTS)) {
            assertThat(loops.serverChannelType())
                    .isEqualTo(
                            epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
        }
        if (PORTABLE) {
            assertThat(TlsContext.isNative()).isFalse();
        }
    }
}
