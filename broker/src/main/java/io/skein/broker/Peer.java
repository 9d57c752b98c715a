package io.skein.broker;

import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection, as established before CONNECT reached the core.
 *
 * @param address remote address, {@code host:port}
 * @param certificateIdentity who the client is by a certificate that was verified, as its listener
 *     reads it (common name, subject, alternative name); null if it showed none. What it allows is
 *     for {@code rules} to say.
 * @param username as authenticated, null for anonymous
 * @param rules what this client may do
 */
public record Peer(
        String address,
        @Nullable String certificateIdentity,
        @Nullable String username,
        AccessRules rules) {}
