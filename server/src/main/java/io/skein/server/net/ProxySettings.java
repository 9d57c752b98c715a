package io.skein.server.net;

import java.util.List;

/**
 * A listener behind a proxy that says whom it stands for, by the PROXY protocol version 1 or 2.
 * Every connection has to begin with its header.
 *
 * @param trusted which proxies are believed; empty for all that can connect
 * @param identity whether the common name of a client certificate that the proxy has verified says
 *     who the client is; needs {@code trusted}
 */
public record ProxySettings(List<AddressRange> trusted, boolean identity) {
    /** Checks that not everybody can pretend to be somebody. */
    public ProxySettings {
        trusted = List.copyOf(trusted);
        if (identity && trusted.isEmpty()) {
            throw new IllegalArgumentException("identity needs trusted proxies");
        }
    }
}
