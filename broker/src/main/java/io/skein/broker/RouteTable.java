package io.skein.broker;

import io.skein.cluster.Routes;
import io.skein.mqtt.topic.TopicFilter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * How many sessions of this node hold each filter: the architecture hears of the first and of the
 * last. Used by all shards; holds its lock only for a map access, subscriptions are rare.
 */
final class RouteTable {
    private static final class Entry {
        int holders;
        final CompletableFuture<Void> known;

        Entry(CompletableFuture<Void> known) {
            this.known = known;
        }
    }

    private final Routes routes;
    private final Map<TopicFilter, Entry> entries = new HashMap<>();

    RouteTable(Routes routes) {
        this.routes = routes;
    }

    /** One more holder; completes when the cluster knows that this node wants the filter (P1). */
    synchronized CompletableFuture<Void> acquire(TopicFilter filter) {
        Entry entry = entries.get(filter);
        if (entry == null || entry.known.isCompletedExceptionally()) {
            Entry again = new Entry(routes.add(filter).toCompletableFuture());
            again.holders = entry == null ? 0 : entry.holders;
            entries.put(filter, again);
            entry = again;
        }
        entry.holders++;
        return entry.known;
    }

    /** One holder less. */
    synchronized void release(TopicFilter filter) {
        Entry entry = entries.get(filter);
        if (entry != null && --entry.holders == 0) {
            entries.remove(filter);
            routes.remove(filter);
        }
    }

    synchronized long size() {
        return entries.size();
    }
}
