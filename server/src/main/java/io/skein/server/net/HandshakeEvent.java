package io.skein.server.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What the handlers before {@link ClientChannel} tell it, as user events of the pipeline. */
sealed interface HandshakeEvent {
    /**
     * A proxy said whom it stands for.
     *
     * @param address of the client
     * @param commonName of its certificate as the proxy has verified it; null for none
     */
    record Proxied(InetSocketAddress address, @Nullable String commonName)
            implements HandshakeEvent {
        static Proxied of(InetAddress host, int port, @Nullable String commonName) {
            return new Proxied(new InetSocketAddress(host, port), commonName);
        }
    }

    /** The connection is no use; what the client is to hear was written, and it is to be closed. */
    record Failed(String why) implements HandshakeEvent {}

    /** The client has said that it sends nothing more. */
    enum InputEnded implements HandshakeEvent {
        INSTANCE
    }
}
