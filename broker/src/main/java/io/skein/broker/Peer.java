package io.skein.broker;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the other end of a connection before CONNECT reaches the core.
 *
 * @param address remote address, {@code host:port}
 * @param listener the name of the listener it came to
 * @param certificateIdentity who the client is by a certificate that was verified, as its listener
 *     reads it (common name, subject, alternative name); null if it showed none. What it allows is
 *     for the {@link Authenticator} to say.
 */
public record Peer(String address, String listener, @Nullable String certificateIdentity) {}
