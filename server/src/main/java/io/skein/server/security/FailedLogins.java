package io.skein.server.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How often each address has failed to log in lately: a bucket of free failures that fills again
 * with time. An address of IPv6 counts with its /64, of which one client has as many as it wants.
 * Bounded: when the table is full, the address longest unseen is forgotten. Any thread may call.
 *
 * <p>A failure counts when it has happened, so those that are being looked at when the bucket runs
 * empty are still answered: as many as workers and their queue hold, and no more.
 */
final class FailedLogins {
    private record Origin(boolean isV6, long bits) {
        static Origin of(@Nullable InetAddress address) {
            if (address == null) {
                return new Origin(false, -1);
            }
            byte[] bytes = address.getAddress();
            return address instanceof Inet6Address
                    ? new Origin(true, ByteBuffer.wrap(bytes).getLong())
                    : new Origin(false, ByteBuffer.wrap(bytes).getInt());
        }
    }

    /** When the bucket is full again; how empty it is follows from that. */
    private final LinkedHashMap<Origin, Long> fullAtNanos = new LinkedHashMap<>(16, 0.75f, true);

    private final LongSupplier nanoTime;
    private final int failuresMaximum;
    private final long failureNanos;
    private final int addressesMaximum;

    FailedLogins(LoginLimits limits, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.failuresMaximum = limits.failuresMaximum();
        this.failureNanos = TimeUnit.SECONDS.toNanos(limits.failureSeconds());
        this.addressesMaximum = limits.failureAddressesMaximum();
    }

    /** Whether the address may try to log in. */
    synchronized boolean mayTry(@Nullable InetAddress address) {
        if (failuresMaximum == 0) {
            return true;
        }
        Origin origin = Origin.of(address);
        Long full = fullAtNanos.get(origin);
        if (full == null) {
            return true;
        }
        long emptyNanos = full - nanoTime.getAsLong();
        if (emptyNanos <= 0) {
            fullAtNanos.remove(origin);
            return true;
        }
        return emptyNanos <= (failuresMaximum - 1) * failureNanos;
    }

    /** The address has failed. */
    synchronized void failed(@Nullable InetAddress address) {
        if (failuresMaximum == 0) {
            return;
        }
        long now = nanoTime.getAsLong();
        long most = now + failuresMaximum * failureNanos;
        fullAtNanos.merge(
                Origin.of(address),
                now + failureNanos,
                (before, first) ->
                        before - now <= 0 ? first : Math.min(before + failureNanos, most));
        if (fullAtNanos.size() > addressesMaximum) {
            fullAtNanos.pollFirstEntry();
        }
    }
}
