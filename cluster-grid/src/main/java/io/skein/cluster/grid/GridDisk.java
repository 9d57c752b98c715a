package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.Message;
import io.skein.cluster.Refusal;
import io.skein.cluster.RetainedMessages;
import io.skein.cluster.SessionChange;
import io.skein.cluster.StoredSession;
import io.skein.cluster.link.Peer;
import io.skein.cluster.standalone.SessionLog;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this node has of sessions, its own and copies of others', and of retained messages, on its
 * disk: for the day on which no node is left to ask. What changes in one turn of the loop is one
 * write. Lives on the loop, but for {@link #start}, {@link #retain} and {@link #close}.
 */
final class GridDisk implements AutoCloseable {
    /** Where the log keeps the roster: a topic that no client can publish to. */
    private static final TopicName ROSTER = TopicName.of("$SYS/grid/roster");

    /** Below every epoch there is. */
    private static final long STALE = -1;

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final Post post;
    private final @Nullable SessionLog log;

    /** The epochs under which sessions are on the disk. */
    private final Map<String, Long> epochs = new HashMap<>();

    private List<SessionChange> changes = new ArrayList<>();
    private List<Completion> waiting = new ArrayList<>();
    private boolean flushScheduled;

    /** Writes that the log has not answered yet. */
    private int unanswered;

    /**
     * A disk, or none.
     *
     * @param log not started; null where nothing is to be kept
     */
    GridDisk(Post post, @Nullable SessionLog log) {
        this.post = post;
        this.log = log;
    }

    /** Whether anything is kept. */
    boolean keeps() {
        return log != null;
    }

    /**
     * Reads what is there; blocks.
     *
     * @param writable told, on a thread of the log, why it cannot be written; null when it can
     */
    List<SessionLog.Found> start(Consumer<@Nullable Refusal> writable)
            throws InterruptedException, ExecutionException {
        if (log == null) {
            return List.of();
        }
        List<SessionLog.Found> found = log.start(writable).toCompletableFuture().get();
        CompletableFuture.runAsync(
                        () ->
                                found.forEach(
                                        one -> epochs.put(one.session().clientId(), one.epoch())),
                        post.loop())
                .get();
        return found;
    }

    /** Who was there when something was kept last. */
    Roster roster() {
        Message kept = log == null ? null : log.retained().get(ROSTER);
        return kept == null ? Roster.NONE : Roster.decoded(kept.payload());
    }

    /** These are the members from now on; what is kept later is after that. */
    void roster(Set<Peer> members) {
        flush();
        byte[] roster = new Roster(System.currentTimeMillis(), Set.copyOf(members)).encoded();
        retain(message(ROSTER, roster));
    }

    /** The retained messages on the disk. */
    List<Message> retained() {
        List<Message> found = new ArrayList<>();
        if (log != null) {
            log.retained()
                    .forEach(message -> {
                        if (!message.topic().equals(ROSTER)) {
                            found.add(message);
                        }
                    });
        }
        return found;
    }

    /**
     * Keeps a retained message, or with an empty payload the end of one. From any thread.
     *
     * @return complete, by any thread, when it is kept, or cannot be
     */
    CompletionStage<Void> retain(Message message) {
        if (log == null) {
            return DONE;
        }
        CompletableFuture<Void> kept = new CompletableFuture<>();
        log.retain(message, refusal -> kept.complete(null));
        return kept;
    }

    /** Drops retained messages from the disk that are not among these. */
    void retainOnly(RetainedMessages present) {
        for (Message message : retained()) {
            if (present.get(message.topic()) == null) {
                retain(message(message.topic(), new byte[0]));
            }
        }
    }

    private static Message message(TopicName topic, byte[] payload) {
        return new Message(
                topic,
                payload,
                QoS.AT_MOST_ONCE,
                true,
                Properties.EMPTY,
                "",
                Message.NEVER_EXPIRES);
    }

    /** A whole session, in place of what is there of it. */
    void keep(StoredSession state, long epoch) {
        if (log == null) {
            return;
        }
        String clientId = state.clientId();
        if (epochs.put(clientId, epoch) != null) {
            changes.add(new SessionChange.Ended(clientId, epoch));
        }
        state.forEachChange(epoch, changes::add);
        flushLater();
    }

    /** Whether a session is there, whole, under this epoch. */
    boolean has(String clientId, long epoch) {
        return epochs.getOrDefault(clientId, 0L) == epoch;
    }

    /** What is there may be wrong: it is not counted on, whatever comes in its place. */
    void forget() {
        epochs.replaceAll((clientId, epoch) -> STALE);
    }

    /** A change of a session that is there under this epoch; of another nothing is kept. */
    void change(SessionChange change) {
        if (log != null && has(change.clientId(), change.epoch())) {
            changes.add(change);
            flushLater();
        }
    }

    /** What is there of a session under this epoch or an earlier one is of no use any more. */
    void drop(String clientId, long epoch) {
        Long kept = epochs.get(clientId);
        if (kept != null && kept <= epoch) {
            epochs.remove(clientId);
            changes.add(new SessionChange.Ended(clientId, kept));
            flushLater();
        }
    }

    /** Completes, on the loop, when everything so far is on the disk; refused if it cannot be. */
    void await(Completion done) {
        if (changes.isEmpty() && unanswered == 0) {
            done.complete(null);
        } else {
            waiting.add(done);
            flushLater();
        }
    }

    private void flushLater() {
        if (!flushScheduled) {
            flushScheduled = true;
            post.loop().execute(this::flush);
        }
    }

    private void flush() {
        flushScheduled = false;
        SessionLog open = log;
        if (open == null || (changes.isEmpty() && waiting.isEmpty())) {
            return;
        }
        List<SessionChange> written = changes;
        List<Completion> answered = waiting;
        changes = new ArrayList<>();
        waiting = new ArrayList<>();
        unanswered++;
        open.write(
                written,
                refusal ->
                        post.loop()
                                .execute(() -> {
                                    unanswered--;
                                    answered.forEach(done -> done.complete(refusal));
                                }));
    }

    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
    }
}
