package io.skein.cluster.grid;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.infinispan.AdvancedCache;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the place of an entry that was removed. A node that is cut off keeps what it has,
 * and when it is back the grid brings it every entry that was changed meanwhile, but does not tell
 * it of one that is no longer there: so removal is a change, for a time.
 */
final class Tombstone {
    /**
     * A node that is cut off for longer may bring back what was removed. In milliseconds, for
     * {@code putAllAsync} of Infinispan 16.1 takes the number for that, whatever its unit is said
     * to be.
     */
    private static final long MILLIS = TimeUnit.HOURS.toMillis(1);

    private static final byte[] VALUE = {};

    private Tombstone() {}

    static boolean is(byte[] value) {
        return value.length == 0;
    }

    /** The value, or null in place of a tombstone. */
    static byte @Nullable [] orNull(byte @Nullable [] value) {
        return value == null || is(value) ? null : value;
    }

    static CompletableFuture<?> put(AdvancedCache<String, byte[]> cache, String key) {
        return put(cache, key, VALUE);
    }

    /** One that says more, as long as others. */
    static CompletableFuture<?> put(AdvancedCache<String, byte[]> cache, String key, byte[] value) {
        return GridEngine.blind(cache).putAsync(key, value, MILLIS, TimeUnit.MILLISECONDS);
    }

    static CompletableFuture<Void> putAll(
            AdvancedCache<String, byte[]> cache, Iterable<String> keys) {
        Map<String, byte[]> entries = new java.util.HashMap<>();
        keys.forEach(key -> entries.put(key, VALUE));
        return cache.putAllAsync(entries, MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Removes an entry if it is still this one. */
    static CompletableFuture<Boolean> replace(
            AdvancedCache<String, byte[]> cache, String key, byte[] value) {
        return cache.replaceAsync(key, value, VALUE, MILLIS, TimeUnit.MILLISECONDS);
    }
}
