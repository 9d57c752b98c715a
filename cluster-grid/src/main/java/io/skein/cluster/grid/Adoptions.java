package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import io.skein.cluster.link.Peer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.infinispan.commons.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adopts the sessions of nodes that died: on a thread of its own, many sessions at a time. */
final class Adoptions implements Departures.Adoption, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Adoptions.class);

    /** Sessions that are being adopted at one time. */
    private static final int CONCURRENT = 128;

    private static final long PAUSE_MILLIS = 20;

    private static final byte[] PRESENT = {1};

    private final Post post;
    private final GridEngine engine;
    private final GridSessions sessions;
    private final Arrivals arrivals;
    private final Succession succession;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("skein-grid-adoption").factory());
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private volatile int view = -1;
    private volatile List<UUID> viewMembers = List.of();

    Adoptions(
            Post post,
            GridEngine engine,
            GridSessions sessions,
            Arrivals arrivals,
            Succession succession) {
        this.post = post;
        this.engine = engine;
        this.sessions = sessions;
        this.arrivals = arrivals;
        this.succession = succession;
    }

    void viewChanged(GridEngine.View latest) {
        if (latest.id() > view) {
            viewMembers = latest.members();
            view = latest.id();
        }
    }

    @Override
    public Set<String> underWay() {
        return Set.copyOf(underWay);
    }

    @Override
    public void bury(Set<Peer> dead, int forView) {
        if (!thread.isShutdown()) {
            thread.execute(() -> {
                try {
                    buryDead(dead, forView);
                } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    private void buryDead(Set<Peer> dead, int forView) throws InterruptedException {
        Map<String, byte[]> burials = new HashMap<>();
        dead.forEach(peer -> burials.put(SharedState.burialKey(peer), PRESENT));
        while (view == forView) {
            if (engine.settledOn(viewMembers)) {
                try {
                    GridEngine.blind(engine.shared()).putAll(burials);
                    return;
                } catch (CacheException unavailable) {
                    LOG.info("{} cannot be buried yet: {}", dead, unavailable.toString());
                }
            }
            Thread.sleep(PAUSE_MILLIS);
        }
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
            // A node that is cut off adopts nothing: the grid has to have noticed who is gone.
            if (engine.settledOn(viewMembers)
                    && adoptAll(everything ? entriesOf(dead) : copiesOf(dead), dead)) {
                return true;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return false;
    }

    /** Sessions of the dead of which a copy is here, and those that may come here from them. */
    private List<String> copiesOf(Set<Peer> dead) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            List<String> found = new ArrayList<>(arrivals.unknown());
                            for (Copies.Copy copy : sessions.copies().of(dead)) {
                                found.add(copy.state().clientId());
                            }
                            return found;
                        },
                        post.loop())
                .join();
    }

    private List<String> entriesOf(Set<Peer> dead) {
        List<String> found = new ArrayList<>();
        GridEngine.forEachHere(
                engine.owners(),
                (clientId, bytes) -> {
                    OwnerEntry entry = OwnerTable.decoded(bytes);
                    if (entry != null && dead.contains(entry.owner())) {
                        found.add(clientId);
                    }
                });
        return found;
    }

    private boolean adoptAll(List<String> clientIds, Set<Peer> dead) throws InterruptedException {
        Semaphore room = new Semaphore(CONCURRENT);
        AtomicInteger failures = new AtomicInteger();
        for (String clientId : clientIds) {
            room.acquire();
            underWay.add(clientId);
            adopt(clientId, dead)
                    .whenComplete((nothing, error) -> {
                        underWay.remove(clientId);
                        if (error != null) {
                            failures.incrementAndGet();
                            LOG.warn("'{}' is not adopted yet: {}", clientId, error.toString());
                        }
                        room.release();
                    });
        }
        room.acquire(CONCURRENT);
        return failures.get() == 0;
    }

    private CompletableFuture<Void> adopt(String clientId, Set<Peer> dead) {
        return sessions.owners()
                .get(clientId)
                .thenComposeAsync(bytes -> adopt(clientId, bytes, dead), post.loop());
    }

    private CompletableFuture<Void> adopt(
            String clientId, byte @Nullable [] bytes, Set<Peer> dead) {
        CompletableFuture<?> claim = arrivals.unknown(clientId);
        if (claim != null) {
            return claim.thenComposeAsync(over -> adopt(clientId, dead), post.loop());
        }
        if (arrivals.isExpected(clientId)) {
            return CompletableFuture.completedFuture(null); // from a node that lives
        }
        OwnerEntry former = OwnerTable.decoded(bytes);
        boolean isPhantom = // written, and this node was told that it was not
                former != null
                        && former.owner().equals(post.self())
                        && !sessions.owns(clientId)
                        && !sessions.isEnding(clientId);
        if (former == null || bytes == null) {
            return CompletableFuture.completedFuture(null); // over
        }
        if (!isPhantom && !dead.contains(former.owner())) {
            return isKeptFor(clientId, former, dead)
                    ? askOwner(former, clientId)
                    : CompletableFuture.completedFuture(null);
        }
        if (!former.head().isPersistent() && sessions.isForgotten(former.owner())) {
            return CompletableFuture.completedFuture(null); // its client was not served
        }
        if (!former.head().isPersistent() || sessions.estate().hasCopy(clientId, former)) {
            return adopt(clientId, former, bytes, dead);
        }
        return sessions.seek(clientId, former)
                .thenCompose(nothing -> {
                    if (sessions.estate().copy(clientId, former) == null
                            && !sessions.estate().hasFormer(former)) {
                        LOG.error("No copy of the session of '{}' is left", clientId);
                        return CompletableFuture.completedFuture(null);
                    }
                    return arrivals.underWay(clientId) == null
                            ? adopt(clientId, former, bytes, dead)
                            : adopt(clientId, dead);
                });
    }

    /** Whether what a dead node had of it is here, though its entry names another node. */
    private boolean isKeptFor(String clientId, OwnerEntry entry, Set<Peer> dead) {
        Copies.Copy copy = sessions.copies().get(clientId, entry.formerEpoch());
        return copy != null && dead.contains(copy.owner()) && !entry.owner().equals(post.self());
    }

    /** That node may have been told that its entry was not written. */
    private CompletableFuture<Void> askOwner(OwnerEntry entry, String clientId) {
        CompletableFuture<Void> looked = new CompletableFuture<>();
        byte[] body = new Frames.Mark(clientId, entry.epoch()).encoded();
        post.ask(
                entry.owner(),
                Frames.ORPHAN,
                body,
                refusal -> {
                    if (refusal == null) {
                        looked.complete(null);
                    } else {
                        looked.completeExceptionally(new RefusedException(refusal));
                    }
                });
        return looked;
    }

    /** Another member keeps a copy of a session that is this node's by its entry. On the loop. */
    void look(Frames.Mark mark, Completion done) {
        adopt(mark.clientId(), Set.of())
                .whenCompleteAsync(
                        (nothing, error) ->
                                done.complete(
                                        error == null
                                                ? null
                                                : Refusal.unavailable("adoption: " + error)),
                        post.loop());
    }

    private CompletableFuture<Void> adopt(
            String clientId, OwnerEntry former, byte[] bytes, Set<Peer> dead) {
        OwnerEntry mine = sessions.entry(clientId, former, former.head());
        arrivals.expect(clientId, mine.epoch()); // who claims it meanwhile has to wait
        CompletableFuture<Void> held = arrivals.held(clientId);
        CompletableFuture<Void> adopted = replace(clientId, former, bytes, mine, dead);
        // One that lives and has it may let go of it when everything is adopted, and not before.
        return CompletableFuture.anyOf(adopted, held).thenApply(either -> null);
    }

    private CompletableFuture<Void> replace(
            String clientId, OwnerEntry former, byte[] bytes, OwnerEntry mine, Set<Peer> dead) {
        byte[] mineBytes = mine.encoded();
        return sessions.owners()
                .succeed(clientId, bytes, mine, mineBytes)
                .thenComposeAsync(
                        won -> {
                            if (!won) {
                                arrivals.failed(
                                        clientId,
                                        mine.epoch(),
                                        Refusal.unavailable("claimed elsewhere"));
                                return adopt(clientId, dead);
                            }
                            return sessions.estate()
                                    .settle(clientId, former, false)
                                    .thenComposeAsync(
                                            left ->
                                                    succession.take(
                                                            clientId,
                                                            left.ofHolder(former),
                                                            mine,
                                                            mineBytes,
                                                            left.session()),
                                            post.loop());
                        },
                        post.loop())
                .whenCompleteAsync(
                        (nothing, error) -> {
                            if (error != null) {
                                Refusal refusal = Refusal.unavailable("adoption: " + error);
                                arrivals.failed(clientId, mine.epoch(), refusal);
                            }
                        },
                        post.loop());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
