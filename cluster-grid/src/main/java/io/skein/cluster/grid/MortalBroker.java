package io.skein.cluster.grid;

import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.LocalClient;
import io.skein.cluster.LocalConnection;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.topic.TopicFilter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The broker, as long as one life of its node lasts: afterwards it hears nothing of that. */
final class MortalBroker implements LocalBroker {
    private static final Refusal OVER = Refusal.unavailable("this node joins the others anew");
    private static final long SETTLE_SECONDS = 5;

    private final LocalBroker broker;
    private final AtomicReference<CompletableFuture<?>> adoptions =
            new AtomicReference<>(CompletableFuture.completedFuture(null));

    private volatile boolean over;

    MortalBroker(LocalBroker broker) {
        this.broker = broker;
    }

    /** The broker hears no more. */
    void end() {
        over = true;
    }

    /** Blocks until the broker has dealt with the sessions it was given, for a time. */
    void settled() {
        CompletableFuture.allOf(adoptions.get())
                .exceptionally(failed -> null)
                .completeOnTimeout(null, SETTLE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void deliver(Message message, List<TopicFilter> shares, Completion done) {
        if (over) {
            done.complete(OVER);
        } else {
            broker.deliver(message, shares, done);
        }
    }

    @Override
    public void deliver(
            Message message,
            boolean everyone,
            List<TopicFilter> shares,
            List<String> sessions,
            List<String> later,
            Completion done) {
        if (over) {
            done.complete(OVER);
        } else {
            broker.deliver(message, everyone, shares, sessions, later, done);
        }
    }

    @Override
    public LocalConnection connect(Connect packet, LocalClient client) {
        return broker.connect(packet, client);
    }

    @Override
    public void passOnly(String clientId, Predicate<Message> passes) {
        broker.passOnly(clientId, passes);
    }

    @Override
    public CompletionStage<Integer> queued(String clientId) {
        return broker.queued(clientId);
    }

    @Override
    public void numberWill(String clientId, long epoch, Origin origin) {
        if (!over) {
            broker.numberWill(clientId, epoch, origin);
        }
    }

    @Override
    public CompletionStage<Void> relinquish(String clientId, long epoch) {
        return over ? CompletableFuture.completedFuture(null) : broker.relinquish(clientId, epoch);
    }

    @Override
    public CompletionStage<Void> end(String clientId, long epoch) {
        return over ? CompletableFuture.completedFuture(null) : broker.end(clientId, epoch);
    }

    @Override
    public CompletionStage<Void> forfeit(String clientId, long epoch) {
        return over ? CompletableFuture.completedFuture(null) : broker.forfeit(clientId, epoch);
    }

    @Override
    public CompletionStage<Void> forfeitAll() {
        return broker.forfeitAll();
    }

    @Override
    public CompletionStage<Void> adopt(StoredSession session, long epoch) {
        if (over) {
            return CompletableFuture.failedFuture(new RefusedException(OVER));
        }
        CompletableFuture<Void> adopted = broker.adopt(session, epoch).toCompletableFuture();
        adoptions.updateAndGet(
                before -> before.isDone() ? adopted : CompletableFuture.allOf(before, adopted));
        return adopted;
    }

    @Override
    public void serving(@Nullable Refusal refusal) {
        if (!over) {
            broker.serving(refusal);
        }
    }

    @Override
    public void storing(@Nullable Refusal refusal) {
        if (!over) {
            broker.storing(refusal);
        }
    }
}
