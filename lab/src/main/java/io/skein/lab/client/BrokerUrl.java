package io.skein.lab.client;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code mqtt://user:password@host:port/topic} names. The topic has no leading slash; {@link
 * #toString} hides the password.
 */
public record BrokerUrl(
        BrokerAddress address,
        @Nullable String username,
        @Nullable String password,
        @Nullable String topic) {

    /**
     * Reads a URL with scheme {@code mqtt} or {@code tcp} (port 1883 if none is named), {@code
     * mqtts}, {@code ssl} or {@code tls} (port 8883), {@code ws} (port 80) or {@code wss} (port
     * 443), whose path is that of the WebSocket and not a topic ({@code /mqtt} if none is named),
     * or none at all ({@code host}, {@code host:port}). An IPv6 address stands in brackets; a bare
     * one is understood where there is no scheme. Percent escapes are resolved in the user name and
     * the password.
     *
     * @throws IllegalArgumentException if it is no such URL; the message says what is wrong with it
     */
    public static BrokerUrl parse(String text) {
        String rest = text.strip();
        boolean tls = false;
        boolean webSocket = false;
        int scheme = rest.indexOf("://");
        if (scheme >= 0) {
            String name = rest.substring(0, scheme).toLowerCase(Locale.ROOT);
            tls = isTls(name, text);
            webSocket = name.startsWith("ws");
            rest = rest.substring(scheme + 3);
        }
        String topic = null;
        int slash = rest.indexOf('/');
        if (slash >= 0) {
            topic = slash == rest.length() - 1 ? null : rest.substring(slash + 1);
            rest = rest.substring(0, slash);
        }
        String username = null;
        String password = null;
        int at = rest.lastIndexOf('@');
        if (at >= 0) {
            String credentials = rest.substring(0, at);
            int colon = credentials.indexOf(':');
            username = unescaped(colon < 0 ? credentials : credentials.substring(0, colon));
            password = colon < 0 ? null : unescaped(credentials.substring(colon + 1));
            rest = rest.substring(at + 1);
        }
        if (!webSocket) {
            return new BrokerUrl(hostAndPort(rest, tls, null, text), username, password, topic);
        }
        String path = topic == null ? BrokerAddress.DEFAULT_WS_PATH : "/" + topic;
        return new BrokerUrl(hostAndPort(rest, tls, path, text), username, password, null);
    }

    private static boolean isTls(String scheme, String text) {
        return switch (scheme) {
            case "mqtt", "tcp", "ws" -> false;
            case "mqtts", "ssl", "tls", "wss" -> true;
            default ->
                    throw new IllegalArgumentException(
                            "'"
                                    + text
                                    + "' has the scheme '"
                                    + scheme
                                    + "'; known are mqtt, tcp, mqtts, ssl, tls, ws and wss");
        };
    }

    private static BrokerAddress hostAndPort(
            String authority, boolean tls, @Nullable String webSocketPath, String text) {
        String host = authority;
        String port = "";
        if (authority.startsWith("[")) {
            int end = authority.indexOf(']');
            if (end < 0) {
                throw new IllegalArgumentException("'" + text + "' lacks the closing bracket");
            }
            host = authority.substring(1, end);
            port = authority.substring(end + 1);
            if (!port.isEmpty() && port.charAt(0) != ':') {
                throw new IllegalArgumentException("'" + text + "': expected :port after ]");
            }
            port = port.isEmpty() ? "" : port.substring(1);
        } else if (authority.indexOf(':') == authority.lastIndexOf(':')
                && authority.indexOf(':') >= 0) {
            host = authority.substring(0, authority.indexOf(':'));
            port = authority.substring(authority.indexOf(':') + 1);
        }
        if (host.isBlank()) {
            throw new IllegalArgumentException(
                    "'" + text + "' names no host; expected mqtt://host:port");
        }
        int defaultPort;
        if (webSocketPath == null) {
            defaultPort = tls ? BrokerAddress.DEFAULT_TLS_PORT : BrokerAddress.DEFAULT_PORT;
        } else {
            defaultPort = tls ? BrokerAddress.DEFAULT_WSS_PORT : BrokerAddress.DEFAULT_WS_PORT;
        }
        return new BrokerAddress(
                tls, webSocketPath, host, port.isEmpty() ? defaultPort : portOf(port, text));
    }

    private static int portOf(String port, String text) {
        try {
            int value = Integer.parseInt(port);
            if (value >= 1 && value <= 65_535) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number out of range.
        }
        throw new IllegalArgumentException(
                "'" + text + "': port '" + port + "' is not a number within 1 to 65535");
    }

    private static String unescaped(String text) {
        // URLDecoder is meant for forms and would make a space of a plus.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return address
                + (username == null ? "" : " as " + username)
                + (topic == null ? "" : " topic " + topic);
    }
}
