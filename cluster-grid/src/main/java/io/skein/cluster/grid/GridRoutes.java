package io.skein.cluster.grid;

import io.skein.cluster.Interest;
import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import io.skein.cluster.Routes;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.infinispan.AdvancedCache;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node wants, in the shared cache. Additions of one turn of the loop are written
 * together; the writes of one filter follow each other, so that the last word is what stays.
 */
final class GridRoutes implements Routes {
    /** Entries of one write; more go in several. */
    private static final int BATCH = 1000;

    private static final long RETRY_MILLIS = 200;
    private static final Logger LOG = LoggerFactory.getLogger(GridRoutes.class);
    private static final byte[] PRESENT = {1};

    private final Post post;
    private final RoutingTable routing;
    private final Map<TopicFilter, Own> own = new HashMap<>();
    private final Set<Own> changed = new LinkedHashSet<>();
    private boolean scheduled;
    private @Nullable Refusal ended;
    private @Nullable AdvancedCache<String, byte[]> cache;

    /** Whether all members get what is written: while the grid misses one, that may live. */
    private BooleanSupplier reachesAll = () -> false;

    /** What this node wants and what the cache knows of it. Lives on the loop. */
    private static final class Own {
        final TopicFilter filter;
        boolean wanted;
        boolean stored;
        boolean writing;

        /** Reasons not to take it back yet. */
        int pins;

        final List<CompletableFuture<Void>> waiting = new ArrayList<>();

        Own(TopicFilter filter) {
            this.filter = filter;
        }

        boolean target() {
            return wanted || pins > 0;
        }
    }

    GridRoutes(Post post, RoutingTable routing) {
        this.post = post;
        this.routing = routing;
    }

    /**
     * What is wanted is made known from now on. On the loop.
     *
     * @param reaches whether a write that begins or ends now is acknowledged by all members
     */
    void open(AdvancedCache<String, byte[]> shared, BooleanSupplier reaches) {
        cache = GridEngine.blind(shared);
        reachesAll = reaches;
        own.values().forEach(this::change);
    }

    @Override
    public CompletionStage<Void> add(TopicFilter filter) {
        CompletableFuture<Void> known = new CompletableFuture<>();
        post.loop()
                .execute(() -> {
                    if (ended != null) {
                        known.completeExceptionally(new RefusedException(ended));
                        return;
                    }
                    Own route = own(filter);
                    route.wanted = true;
                    if (route.stored && !route.writing) {
                        known.complete(null);
                    } else {
                        route.waiting.add(known);
                        change(route);
                    }
                });
        return known;
    }

    /** Nothing is made known any more; who waits for that is refused. On the loop. */
    void end(Refusal refusal) {
        ended = refusal;
        cache = null;
        own.values().forEach(route -> refuseWaiting(route, refusal));
    }

    @Override
    public void remove(TopicFilter filter) {
        post.loop()
                .execute(() -> {
                    Own route = own(filter);
                    route.wanted = false;
                    refuseWaiting(
                            route, Refusal.unavailable("filter '" + filter + "' was removed"));
                    change(route);
                });
    }

    @Override
    public Interest interest(TopicName topic) {
        return routing.interest(topic);
    }

    @Override
    public long version() {
        return routing.version();
    }

    /** The route stays although it is not wanted any more, until {@link #unpin}. On the loop. */
    void pin(TopicFilter filter) {
        own(filter).pins++;
    }

    /** Ends one {@link #pin}. On the loop. */
    void unpin(TopicFilter filter) {
        Own route = own(filter);
        route.pins--;
        change(route);
    }

    /**
     * Writes again what the cache has lost. On the loop.
     *
     * @return complete when it is known
     */
    CompletableFuture<Void> writeAgain(Predicate<String> isLost) {
        List<CompletableFuture<Void>> known = new ArrayList<>();
        for (Own route : own.values()) {
            if (route.stored && isLost.test(key(route))) {
                CompletableFuture<Void> written = new CompletableFuture<>();
                route.stored = false;
                route.waiting.add(written);
                known.add(written);
                change(route);
            }
        }
        return CompletableFuture.allOf(known.toArray(CompletableFuture[]::new));
    }

    private Own own(TopicFilter filter) {
        return own.computeIfAbsent(filter, Own::new);
    }

    private void change(Own route) {
        changed.add(route);
        if (!scheduled) {
            scheduled = true;
            post.loop().execute(this::write);
        }
    }

    private void write() {
        scheduled = false;
        AdvancedCache<String, byte[]> known = cache;
        if (known != null) {
            write(known);
        }
    }

    private void write(AdvancedCache<String, byte[]> known) {
        List<Own> additions = new ArrayList<>();
        List<Own> removals = new ArrayList<>();
        for (Own route : changed) {
            if (route.writing) {
                continue; // looked at again when that write is over
            }
            if (route.target() == route.stored) {
                settled(route);
            } else if (route.target()) {
                additions.add(route);
            } else {
                removals.add(route);
            }
        }
        changed.clear();
        inBatches(
                additions,
                keys -> {
                    Map<String, byte[]> entries = new HashMap<>();
                    keys.forEach(key -> entries.put(key, PRESENT));
                    return known.putAllAsync(entries);
                },
                true);
        inBatches(removals, keys -> Tombstone.putAll(known, keys), false);
    }

    private void inBatches(
            List<Own> all, Function<List<String>, CompletableFuture<Void>> write, boolean stored) {
        for (int from = 0; from < all.size(); from += BATCH) {
            List<Own> batch = all.subList(from, Math.min(all.size(), from + BATCH));
            batch.forEach(route -> route.writing = true);
            boolean reaches = !stored || reachesAll.getAsBoolean();
            write.apply(batch.stream().map(this::key).toList())
                    .whenComplete((ignored, error) -> written(batch, stored, reaches, error));
        }
    }

    private String key(Own route) {
        return SharedState.routeKey(post.self(), route.filter);
    }

    private void written(
            List<Own> routes, boolean stored, boolean reached, @Nullable Throwable error) {
        post.loop()
                .execute(() -> {
                    // One that the grid misses may go on to publish until it learns that.
                    boolean known = reached && (!stored || reachesAll.getAsBoolean());
                    for (Own route : routes) {
                        route.writing = false;
                        if (error == null && known) {
                            route.stored = stored;
                            change(route);
                        } else if (error == null) {
                            changeLater(route);
                        } else {
                            LOG.info("A route is written again: {}", error.toString());
                            changeLater(route);
                        }
                    }
                });
    }

    private void changeLater(Own route) {
        CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, post.loop())
                .execute(() -> change(route));
    }

    private void settled(Own route) {
        List<CompletableFuture<Void>> waiting = List.copyOf(route.waiting);
        route.waiting.clear();
        if (!route.target() && !route.stored) {
            own.remove(route.filter);
        }
        waiting.forEach(known -> known.complete(null));
    }

    private static void refuseWaiting(Own route, Refusal refusal) {
        List<CompletableFuture<Void>> waiting = List.copyOf(route.waiting);
        route.waiting.clear();
        waiting.forEach(known -> known.completeExceptionally(new RefusedException(refusal)));
    }
}
