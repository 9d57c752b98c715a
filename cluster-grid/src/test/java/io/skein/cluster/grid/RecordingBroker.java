package io.skein.cluster.grid;

import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.Routes;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.topic.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A broker without clients that writes down what is asked of it. */
final class RecordingBroker implements LocalBroker {
    /** What was delivered, as text. */
    final List<String> delivered = new CopyOnWriteArrayList<>();

    /** What was delivered to certain sessions: "session text". */
    final List<String> mail = new CopyOnWriteArrayList<>();

    /** Sessions that did not get a message as one of all: "session text". */
    final List<String> passedOver = new CopyOnWriteArrayList<>();

    final List<String> sharesServed = new CopyOnWriteArrayList<>();
    final List<StoredSession> adopted = new CopyOnWriteArrayList<>();
    final Map<String, Origin> wills = new ConcurrentHashMap<>();
    final List<String> relinquished = new CopyOnWriteArrayList<>();
    final List<String> forfeited = new CopyOnWriteArrayList<>();

    /** How often it was told that others own all it has. */
    final AtomicInteger forfeitedAll = new AtomicInteger();

    final List<@Nullable Refusal> serving = new CopyOnWriteArrayList<>();

    /** Completions that are withheld while {@link #silent}. */
    final List<Completion> withheld = new ArrayList<>();

    volatile boolean silent;
    volatile @Nullable Cluster cluster;

    /** Adoptions are complete no earlier than this. */
    volatile CompletableFuture<Void> mayAdopt = CompletableFuture.completedFuture(null);

    /** Nothing is let go of earlier than this. */
    volatile CompletableFuture<Void> mayRelinquish = CompletableFuture.completedFuture(null);

    volatile Consumer<String> onRelinquish = clientId -> {};

    @Override
    public void deliver(Message message, List<TopicFilter> shares, Completion done) {
        deliver(message, true, shares, List.of(), List.of(), done);
    }

    @Override
    public void deliver(
            Message message,
            boolean everyone,
            List<TopicFilter> shares,
            List<String> sessions,
            List<String> later,
            Completion done) {
        String text = new String(message.payload(), StandardCharsets.UTF_8);
        if (everyone) {
            delivered.add(text);
        }
        shares.forEach(share -> sharesServed.add(share.text() + ' ' + text));
        sessions.forEach(session -> mail.add(session + ' ' + text));
        later.forEach(session -> passedOver.add(session + ' ' + text));
        synchronized (withheld) {
            if (silent) {
                withheld.add(done);
                return;
            }
        }
        done.complete(null);
    }

    /** Answers what was withheld, and withholds no more. */
    void answer(@Nullable Refusal refusal) {
        List<Completion> waiting;
        synchronized (withheld) {
            silent = false;
            waiting = List.copyOf(withheld);
            withheld.clear();
        }
        waiting.forEach(one -> one.complete(refusal));
    }

    @Override
    public void numberWill(String clientId, long epoch, Origin origin) {
        wills.put(clientId, origin);
    }

    @Override
    public CompletionStage<Void> relinquish(String clientId, long epoch) {
        onRelinquish.accept(clientId);
        relinquished.add(clientId);
        return mayRelinquish;
    }

    @Override
    public CompletionStage<Void> forfeit(String clientId, long epoch) {
        forfeited.add(clientId);
        return relinquish(clientId, epoch);
    }

    @Override
    public CompletionStage<Void> forfeitAll() {
        forfeitedAll.incrementAndGet();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> adopt(StoredSession session, long epoch) {
        adopted.add(session);
        CompletableFuture<Void> known = mayAdopt;
        for (StoredSession.Entry entry : session.subscriptions()) {
            known =
                    known.thenCombine(
                            routes().add(entry.subscription().filter()), (one, other) -> null);
        }
        Objects.requireNonNull(cluster).sessions().caughtUp(session.clientId(), epoch);
        return known;
    }

    @Override
    public void serving(@Nullable Refusal refusal) {
        serving.add(refusal);
    }

    private Routes routes() {
        return Objects.requireNonNull(cluster).routes();
    }

    boolean isServing() {
        return !serving.isEmpty() && serving.getLast() == null;
    }
}
