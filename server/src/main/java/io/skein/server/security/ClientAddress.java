package io.skein.server.security;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The internet address in the {@code host:port} of a connection. */
final class ClientAddress {
    private ClientAddress() {}

    /** Null if there is none in it. */
    static @Nullable InetAddress of(String address) {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
