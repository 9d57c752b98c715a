package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.infinispan.AdvancedCache;
import org.jspecify.annotations.Nullable;

/**
 * Writes changes of sessions to the grid: one write for all sessions that changed during a turn of
 * the loop and are not being written. A write that fails is repeated, so that a log has no holes;
 * those who wait are refused meanwhile. Lives on the loop.
 */
final class SessionWriter {
    /** Sessions in one write. */
    private static final int BATCH = 256;

    private static final long RETRY_MILLIS = 200;

    private final Post post;
    private final GridEngine engine;
    private final AdvancedCache<String, byte[]> owners;
    private final SessionLogs logs;
    private final Set<OwnedSession> dirty = new LinkedHashSet<>();
    private boolean scheduled;
    private boolean closed;

    /** Chunks of several sessions on their way. */
    private static final class Batch {
        final Map<String, byte[]> chunks = new HashMap<>();
        final Map<OwnedSession, List<Completion>> sessions = new HashMap<>();
    }

    SessionWriter(Post post, GridEngine engine, SessionLogs logs) {
        this.post = post;
        this.engine = engine;
        owners = engine.owners();
        this.logs = logs;
    }

    void close() {
        closed = true;
    }

    void changed(OwnedSession session) {
        dirty.add(session);
        if (!scheduled) {
            scheduled = true;
            post.loop().execute(this::flush);
        }
    }

    private void flush() {
        scheduled = false;
        List<OwnedSession> due = new ArrayList<>(dirty);
        dirty.clear();
        Batch batch = new Batch();
        for (OwnedSession session : due) {
            if (session.isWriting()) {
                continue; // comes again when that is over
            }
            if (session.hasEnded()) {
                remove(session);
            } else if (session.isHeadOnly()) {
                writeHead(session);
            } else if (session.isToBeginAnew()) {
                writeWhole(session);
            } else {
                batch.sessions.put(session, session.begin());
                byte[] chunk = SessionLogs.chunk(session.takePending());
                batch.chunks.put(
                        SessionLogs.key(session.clientId(), session.epoch(), session.nextChunk()),
                        chunk);
                session.wroteChunk(chunk.length);
                if (batch.chunks.size() == BATCH) {
                    write(batch);
                    batch = new Batch();
                }
            }
        }
        if (!batch.chunks.isEmpty()) {
            write(batch);
        }
    }

    private void write(Batch batch) {
        repeated(
                () -> logs.write(batch.chunks),
                refusal -> batch.sessions.values().forEach(waiting -> refuse(waiting, refusal)),
                nothing ->
                        batch.sessions.forEach((session, waiting) -> end(session, null, waiting)));
    }

    private void writeWhole(OwnedSession session) {
        List<Completion> waiting = session.begin();
        session.takePending();
        long first = session.nextChunk();
        List<OwnedSession.Garbage> before = session.chunks();
        Map<String, byte[]> chunks = new HashMap<>();
        long bytes = 0;
        for (byte[] chunk : SessionLogs.whole(session.state(), session.epoch())) {
            chunks.put(
                    SessionLogs.key(session.clientId(), session.epoch(), session.nextChunk()),
                    chunk);
            session.wroteChunk(chunk.length);
            bytes += chunk.length;
        }
        session.wroteWhole(first, bytes);
        repeated(
                () -> logs.write(chunks),
                refusal -> refuse(waiting, refusal),
                nothing ->
                        replaceEntry(
                                session,
                                session.entry()
                                        .with(new OwnerEntry.Segment(session.epoch(), first)),
                                waiting,
                                () -> drop(session, before)));
    }

    private void drop(OwnedSession session, List<OwnedSession.Garbage> chunks) {
        for (OwnedSession.Garbage one : chunks) {
            logs.remove(session.clientId(), one.epoch(), one.from(), one.until());
        }
    }

    private void writeHead(OwnedSession session) {
        List<Completion> waiting = session.begin();
        session.takePending();
        replaceEntry(session, session.entry().with(session.state().head()), waiting, () -> {});
    }

    private void replaceEntry(
            OwnedSession session, OwnerEntry entry, List<Completion> waiting, Runnable then) {
        byte[] bytes = entry.encoded();
        repeated(
                () -> replace(session.clientId(), session.entryBytes(), bytes),
                refusal -> refuse(waiting, refusal),
                replaced -> {
                    if (replaced) {
                        session.entry(entry, bytes);
                        then.run();
                        end(session, null, waiting);
                    } else {
                        fenced(session, waiting);
                    }
                });
    }

    private void remove(OwnedSession session) {
        List<Completion> waiting = session.begin();
        session.takePending();
        repeated(
                () -> removeEntry(session),
                refusal -> refuse(waiting, refusal),
                removed -> {
                    drop(session, session.chunks());
                    session.fenced(); // there is nothing left to write to
                    end(session, null, waiting);
                });
    }

    /** What nobody would miss needs no tombstone: most clients leave nothing behind. */
    private CompletableFuture<Boolean> removeEntry(OwnedSession session) {
        boolean leavesNothing = !session.isLogged() && session.entry().head().will() == null;
        return leavesNothing
                ? owners.removeAsync(session.clientId(), session.entryBytes())
                : Tombstone.replace(owners, session.clientId(), session.entryBytes());
    }

    private void fenced(OwnedSession session, List<Completion> waiting) {
        session.fenced();
        end(session, Refusal.fenced(session.clientId()), waiting);
    }

    private void end(OwnedSession session, @Nullable Refusal refusal, List<Completion> waiting) {
        session.end(refusal, waiting);
        if (session.hasWork()) {
            changed(session);
        }
    }

    private static void refuse(List<Completion> waiting, Refusal refusal) {
        List<Completion> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(done -> done.complete(refusal));
    }

    /**
     * Replaces an entry. One that is found to be what was to be written was written by an attempt
     * whose answer was lost.
     */
    CompletableFuture<Boolean> replace(String clientId, byte[] before, byte[] after) {
        return owners.replaceAsync(clientId, before, after)
                .thenCompose(replaced ->
                        replaced
                                ? CompletableFuture.completedFuture(true)
                                : owners.getAsync(clientId)
                                        .thenApply(there -> Arrays.equals(there, after)));
    }

    private interface Operation<T> {
        CompletableFuture<T> start();
    }

    private <T> void repeated(
            Operation<T> operation, Consumer<Refusal> refused, Consumer<? super T> done) {
        if (!engine.available()) {
            refused.accept(Refusal.unavailable("this node is cut off from the majority"));
            repeatLater(operation, refused, done);
            return;
        }
        operation
                .start()
                .whenCompleteAsync(
                        (value, error) -> {
                            if (error == null) {
                                done.accept(value);
                            } else {
                                refused.accept(
                                        Refusal.unavailable("session cannot be written: " + error));
                                repeatLater(operation, refused, done);
                            }
                        },
                        post.loop());
    }

    private <T> void repeatLater(
            Operation<T> operation, Consumer<Refusal> refused, Consumer<? super T> done) {
        if (!closed) {
            CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, post.loop())
                    .execute(() -> repeated(operation, refused, done));
        }
    }
}
