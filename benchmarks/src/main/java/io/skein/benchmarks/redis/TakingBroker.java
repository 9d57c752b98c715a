package io.skein.benchmarks.redis;

import io.netty.channel.EventLoop;
import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.Refusal;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionStore;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Takes everything on its shard. What is for a persistent session is queued and sent by one write
 * for all messages of a turn, and dequeued by another, as if clients acknowledged at once.
 */
final class TakingBroker implements LocalBroker {
    private static final int PACKET_IDS = 65_535;

    private static final class Owned {
        final long epoch;
        long sequence;

        Owned(long epoch) {
            this.epoch = epoch;
        }
    }

    private final EventLoop shard;
    private final SessionStore store;
    private final Map<String, Owned> owned = new HashMap<>(); // of the shard
    private List<SessionChange> joining = new ArrayList<>();
    private List<SessionChange> leaving = new ArrayList<>();
    private List<Completion> joined = new ArrayList<>();

    TakingBroker(EventLoop shard, SessionStore store) {
        this.shard = shard;
        this.store = store;
    }

    void owns(String clientId, long epoch) {
        shard.submit(() -> owned.put(clientId, new Owned(epoch))).syncUninterruptibly();
    }

    @Override
    public void deliver(Message message, List<TopicFilter> shares, Completion done) {
        shard.execute(() -> done.complete(null));
    }

    @Override
    public void deliver(
            Message message,
            boolean everyone,
            List<TopicFilter> shares,
            List<String> sessions,
            List<String> later,
            Completion done) {
        shard.execute(() -> sessions.forEach(clientId -> queue(message, clientId, done)));
    }

    private void queue(Message message, String clientId, Completion done) {
        Owned session = owned.get(clientId);
        if (session == null) {
            done.complete(Refusal.unavailable("not here"));
            return;
        }
        if (joining.isEmpty()) {
            shard.execute(this::write);
        }
        long sequence = ++session.sequence;
        QueuedMessage queued = new QueuedMessage(message, QoS.AT_LEAST_ONCE, false, List.of());
        joining.add(new SessionChange.Queued(clientId, session.epoch, sequence, queued));
        int packetId = (int) (sequence % PACKET_IDS) + 1;
        joining.add(new SessionChange.Sent(clientId, session.epoch, sequence, packetId));
        leaving.add(new SessionChange.Dequeued(clientId, session.epoch, sequence));
        joined.add(done);
    }

    private void write() {
        List<SessionChange> acknowledged = leaving;
        List<Completion> told = joined;
        store.write(
                joining,
                refusal -> {
                    told.forEach(done -> done.complete(refusal));
                    shard.execute(() -> store.write(acknowledged, Completion.IGNORED));
                });
        joining = new ArrayList<>();
        leaving = new ArrayList<>();
        joined = new ArrayList<>();
    }

    @Override
    public CompletionStage<Void> relinquish(String clientId, long epoch) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> adopt(StoredSession session, long epoch) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void serving(@Nullable Refusal refusal) {}
}
