package io.skein.lab.client;

import org.jspecify.annotations.Nullable;

/**
 * Where a broker listens.
 *
 * @param tls whether the connection is to be encrypted
 * @param webSocketPath the path of the URL where MQTT is spoken over WebSocket, with its slash;
 *     null for MQTT itself
 * @param host a name or an IPv4 or IPv6 literal, the latter without brackets
 * @param port 1 to 65,535
 */
public record BrokerAddress(boolean tls, @Nullable String webSocketPath, String host, int port) {
    /** The port of {@code mqtt://} where none is named. */
    public static final int DEFAULT_PORT = 1883;

    /** The port of {@code mqtts://} where none is named. */
    public static final int DEFAULT_TLS_PORT = 8883;

    /** The port of {@code ws://} where none is named. */
    public static final int DEFAULT_WS_PORT = 80;

    /** The port of {@code wss://} where none is named. */
    public static final int DEFAULT_WSS_PORT = 443;

    /** The path of {@code ws://} and {@code wss://} where none is named. */
    public static final String DEFAULT_WS_PATH = "/mqtt";

    /** Checks the bounds. */
    public BrokerAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host of a broker address is empty");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not within 1 to 65535");
        }
    }

    /** An address without TLS. */
    public BrokerAddress(String host, int port) {
        this(false, null, host, port);
    }

    /**
     * The address in {@code mqtt://host:port} and its relatives; see {@link BrokerUrl#parse} for
     * what is understood.
     *
     * @throws IllegalArgumentException if it is not such an address, or carries credentials or a
     *     topic
     */
    public static BrokerAddress parse(String text) {
        BrokerUrl url = BrokerUrl.parse(text);
        if (url.username() != null || url.topic() != null) {
            throw new IllegalArgumentException(
                    "'" + text + "' must be only scheme, host and port, as in mqtt://host:1883");
        }
        return url.address();
    }

    /** Host and port as one writes them: {@code host:1883}, {@code [::1]:1883}. */
    public String hostAndPort() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        if (webSocketPath != null) {
            return (tls ? "wss://" : "ws://") + hostAndPort() + webSocketPath;
        }
        return (tls ? "mqtts://" : "mqtt://") + hostAndPort();
    }
}
