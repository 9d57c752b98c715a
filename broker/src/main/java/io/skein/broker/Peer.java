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
 * @param packetBytesMaximum largest packet its listener accepts; the client is told the lesser of
 *     it and {@link BrokerLimits#packetBytesMaximum}
 */
public record Peer(
        String address,
        String listener,
        @Nullable String certificateIdentity,
        int packetBytesMaximum) {
    /** One that came to a listener without a limit of its own. */
    public Peer(String address, String listener, @Nullable String certificateIdentity) {
        this(address, listener, certificateIdentity, Integer.MAX_VALUE);
    }
}
