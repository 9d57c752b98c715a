package io.skein.server.config;

import org.jspecify.annotations.Nullable;

/**
 * The admin API.
 *
 * @param bind where it listens
 * @param advertised how other nodes and browsers reach it where that is not {@code bind}; null if
 *     it is
 */
public record AdminSettings(HostPort bind, @Nullable HostPort advertised) {}
