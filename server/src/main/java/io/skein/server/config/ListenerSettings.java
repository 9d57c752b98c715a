package io.skein.server.config;

import io.skein.server.net.ListenerRules;
import org.jspecify.annotations.Nullable;

/**
 * One port for clients.
 *
 * @param name for messages and the log, unique on the node
 * @param allowAnonymous whether clients without credentials are let in from beyond this machine;
 *     within it they always are
 * @param rules what a connection goes through
 * @param advertised how clients reach it where that is not {@code bind}; null if it is
 */
public record ListenerSettings(
        String name,
        HostPort bind,
        boolean allowAnonymous,
        ListenerRules rules,
        @Nullable HostPort advertised) {}
