package io.skein.server.net;

import java.util.List;

/**
 * A listener that speaks MQTT over WebSocket.
 *
 * @param path of the URL, beginning with a slash
 * @param allowedOrigins which web pages may connect beside those from the host they connect to:
 *     {@code https://host}, or {@code *} for all. Clients that are no browsers name no origin and
 *     are not asked.
 */
public record WebSocketSettings(String path, List<String> allowedOrigins) {
    /** Every origin. */
    public static final String ANY_ORIGIN = "*";

    /** Copies the list. */
    public WebSocketSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a path begins with /");
        }
    }
}
