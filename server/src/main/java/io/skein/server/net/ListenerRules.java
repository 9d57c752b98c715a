package io.skein.server.net;

import io.skein.server.tls.TlsSettings;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a connection to one listener goes through.
 *
 * @param tls how it is encrypted; null for not at all
 * @param webSocket MQTT is in WebSocket frames; null for MQTT alone
 * @param proxy connections come from a proxy that says so; null for clients themselves
 * @param connectionsMaximum at a time on this listener, at least 1; the node has a limit of its own
 * @param packetBytesMaximum largest packet accepted here; what the node accepts if that is less
 */
public record ListenerRules(
        @Nullable TlsSettings tls,
        @Nullable WebSocketSettings webSocket,
        @Nullable ProxySettings proxy,
        int connectionsMaximum,
        int packetBytesMaximum) {
    /** MQTT over plain TCP without limits of its own. */
    public static final ListenerRules PLAIN =
            new ListenerRules(null, null, null, Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** Checks the ranges. */
    public ListenerRules {
        if (connectionsMaximum < 1 || packetBytesMaximum < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
    }

    /** What clients call it. */
    public enum Transport {
        /** MQTT over TCP. */
        TCP,
        /** MQTT over TLS. */
        TLS,
        /** MQTT over WebSocket. */
        WS,
        /** MQTT over WebSocket over TLS. */
        WSS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How clients reach it. */
    public Transport transport() {
        if (webSocket == null) {
            return tls == null ? Transport.TCP : Transport.TLS;
        }
        return tls == null ? Transport.WS : Transport.WSS;
    }
}
