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
 * @param willOrigin as which message the will is being published, so that whoever has the session
 *     next goes on with it; null as long as nobody has begun, or where the will and its being gone
 *     are kept by one write in any case
 */
public record SessionHead(
        boolean connected,
        long expirySeconds,
        long disconnectedAtNanos,
        @Nullable Will will,
        @Nullable Origin willOrigin) {
    /** The session expiry interval that means "never". */
    public static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    /** A session whose will, if it has one, nobody has begun to publish. */
    public SessionHead(
            boolean connected, long expirySeconds, long disconnectedAtNanos, @Nullable Will will) {
        this(connected, expirySeconds, disconnectedAtNanos, will, null);
    }

    /** The same when its connection has ended. */
    public SessionHead disconnected(long atNanos) {
        return new SessionHead(false, expirySeconds, atNanos, will, willOrigin);
    }

    /** The same while its will is being published as this message. */
    public SessionHead publishing(Origin origin) {
        return new SessionHead(connected, expirySeconds, disconnectedAtNanos, will, origin);
    }

    /** The same when its will was published or dropped. */
    public SessionHead withoutWill() {
        return new SessionHead(connected, expirySeconds, disconnectedAtNanos, null);
    }

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
