package io.skein.cluster.grid;

import io.skein.cluster.Refusal;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.infinispan.AdvancedCache;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of client ids in the grid, and this node's writes of those it owns: one after the
 * other for each session, repeated until the grid has answered. Lives on the loop.
 */
final class OwnerTable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerTable.class);

    private static final long RETRY_MILLIS = 200;

    private final Post post;
    private final GridEngine engine;
    private final AdvancedCache<String, byte[]> cache;
    private boolean closed;
    private boolean ended;

    OwnerTable(Post post, GridEngine engine) {
        this.post = post;
        this.engine = engine;
        cache = engine.owners();
    }

    void close() {
        closed = true;
    }

    /** Nothing is written any more: who waits for that is told that another node owns it. */
    void end() {
        closed = true;
        ended = true;
    }

    boolean available() {
        return engine.available();
    }

    AdvancedCache<String, byte[]> cache() {
        return cache;
    }

    /** The entry as it is stored, or null if there is none; complete on a thread of the grid. */
    CompletableFuture<byte @Nullable []> get(String clientId) {
        return cache.getAsync(clientId).<byte @Nullable []>thenApply(bytes -> bytes);
    }

    static @Nullable OwnerEntry decoded(byte @Nullable [] bytes) {
        return bytes == null || Tombstone.is(bytes) ? null : OwnerEntry.decoded(bytes);
    }

    /**
     * Puts an entry in the place of another one, or of none.
     *
     * @return whether it was that other one; complete on a thread of the grid
     */
    CompletableFuture<Boolean> replace(String clientId, byte @Nullable [] before, byte[] after) {
        int topology = engine.topology();
        CompletableFuture<Boolean> answered =
                before == null
                        ? cache.putIfAbsentAsync(clientId, after)
                                .thenApply(there -> there == null || Arrays.equals(there, after))
                        : cache.replaceAsync(clientId, before, after)
                                .thenApply(Boolean.TRUE::equals);
        return answered.thenCompose(done ->
                done && topology == engine.topology()
                        ? answered
                        // The answer may be that of a second attempt, or of a repetition here.
                        : cache.getAsync(clientId).thenApply(there -> Arrays.equals(there, after)));
    }

    /**
     * Makes this node the next owner: puts its entry in the place of another one, or of none.
     *
     * @return whether it became that, though yet another may have claimed the session since and
     *     waits for it; complete on a thread of the grid
     */
    CompletableFuture<Boolean> succeed(
            String clientId, byte @Nullable [] before, OwnerEntry mine, byte[] mineBytes) {
        return replace(clientId, before, mineBytes)
                .thenCompose(done ->
                        done
                                ? CompletableFuture.completedFuture(true)
                                : get(clientId).thenApply(there -> isFollowedBy(mine, there)));
    }

    private static boolean isFollowedBy(OwnerEntry entry, byte @Nullable [] there) {
        OwnerEntry next = decoded(there);
        return next != null
                && entry.owner().equals(next.former())
                && entry.epoch() == next.formerEpoch();
    }

    /** Changes the entry of a session of this node; then, on the loop: whether it still was. */
    void update(OwnedSession session, UnaryOperator<OwnerEntry> change, Consumer<Boolean> then) {
        inTurn(
                session,
                () -> {
                    OwnerEntry entry = change.apply(session.entry());
                    byte[] bytes = entry.encoded();
                    return replace(session.clientId(), session.entryBytes(), bytes)
                            .thenApplyAsync(
                                    replaced -> {
                                        if (replaced) {
                                            session.entry(entry, bytes);
                                        }
                                        return replaced;
                                    },
                                    post.loop());
                },
                then);
    }

    /**
     * Writes the entry of a session of this node again, in the place of one from before: parts of
     * the grid that meet may bring that back, and nobody else takes the session for its own. Then,
     * on the loop: whether it was still that one.
     */
    void restore(OwnedSession session, byte[] before, Consumer<Boolean> then) {
        LOG.info("The entry of '{}' is out of date and is written again", session.clientId());
        inTurn(
                session,
                () ->
                        replace(session.clientId(), before, session.entryBytes())
                                .thenApplyAsync(replaced -> replaced, post.loop()),
                then);
    }

    /** Removes the entry of a session that has ended; then, on the loop. */
    void remove(OwnedSession session, Runnable then) {
        // What nobody would miss needs no tombstone: most clients leave nothing behind.
        boolean leavesNothing = !session.isPersistent() && session.entry().head().will() == null;
        inTurn(
                session,
                () ->
                        leavesNothing
                                ? cache.removeAsync(session.clientId(), session.entryBytes())
                                : Tombstone.replace(
                                        cache, session.clientId(), session.entryBytes()),
                removed -> then.run());
    }

    private interface Operation {
        CompletableFuture<Boolean> start();
    }

    private void inTurn(OwnedSession session, Operation operation, Consumer<Boolean> then) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        CompletableFuture<?> before = session.lastEntryWrite();
        session.lastEntryWrite(over);
        Runnable work =
                () ->
                        repeated(
                                operation,
                                result -> {
                                    then.accept(result);
                                    over.complete(null);
                                });
        if (before.isDone()) {
            work.run();
        } else {
            before.thenRun(work);
        }
    }

    private void repeated(Operation operation, Consumer<Boolean> then) {
        if (ended || !engine.available()) {
            later(operation, then);
            return;
        }
        started(operation)
                .whenCompleteAsync(
                        (result, error) -> {
                            if (error == null) {
                                then.accept(result);
                            } else {
                                later(operation, then);
                            }
                        },
                        post.loop());
    }

    private static CompletableFuture<Boolean> started(Operation operation) {
        try {
            return operation.start();
        } catch (RuntimeException stopped) {
            return CompletableFuture.failedFuture(stopped);
        }
    }

    private void later(Operation operation, Consumer<Boolean> then) {
        if (ended) {
            then.accept(false);
        } else if (!closed) {
            CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, post.loop())
                    .execute(() -> repeated(operation, then));
        }
    }

    /** What those are told who wait while the grid cannot be written. */
    static Refusal cutOff(String clientId) {
        Refusal refusal = cutOff();
        return new Refusal(refusal.reason(), refusal.explanation(), Set.of(clientId));
    }

    /** The same, for all sessions. */
    static Refusal cutOff() {
        return Refusal.unavailable("this node is cut off from the majority");
    }
}
