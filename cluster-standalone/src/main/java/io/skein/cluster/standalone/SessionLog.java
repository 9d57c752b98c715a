package io.skein.cluster.standalone;

import io.skein.cluster.Completion;
import io.skein.cluster.Durability;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.RetainedMessages;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.topic.TopicFilter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A log on the local disk for an architecture that decides elsewhere who owns a session: it keeps
 * changes of sessions, each under the epoch it names, and retained messages. A change under a
 * smaller epoch than that of the change before is refused. Safe for use by any thread.
 */
public final class SessionLog implements AutoCloseable {
    /** A session as it was in the log, and the epoch under which it was changed last. */
    public record Found(StoredSession session, long epoch) {}

    private final Journal journal;

    private SessionLog(Journal journal) {
        this.journal = journal;
    }

    /**
     * Takes a directory at once; it is read by {@link #start}.
     *
     * @param durability SYNC or OS: when a write counts as kept
     * @throws UncheckedIOException if it cannot be written or another process has it
     */
    public static SessionLog open(Path directory, Durability durability) {
        return new SessionLog(
                new Journal(
                        JournalDirectory.lock(directory),
                        Disk.REAL,
                        durability,
                        JournalLimits.DEFAULT.withoutBoundOnWaiting(),
                        null));
    }

    /**
     * Reads what is there.
     *
     * @param writable told, by a thread of the log, why it cannot be written for the moment, and
     *     null when it can again: what was refused meanwhile is not in it
     * @return complete with all sessions, in no order, by a thread of the log; exceptionally if the
     *     log cannot be read
     */
    public CompletionStage<List<Found>> start(Consumer<@Nullable Refusal> writable) {
        List<Found> found = Collections.synchronizedList(new ArrayList<>());
        return journal.start(new Reader(found, writable)).thenApply(nothing -> List.copyOf(found));
    }

    /** Keeps changes, in this order; completes by a thread of the log when they are kept. */
    public void write(List<SessionChange> changes, Completion done) {
        journal.submit(new Request.Write(changes, done));
    }

    /** Keeps a retained message, or with an empty payload the end of one; completes likewise. */
    public void retain(Message message, Completion done) {
        journal.submit(new Request.Retain(message, done));
    }

    /** The retained messages in the log. */
    public RetainedMessages retained() {
        return journal.retained();
    }

    /** Writes what is waiting and releases the directory. */
    @Override
    public void close() {
        journal.close();
    }

    /** Stands where a broker would take over what was found. */
    private record Reader(List<Found> found, Consumer<@Nullable Refusal> writable)
            implements LocalBroker {
        @Override
        public CompletionStage<Void> adopt(StoredSession session, long epoch) {
            found.add(new Found(session, epoch));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void serving(@Nullable Refusal refusal) {
            writable.accept(refusal);
        }

        @Override
        public void deliver(Message message, List<TopicFilter> shares, Completion done) {
            throw new UnsupportedOperationException("a log delivers nothing");
        }

        @Override
        public CompletionStage<Void> relinquish(String clientId, long epoch) {
            throw new UnsupportedOperationException("a log owns nothing");
        }
    }
}
