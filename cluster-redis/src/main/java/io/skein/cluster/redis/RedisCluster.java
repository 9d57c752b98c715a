package io.skein.cluster.redis;

import io.lettuce.core.RedisException;
import io.netty.channel.EventLoop;
import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.Interest;
import io.skein.cluster.LinkView;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeLoad;
import io.skein.cluster.Ownership;
import io.skein.cluster.Promise;
import io.skein.cluster.Refusal;
import io.skein.cluster.RefusedException;
import io.skein.cluster.RetainedMessages;
import io.skein.cluster.RetainedStore;
import io.skein.cluster.Routes;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.SessionStore;
import io.skein.mqtt.ReasonCode;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import io.skein.mqtt.topic.TopicTree;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port of a node around Redis. Safe for use by any thread. */
final class RedisCluster implements Cluster, SessionStore, RetainedStore, Routes {
    private static final Logger LOG = LoggerFactory.getLogger(RedisCluster.class);

    /**
     * Who wants a message is looked up when it has been published, in routes that are late enough.
     */
    private static final Interest TO_BE_SEEN = () -> false;

    /** How long what clients have sent may take before the others are told. */
    private static final long SETTLING_SECONDS = 2;

    private static final long FAREWELL_SECONDS = 3;

    private final RedisSettings settings;
    private final RedisLoop thread = new RedisLoop();
    private final EventLoop loop = thread.loop();
    private final RetainedMessages messages = new RetainedMessages();
    private volatile @Nullable Redis redis;
    private volatile @Nullable RedisNode node;

    RedisCluster(RedisSettings settings) {
        this.settings = settings;
    }

    @Override
    public Set<Promise> promises() {
        return EnumSet.of(
                Promise.SUBSCRIBED_MEANS_DELIVERED,
                Promise.ACKED_MEANS_QUEUED,
                Promise.ACKED_SURVIVES_RESTART,
                Promise.ACKED_SURVIVES_NODE_LOSS,
                Promise.ORDERED_PER_PUBLISHER,
                Promise.EXACTLY_ONCE,
                Promise.ONE_OWNER_PER_CLIENT,
                Promise.SESSION_FOLLOWS_CLIENT,
                Promise.RETAINED_EVERYWHERE,
                Promise.WILL_FIRES_ONCE,
                Promise.SHARED_GOES_TO_ONE,
                Promise.MINORITY_REFUSES);
    }

    @Override
    public CompletionStage<Void> start(LocalBroker broker) {
        CompletableFuture<Void> started = new CompletableFuture<>();
        Runnable connecting =
                () -> { // waits for what the loop does
                    try {
                        Redis connected =
                                Redis.connect(
                                        settings.address(),
                                        settings.authority(),
                                        settings.replicas(),
                                        settings.timeout(),
                                        thread);
                        redis = connected;
                        connected
                                .commands()
                                .incr(Args.bytes(settings.names().lives()))
                                .toCompletableFuture()
                                .thenComposeAsync(life -> join(connected, life, broker), loop)
                                .whenComplete((_, failure) -> {
                                    if (failure == null) {
                                        started.complete(null);
                                    } else {
                                        started.completeExceptionally(failure);
                                    }
                                });
                    } catch (RedisException | IllegalStateException e) {
                        started.completeExceptionally(
                                new IllegalStateException(
                                        "Redis at %s cannot be used (cluster.redis): %s"
                                                .formatted(settings.address(), deepest(e)),
                                        e));
                    }
                };
        Thread.ofPlatform().name("skein-redis-connect").daemon().start(connecting);
        return started;
    }

    private static @Nullable String deepest(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    private CompletableFuture<Void> join(Redis connected, long life, LocalBroker broker) {
        RedisNode joining =
                new RedisNode(
                        settings,
                        connected,
                        loop,
                        settings.self().name() + "#" + life,
                        broker,
                        messages);
        node = joining;
        return joining.start();
    }

    private RedisNode node() {
        RedisNode started = node;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    @Override
    public NodeInfo self() {
        return settings.self();
    }

    @Override
    public List<NodeInfo> nodes() {
        RedisNode started = node;
        return started == null ? List.of(settings.self()) : started.members.infos();
    }

    @Override
    public void announce(NodeLoad load) {
        RedisNode started = node;
        if (started != null) {
            started.members.announce(load);
        }
    }

    @Override
    public Map<String, NodeLoad> loads() {
        RedisNode started = node;
        return started == null ? Map.of() : started.members.loads();
    }

    @Override
    public boolean feedsSessions() {
        return true;
    }

    @Override
    public SessionStore sessions() {
        return this;
    }

    @Override
    public Routes routes() {
        return this;
    }

    @Override
    public RetainedStore retained() {
        return this;
    }

    @Override
    public void publish(
            Message message, Interest interest, ServedHere servedHere, Completion done) {
        node().publisher.publish(message, servedHere, done);
    }

    @Override
    public void publish(
            Message message,
            Interest interest,
            ServedHere servedHere,
            List<SessionChange> changes,
            Completion done) {
        node().publisher.publish(message, servedHere, changes, done);
    }

    @Override
    public void handOn(Message message, TopicFilter share, Completion done) {
        loop.execute(() -> node().groups.handOn(message, share, done));
    }

    @Override
    public long droppedBetweenNodes() {
        RedisNode started = node;
        return started == null ? 0 : started.dropped();
    }

    @Override
    public List<LinkView> links() {
        RedisNode started = node;
        return started == null ? List.of() : List.of(started.link.view());
    }

    @Override
    public CompletionStage<Ownership> claim(String clientId, boolean cleanStart, SessionHead head) {
        CompletableFuture<Ownership> done = new CompletableFuture<>();
        loop.execute(() -> node().claims.claim(clientId, cleanStart, head, done));
        return done;
    }

    @Override
    public void write(List<SessionChange> changes, Completion done) {
        node().sessions.writer().write(changes, done);
    }

    @Override
    public CompletionStage<Void> add(TopicFilter filter) {
        return refusing(node().want(filter));
    }

    @Override
    public void remove(TopicFilter filter) {
        node().wantNoMore(filter);
    }

    @Override
    public Interest interest(TopicName topic) {
        return TO_BE_SEEN;
    }

    @Override
    public long version() {
        return 0;
    }

    @Override
    public void put(Message message, Completion done) {
        int levels = message.topic().levelCount();
        if (levels > TopicTree.LEVELS_MAXIMUM) {
            done.complete(
                    new Refusal(
                            ReasonCode.TOPIC_NAME_INVALID,
                            "topic of %d levels, at most %d can be retained"
                                    .formatted(levels, TopicTree.LEVELS_MAXIMUM)));
            return;
        }
        String topic = message.topic().toString();
        Args change =
                message.payload().length == 0 // [MQTT-3.3.1-6]
                        ? SharedTable.remove(topic)
                        : SharedTable.put(topic, Parcel.mail(message));
        node().changeRetained(change)
                .whenComplete((_, failure) ->
                        done.complete(failure == null ? null : Refusals.of(failure)));
    }

    @Override
    public CompletionStage<Iterator<Message>> match(TopicFilter filter) {
        SharedTable table = node().retained;
        CompletableFuture<Iterator<Message>> found = new CompletableFuture<>();
        table.latest()
                .whenCompleteAsync(
                        (latest, failure) -> {
                            if (failure == null) {
                                table.whenAt(
                                        latest, () -> found.complete(messages.iterator(filter)));
                            } else {
                                found.completeExceptionally(
                                        new RefusedException(Refusals.of(failure)));
                            }
                        },
                        loop);
        return found;
    }

    @Override
    public long bytes(TopicName topic) {
        return messages.bytes(topic);
    }

    @Override
    public long bytes() {
        return messages.bytes();
    }

    @Override
    public long size() {
        return messages.size();
    }

    private static CompletableFuture<Void> refusing(CompletableFuture<Void> stage) {
        return stage.exceptionallyCompose(failure ->
                CompletableFuture.failedFuture(new RefusedException(Refusals.of(failure))));
    }

    @Override
    public void close() {
        RedisNode started = node;
        if (started != null) {
            try {
                CompletableFuture.supplyAsync(started::settled, loop)
                        .thenCompose(settled -> settled)
                        .completeOnTimeout(null, SETTLING_SECONDS, TimeUnit.SECONDS)
                        .thenComposeAsync(_ -> started.members.leave(), loop)
                        .get(SETTLING_SECONDS + FAREWELL_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("Redis could not be told that this node leaves: {}", e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        release();
    }

    /** Lets go of the connections; the others are not told, as when the process is killed. */
    void release() {
        Redis connected = redis;
        if (connected != null) {
            connected.close();
        }
        thread.close();
    }
}
