package io.skein.cluster;

import io.skein.mqtt.packet.Will;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a session beside its subscriptions and messages.
 *
 * @param connected whether its owner holds a connection for it
 * @param expirySeconds how long it outlives its connection: 0 not at all, {@link #NEVER_EXPIRES}
 *     for ever
 * @param disconnectedAtNanos when the connection ended, 0 while connected
 * @param will what is to be published when the connection is lost (or when the will delay after the
 *     loss is over); null once it was published or dropped
 */
public record SessionHead(
        boolean connected, long expirySeconds, long disconnectedAtNanos, @Nullable Will will) {
    /** The session expiry interval that means "never". */
    public static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    /** Whether the session outlives its connection. */
    public boolean isPersistent() {
        return expirySeconds > 0;
    }

    /** When the session ends if nobody connects; {@link Long#MAX_VALUE} for never. */
    public long expiresAtNanos() {
        if (connected || expirySeconds == NEVER_EXPIRES) {
            return Long.MAX_VALUE;
        }
        return disconnectedAtNanos + expirySeconds * 1_000_000_000L;
    }
}
