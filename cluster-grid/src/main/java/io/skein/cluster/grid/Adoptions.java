package io.skein.cluster.grid;

import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import io.skein.cluster.link.Peer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adopts the sessions of nodes that died: on a thread of its own, many sessions at a time. */
final class Adoptions implements Departures.Adoption, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Adoptions.class);

    /** Sessions that are being adopted at one time. */
    private static final int CONCURRENT = 128;

    private static final long PAUSE_MILLIS = 20;

    private final Post post;
    private final GridEngine engine;
    private final GridSessions sessions;
    private final Arrivals arrivals;
    private final Deliveries deliveries;
    private final Departures departures;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("skein-grid-adoption").factory());
    private volatile int view = -1;
    private volatile List<UUID> viewMembers = List.of();

    Adoptions(
            Post post,
            GridEngine engine,
            GridSessions sessions,
            Arrivals arrivals,
            Deliveries deliveries,
            Departures departures) {
        this.post = post;
        this.engine = engine;
        this.sessions = sessions;
        this.arrivals = arrivals;
        this.deliveries = deliveries;
        this.departures = departures;
    }

    void viewChanged(GridEngine.View latest) {
        viewMembers = latest.members();
        view = latest.id();
    }

    @Override
    public void sweep(Set<Peer> dead, int forView, boolean everything, Runnable done) {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(() -> {
            try {
                if (sweep(dead, forView, everything)) {
                    post.loop().execute(done);
                }
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** False if the view changed before it was done. */
    private boolean sweep(Set<Peer> dead, int forView, boolean everything)
            throws InterruptedException {
        while (view == forView) {
            // Who keeps what is only certain when the grid has noticed who is gone.
            if (engine.settledOn(viewMembers) && sweepOnce(dead, everything)) {
                return true;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return false;
    }

    private boolean sweepOnce(Set<Peer> dead, boolean everything) throws InterruptedException {
        Map<String, byte[]> found = new HashMap<>();
        GridEngine.forEachHere(
                sessions.owners(),
                (clientId, bytes) -> {
                    if (!Tombstone.is(bytes)
                            && dead.contains(OwnerEntry.decoded(bytes).owner())
                            && (everything || engine.isPrimary(clientId))) {
                        found.put(clientId, bytes);
                    }
                });
        Semaphore room = new Semaphore(CONCURRENT);
        AtomicInteger failures = new AtomicInteger();
        for (Map.Entry<String, byte[]> one : found.entrySet()) {
            room.acquire();
            CompletableFuture.supplyAsync(() -> adopt(one.getKey(), one.getValue()), post.loop())
                    .thenCompose(adopted -> adopted)
                    .whenComplete((nothing, error) -> {
                        if (error != null) {
                            failures.incrementAndGet();
                            LOG.warn("'{}' is not adopted yet: {}", one.getKey(), error);
                        }
                        room.release();
                    });
        }
        room.acquire(CONCURRENT);
        return failures.get() == 0;
    }

    private CompletableFuture<Void> adopt(String clientId, byte[] bytes) {
        OwnerEntry former = OwnerEntry.decoded(bytes);
        long epoch = sessions.nextEpoch(former.epoch());
        OwnerEntry mine = former.claimed(epoch, post.self(), former.head(), false);
        byte[] mineBytes = mine.encoded();
        arrivals.expect(clientId, epoch, null); // who claims it meanwhile has to wait
        return sessions.writer()
                .replace(clientId, bytes, mineBytes)
                .thenCompose(won ->
                        won
                                ? sessions.logs().read(clientId, former)
                                : CompletableFuture.<SessionLogs.Reading>completedFuture(null))
                .thenComposeAsync(
                        reading ->
                                reading == null
                                        ? CompletableFuture.<Void>completedFuture(null)
                                        : take(former, mine, mineBytes, reading),
                        post.loop())
                .whenCompleteAsync(
                        (nothing, error) -> {
                            if (error == null) {
                                deliveries.arrived(clientId, epoch);
                                sessions.settleLater(clientId, epoch);
                                sessions.settleLater(clientId, epoch);
                            } else {
                                arrivals.failed(
                                        clientId, Refusal.unavailable("adoption: " + error));
                            }
                        },
                        post.loop());
    }

    private CompletableFuture<Void> take(
            OwnerEntry former, OwnerEntry mine, byte[] mineBytes, SessionLogs.Reading reading) {
        StoredSession stored = reading.session();
        String clientId = stored.clientId();
        OwnerEntry current = mine.with(stored.head());
        sessions.take(clientId, current, mineBytes, reading, true);
        if (!stored.head().isPersistent() && stored.head().will() == null) {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            sessions.write(
                    List.of(new SessionChange.Ended(clientId, mine.epoch())),
                    refusal -> ended.complete(null));
            return ended;
        }
        return sessions.broker()
                .adopt(stored.copy(), mine.epoch())
                .toCompletableFuture()
                .thenRunAsync(() -> departures.inherit(former.owner(), stored), post.loop());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
