package io.skein.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.skein.cluster.Completion;
import io.skein.cluster.Interest;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.Ownership;
import io.skein.cluster.QueuedMessage;
import io.skein.cluster.Refusal;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.Properties;
import io.skein.mqtt.QoS;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.packet.Subscription;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A node with a broker that keeps what is delivered to its sessions in their queues, for ever. */
final class TestBroker implements LocalBroker, AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    /** Stands for the sessions that end with their connection. */
    static final String ALL = "";

    private static final Refusal NOBODY =
            new Refusal(ReasonCode.NO_MATCHING_SUBSCRIBERS, "no member here");

    final RedisCluster cluster;

    /** What came to each session, queued or found in its queue. */
    final Map<String, List<String>> arrived = new ConcurrentHashMap<>();

    final Map<String, Long> owned = new ConcurrentHashMap<>();
    final List<String> forfeited = new CopyOnWriteArrayList<>();
    volatile @Nullable Refusal notStoring;
    volatile @Nullable Refusal notServing;

    /** The session that takes what comes for groups; null where this node has no member. */
    volatile @Nullable String member;

    /** Whether what comes for groups is heard and not taken. */
    volatile boolean isSlow;

    /** What has to be complete before a session is adopted. */
    volatile CompletableFuture<Void> adopting = CompletableFuture.completedFuture(null);

    private final AtomicLong sequence = new AtomicLong();

    private TestBroker(RedisCluster cluster) {
        this.cluster = cluster;
    }

    static TestBroker open(String name, String redis, Map<String, String> more) {
        Map<String, String> options = new HashMap<>(more);
        options.put(RedisSettings.REDIS, redis);
        NodeInfo self = new NodeInfo(name, name + ":1883", "");
        return new TestBroker(new RedisCluster(RedisSettings.of(self, options)));
    }

    static TestBroker start(String name, String redis, Map<String, String> more) {
        TestBroker broker = open(name, redis, more);
        get(broker.cluster.start(broker));
        return broker;
    }

    static <T> T get(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        assertThat(future).succeedsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return future.join();
    }

    /** A persistent session with one subscription at QoS 2. */
    void own(String clientId, String filter) {
        claim(clientId);
        Subscription wanted = new Subscription(TopicFilter.of(filter), QoS.EXACTLY_ONCE);
        long epoch = owned.getOrDefault(clientId, 0L);
        assertThat(write(new SessionChange.Subscribed(clientId, epoch, wanted, 0))).isEmpty();
    }

    /** The same as a member of a group, which this node serves. */
    void join(String clientId, String share) {
        own(clientId, share);
        member = clientId;
        get(cluster.add(TopicFilter.of(share)));
    }

    /** A persistent session; what was stored of it. */
    @Nullable StoredSession claim(String clientId) {
        SessionHead head = new SessionHead(true, SessionHead.NEVER_EXPIRES, 0, null);
        Ownership owner = get(cluster.claim(clientId, false, head));
        owned.put(clientId, owner.epoch());
        StoredSession session = owner.session();
        if (session != null) {
            recall(session);
        }
        return session;
    }

    private void recall(StoredSession session) {
        List<String> texts = arrived(session.clientId());
        for (StoredSession.Slot slot : session.queue()) {
            texts.add(text(slot.queued().message()));
            sequence.accumulateAndGet(slot.sequence() + 1, Math::max);
        }
    }

    Optional<Refusal> write(SessionChange change) {
        CompletableFuture<Optional<Refusal>> done = new CompletableFuture<>();
        cluster.write(List.of(change), refusal -> done.complete(Optional.ofNullable(refusal)));
        return get(done);
    }

    /** The outcome, when there is one. */
    CompletableFuture<Optional<Refusal>> publish(String topic, String text) {
        CompletableFuture<Optional<Refusal>> done = new CompletableFuture<>();
        Message message = message(topic, text, QoS.AT_LEAST_ONCE);
        Interest interest = cluster.interest(message.topic());
        cluster.publish(
                message,
                interest,
                ServedHere.NOBODY,
                refusal -> done.complete(Optional.ofNullable(refusal)));
        return done;
    }

    /** A QoS 2 message of the client "publisher" with its packet id. */
    CompletableFuture<Optional<Refusal>> publish(
            String topic, String text, long epoch, int packetId) {
        CompletableFuture<Optional<Refusal>> done = new CompletableFuture<>();
        Message message = message(topic, text, QoS.EXACTLY_ONCE);
        cluster.publish(
                message,
                cluster.interest(message.topic()),
                ServedHere.NOBODY,
                List.of(new SessionChange.Received("publisher", epoch, packetId)),
                refusal -> done.complete(Optional.ofNullable(refusal)));
        return done;
    }

    private static Message message(String topic, String text, QoS qos) {
        return new Message(
                TopicName.of(topic),
                text.getBytes(StandardCharsets.UTF_8),
                qos,
                false,
                Properties.EMPTY,
                "publisher",
                Message.NEVER_EXPIRES);
    }

    List<String> arrived(String clientId) {
        return arrived.computeIfAbsent(clientId, _ -> new CopyOnWriteArrayList<>());
    }

    private static String text(Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    @Override
    public void deliver(Message message, List<TopicFilter> shares, Completion done) {
        arrived(ALL).add(text(message));
        done.complete(null);
    }

    @Override
    public void deliver(
            Message message,
            boolean everyone,
            List<TopicFilter> shares,
            List<String> sessions,
            List<String> later,
            Completion done) {
        if (!shares.isEmpty() && isSlow) {
            return;
        }
        String clientId = shares.isEmpty() ? sessions.getFirst() : member;
        Long epoch = clientId == null ? null : owned.get(clientId);
        if (clientId == null || epoch == null) {
            done.complete(shares.isEmpty() ? null : NOBODY);
            return;
        }
        QueuedMessage queued = new QueuedMessage(message, message.qos(), false, List.of());
        SessionChange change =
                new SessionChange.Queued(clientId, epoch, sequence.getAndIncrement(), queued);
        cluster.write(
                List.of(change),
                refusal -> {
                    if (refusal == null) {
                        arrived(clientId).add(text(message));
                    }
                    done.complete(refusal);
                });
    }

    @Override
    public CompletionStage<Void> relinquish(String clientId, long epoch) {
        owned.remove(clientId);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> forfeit(String clientId, long epoch) {
        forfeited.add(clientId);
        return relinquish(clientId, epoch);
    }

    @Override
    public CompletionStage<Void> adopt(StoredSession session, long epoch) {
        owned.put(session.clientId(), epoch);
        recall(session);
        return adopting;
    }

    @Override
    public void serving(@Nullable Refusal refusal) {
        notServing = refusal;
    }

    @Override
    public void storing(@Nullable Refusal refusal) {
        notStoring = refusal;
    }

    @Override
    public void close() {
        cluster.close();
    }
}
