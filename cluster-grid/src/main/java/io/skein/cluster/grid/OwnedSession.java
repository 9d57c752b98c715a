package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session that this node owns: what it holds, and which of it the grid has. One write of it is
 * under way at a time; what changes meanwhile goes with the next. Lives on the loop.
 */
final class OwnedSession {
    /** Logged bytes beyond which the log begins anew, if they are also twice the session. */
    private static final int LOG_BYTES_LIMIT = 32 * 1024;

    /** Owners whose logs have to be read one after the other, at most. */
    private static final int SEGMENTS_LIMIT = 4;

    /** Chunks of a former owner that become garbage when the log begins anew. */
    record Garbage(long epoch, long from, long until) {}

    private final StoredSession state;
    private OwnerEntry entry;
    private byte[] entryBytes;
    private final List<Garbage> garbage;

    private final List<SessionChange> pending = new ArrayList<>();
    private List<Completion> waiting = new ArrayList<>();
    private final List<CompletableFuture<Void>> idle = new ArrayList<>();
    private long ownFrom;
    private long nextChunk;
    private long loggedBytes;
    private long wholeBytes;
    private boolean headChanged;
    private boolean beginAnew;
    private boolean ended;
    private boolean writing;

    OwnedSession(
            StoredSession state,
            OwnerEntry entry,
            byte[] entryBytes,
            List<Garbage> garbage,
            boolean beginAnew) {
        this.state = state;
        this.entry = entry;
        this.entryBytes = entryBytes;
        this.garbage = new ArrayList<>(garbage);
        this.beginAnew = beginAnew || entry.segments().size() > SEGMENTS_LIMIT;
    }

    String clientId() {
        return state.clientId();
    }

    long epoch() {
        return entry.epoch();
    }

    OwnerEntry entry() {
        return entry;
    }

    byte[] entryBytes() {
        return entryBytes;
    }

    void entry(OwnerEntry written, byte[] bytes) {
        entry = written;
        entryBytes = bytes;
    }

    StoredSession state() {
        return state;
    }

    boolean isPersistent() {
        return state.head().isPersistent();
    }

    boolean hasEnded() {
        return ended;
    }

    /** What it is subscribed to, groups apart. */
    List<TopicFilter> plainFilters() {
        List<TopicFilter> filters = new ArrayList<>();
        for (StoredSession.Entry subscription : state.subscriptions()) {
            TopicFilter filter = subscription.subscription().filter();
            if (!filter.isShared()) {
                filters.add(filter);
            }
        }
        return filters;
    }

    /** Whether its changes are logged: those of a session that ends with its connection are not. */
    boolean isLogged() {
        return isPersistent() || nextChunk > 0 || entry.segments().size() > 1;
    }

    /** Takes a change in: whether it has to be written. */
    boolean apply(SessionChange change) {
        state.apply(change);
        if (change instanceof SessionChange.Ended) {
            ended = true;
            pending.clear();
            return true;
        }
        if (isLogged()) {
            pending.add(change);
            return true;
        }
        if (change instanceof SessionChange.HeadSet) {
            headChanged = true;
            return true;
        }
        return false;
    }

    /** Somebody waits for what was applied so far. */
    void await(Completion done) {
        waiting.add(done);
    }

    boolean isWriting() {
        return writing;
    }

    boolean hasWork() {
        return !pending.isEmpty() || headChanged || ended || beginAnew || !waiting.isEmpty();
    }

    /** Complete when nothing is left to be written. */
    CompletableFuture<Void> whenIdle() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        if (!writing && !hasWork()) {
            future.complete(null);
        } else {
            idle.add(future);
        }
        return future;
    }

    /** Begins a write: returns who waits for it. */
    List<Completion> begin() {
        writing = true;
        List<Completion> waitedFor = waiting;
        waiting = new ArrayList<>();
        return waitedFor;
    }

    /** Whether everything is to be written instead of what changed. */
    boolean isToBeginAnew() {
        return isLogged() && (beginAnew || loggedBytes > Math.max(LOG_BYTES_LIMIT, 2 * wholeBytes));
    }

    /** Whether only its entry is to be written. */
    boolean isHeadOnly() {
        return headChanged && !isLogged();
    }

    /** The changes to be written; they are no longer pending. */
    List<SessionChange> takePending() {
        List<SessionChange> taken = List.copyOf(pending);
        pending.clear();
        headChanged = false;
        beginAnew = false;
        return taken;
    }

    /** The number of the next chunk. */
    long nextChunk() {
        return nextChunk;
    }

    void wroteChunk(int bytes) {
        nextChunk++;
        loggedBytes += bytes;
    }

    /** Chunks from here on hold everything. */
    void wroteWhole(long first, long bytes) {
        garbage.clear();
        ownFrom = first;
        wholeBytes = bytes;
        loggedBytes = 0;
    }

    /** Every chunk that was logged and may still be there. */
    List<Garbage> chunks() {
        List<Garbage> all = new ArrayList<>(garbage);
        all.add(new Garbage(epoch(), ownFrom, nextChunk));
        return all;
    }

    /** The write is over. */
    void end(@Nullable Refusal refusal, List<Completion> waited) {
        writing = false;
        waited.forEach(done -> done.complete(refusal));
        if (!hasWork()) {
            List<CompletableFuture<Void>> told = List.copyOf(idle);
            idle.clear();
            told.forEach(future -> future.complete(null));
        }
    }

    /** Another node owns it: nothing of it is written any more. */
    void fenced() {
        pending.clear();
        headChanged = false;
        beginAnew = false;
        ended = false;
        List<Completion> refused = waiting;
        waiting = new ArrayList<>();
        refused.forEach(done -> done.complete(Refusal.fenced(clientId())));
    }
}
