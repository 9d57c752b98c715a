package io.skein.server.config;

import org.jspecify.annotations.Nullable;

/**
 * One port for clients.
 *
 * @param name for messages and the log, unique on the node
 * @param type how clients talk to it
 * @param allowAnonymous whether clients without credentials are let in from beyond this machine;
 *     within it they always are
 * @param advertised how clients reach it where that is not {@code bind}; null if it is
 */
public record ListenerSettings(
        String name,
        Type type,
        HostPort bind,
        boolean allowAnonymous,
        @Nullable HostPort advertised) {
    /** The transports MQTT can come over. */
    public enum Type {
        /** MQTT over plain TCP. */
        TCP
    }
}
