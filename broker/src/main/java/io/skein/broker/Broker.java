package io.skein.broker;

import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.LocalClient;
import io.skein.cluster.LocalConnection;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.Refusal;
import io.skein.cluster.RetainedMessages;
import io.skein.cluster.RetainedStore;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.Properties;
import io.skein.mqtt.Property;
import io.skein.mqtt.QoS;
import io.skein.mqtt.packet.Connect;
import io.skein.mqtt.packet.Will;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import io.skein.mqtt.topic.TopicTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The broker of one node: its shards, and what they share (who is subscribed to what here). A
 * client id belongs to one shard, chosen by its hash, so that a session never changes threads.
 * Methods may be called from any thread.
 */
public final class Broker implements LocalBroker {
    final BrokerSettings settings;
    final Cluster cluster;
    final TopicTree<LocalSubscription> subscriptions;
    final Expiry expiry = new Expiry();

    private static final String SYSTEM = "$SYS";
    private static final byte[] SYSTEM_UTF8 = SYSTEM.getBytes(StandardCharsets.UTF_8);

    private final Map<String, Predicate<Message>> passing = new ConcurrentHashMap<>();
    private final RetainedMessages system = new RetainedMessages();
    private final BrokerCounters counters;
    private final RouteTable routes;
    private final List<Shard> shards;
    private volatile @Nullable Refusal notServing;
    private volatile @Nullable Refusal notStoring;
    private volatile @Nullable Referral referral;
    private volatile boolean backlogIsFull;
    private volatile boolean joining;

    /**
     * A broker that serves nobody until a {@link Connection} is made.
     *
     * @param loops the threads to run on, one shard for each, at least one
     */
    public Broker(BrokerSettings settings, Cluster cluster, List<? extends ShardLoop> loops) {
        if (loops.isEmpty()) {
            throw new IllegalArgumentException("a broker needs at least one shard");
        }
        this.settings = settings;
        this.counters = new BrokerCounters(loops.size());
        this.cluster = cluster;
        this.subscriptions = new TopicTree<>(settings.seed());
        this.routes = new RouteTable(cluster.routes());
        List<Shard> made = new ArrayList<>();
        for (ShardLoop loop : loops) {
            made.add(new Shard(this, made.size(), loops.size(), loop));
        }
        this.shards = List.copyOf(made);
    }

    /**
     * Starts this broker's cluster. Until that is complete no will is published and no session
     * ends: those who are to hear of it may not be back yet.
     *
     * @return complete when clients may be served
     */
    public CompletionStage<Void> join() {
        joining = true;
        return cluster.start(this)
                .thenRun(() -> {
                    joining = false;
                    for (Shard shard : shards) {
                        shard.loop.execute(
                                now -> shard.sessions.values().forEach(expiry::schedule));
                    }
                });
    }

    boolean isJoining() {
        return joining;
    }

    /** The shard with this index, in the order of the loops. */
    public Shard shard(int index) {
        return shards.get(index);
    }

    /** The shard that serves a client id. An empty one is served by any shard. */
    public int shardIndexFor(String clientId) {
        int hash = clientId.hashCode() * 0x9E3779B9; // spreads the hash; the modulus alone does not
        return Math.floorMod(hash ^ (hash >>> 16), shards.size());
    }

    /** QoS 1 and 2 messages that the sessions of this node hold, counted for each session. */
    public long queuedMessages() {
        long messages = 0;
        for (Shard shard : shards) {
            messages += shard.backlog.messages();
        }
        return messages;
    }

    /** Their payload and topic bytes. */
    public long queuedBytes() {
        long bytes = 0;
        for (Shard shard : shards) {
            bytes += shard.backlog.bytes();
        }
        return bytes;
    }

    /** Looks whether the sessions hold more than the node may; called once a turn. */
    void checkBacklog() {
        OverloadLimits limits = settings.overload();
        long messages = queuedMessages();
        long bytes = queuedBytes();
        boolean full =
                messages >= limits.queuedMessagesMaximum() || bytes >= limits.queuedBytesMaximum();
        boolean roomAgain =
                messages < limits.queuedMessagesMaximum() * 0.9
                        && bytes < limits.queuedBytesMaximum() * 0.9;
        if (full != backlogIsFull && (full || roomAgain)) {
            backlogIsFull = full;
        }
    }

    /** Whether QoS 1 and 2 messages of clients are refused until there is room again. */
    boolean isBacklogFull() {
        return backlogIsFull;
    }

    /**
     * Whether there is no room to retain a message of this topic with a payload of so many bytes,
     * in place of the one that is there.
     */
    boolean isRetainedFull(TopicName topic, int payloadBytes) {
        RetainedStore retained = cluster.retained();
        OverloadLimits limits = settings.overload();
        long bytes = (long) topic.utf8().length + payloadBytes;
        long room = limits.retainedBytesMaximum() - retained.bytes();
        boolean full = retained.size() >= limits.retainedMessagesMaximum();
        if (!full && bytes <= room) {
            return false; // whatever is there: it need not be looked for
        }
        long before = retained.bytes(topic);
        return bytes > before && (bytes - before > room || (full && before == 0));
    }

    /** The retained messages for a filter. */
    CompletionStage<Iterator<Message>> retained(TopicFilter filter) {
        if (filter.levels()[0].equals(SYSTEM)) {
            return CompletableFuture.completedFuture(system.iterator(filter));
        }
        return cluster.retained().match(filter);
    }

    /** What this node has counted since its start. */
    public BrokerCounters counters() {
        return counters;
    }

    /** How many different filters the sessions of this node hold. */
    public long subscriptionFilters() {
        return routes.size();
    }

    /** Why clients are not served at the moment, or what they send is not kept; null otherwise. */
    public @Nullable Refusal notServing() {
        Refusal refusal = notServing;
        return refusal == null ? notStoring : refusal;
    }

    /** Who connects is sent elsewhere from now on; null: comes in. */
    public void refer(@Nullable Referral elsewhere) {
        referral = elsewhere;
    }

    @Nullable Referral referral() {
        return referral;
    }

    /** Whether what has to be kept can be, as far as the store has told. */
    boolean isStoring() {
        return notStoring == null;
    }

    /**
     * Whether a will may be published: it can be kept for whom it is for, and nobody has gone on
     * without this node, who would publish it as well.
     */
    boolean maySendWills() {
        return isStoring() && cluster.isCurrent();
    }

    /** Why a message of this quality is not taken at the moment; null when it is. */
    @Nullable Refusal notTaking(QoS qos) {
        return qos == QoS.AT_MOST_ONCE ? notServing : notServing();
    }

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
        // One shard for all messages of a publisher: that keeps their order (P3).
        Shard shard = shards.get(shardIndexFor(message.publisherId()));
        shard.loop.execute(now -> {
            Pending pending = new Pending.FromNode(shard, done);
            shard.routeFromNode(
                    message, new Addressees(everyone, shares, sessions, later), pending, now);
            pending.partDone(null, now);
        });
    }

    @Override
    public LocalConnection connect(Connect packet, LocalClient client) {
        if (!isLocal(packet.clientId())) {
            throw new IllegalArgumentException(
                    "not the id of a local client: " + packet.clientId());
        }
        return LocalOutput.connect(shards.get(shardIndexFor(packet.clientId())), packet, client);
    }

    @Override
    public void passOnly(String clientId, Predicate<Message> passes) {
        passing.put(clientId, passes);
    }

    /** Which messages a session takes; null for all that it is subscribed to. */
    @Nullable Predicate<Message> passing(String clientId) {
        return isLocal(clientId) ? passing.get(clientId) : null;
    }

    @Override
    public CompletionStage<Integer> queued(String clientId) {
        Shard home = shards.get(shardIndexFor(clientId));
        CompletableFuture<Integer> counted = new CompletableFuture<>();
        home.loop.execute(ignored -> {
            Session session = home.sessions.get(clientId);
            counted.complete(
                    session == null ? 0 : session.queuedMessages() + session.inflightMessages());
        });
        return counted;
    }

    /** Whether a client id is one of those that only this node's own clients have. */
    static boolean isLocal(String clientId) {
        return clientId.startsWith(LOCAL_CLIENTS);
    }

    @Override
    public void numberWill(String clientId, long epoch, Origin origin) {
        Shard home = shards.get(shardIndexFor(clientId));
        home.loop.execute(now -> home.admission.numberWill(clientId, epoch, origin));
    }

    @Override
    public CompletionStage<Void> relinquish(String clientId, long epoch) {
        return letGo(clientId, epoch, false);
    }

    @Override
    public CompletionStage<Void> end(String clientId, long epoch) {
        return letGo(clientId, epoch, true);
    }

    private CompletionStage<Void> letGo(String clientId, long epoch, boolean ends) {
        Shard home = shards.get(shardIndexFor(clientId));
        return handedOverElsewhere(home)
                .thenCompose(nothing ->
                        onShard(
                                home,
                                now -> home.admission.relinquish(clientId, epoch, ends, now)));
    }

    @Override
    public CompletionStage<Void> forfeit(String clientId, long epoch) {
        Shard home = shards.get(shardIndexFor(clientId));
        return onShard(
                home,
                now -> {
                    home.admission.dropWill(clientId, epoch);
                    return home.admission.relinquish(clientId, epoch, false, now);
                });
    }

    @Override
    public CompletionStage<Void> forfeitAll() {
        return CompletableFuture.allOf(
                shards.stream()
                        .map(shard -> onShard(shard, shard.admission::forfeitAll))
                        .toArray(CompletableFuture[]::new));
    }

    /**
     * Complete when all that clients of this node had published for a session without finding it
     * here has come to its shard.
     */
    CompletableFuture<Void> awaitPublished(Session session) {
        return handedOverElsewhere(session.shard) // they find it from here on
                .thenCompose(
                        nothing -> cluster.sessions().caughtUp(session.clientId, session.epoch))
                .thenCompose(nothing -> handedOverElsewhere(session.shard));
    }

    /** Complete when what the other shards have for this one by now is on its way to it. */
    CompletableFuture<Void> handedOverElsewhere(Shard home) {
        return CompletableFuture.allOf(
                shards.stream()
                        .filter(shard -> shard != home)
                        .map(shard -> onShard(shard, now -> turnEnded(shard, now)))
                        .toArray(CompletableFuture[]::new));
    }

    private static CompletableFuture<Void> turnEnded(Shard shard, long nowNanos) {
        shard.endTurn(nowNanos);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> adopt(StoredSession session, long epoch) {
        Shard shard = shards.get(shardIndexFor(session.clientId()));
        if (joining) {
            return onShard(shard, now -> shard.admission.adopt(session, epoch, now));
        }
        // What came from other nodes before has to pass the session by: it has that, or is sent it.
        return handedOverElsewhere(shard)
                .thenCompose(nothing ->
                        onShard(shard, now -> shard.admission.adopt(session, epoch, now)));
    }

    @FunctionalInterface
    private interface Asynchronous {
        CompletableFuture<Void> run(long nowNanos);
    }

    private static CompletableFuture<Void> onShard(Shard shard, Asynchronous work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        shard.loop.execute(now ->
                work.run(now)
                        .whenComplete((nothing, error) -> {
                            if (error == null) {
                                done.complete(null);
                            } else {
                                done.completeExceptionally(error);
                            }
                        }));
        return done;
    }

    @Override
    public void storing(@Nullable Refusal refusal) {
        notStoring = refusal;
    }

    @Override
    public void serving(@Nullable Refusal refusal) {
        notServing = refusal;
        if (refusal != null) {
            boolean keepsWills = !isStoring(); // they wait for the store, as every will does
            for (Shard shard : shards) {
                shard.loop.execute(now -> shard.abandonAll(refusal.reason(), keepsWills, now));
            }
        }
    }

    /** One more subscription of this node; completes when the cluster knows of it (P1). */
    CompletableFuture<Void> subscribe(LocalSubscription subscription) {
        Session session = subscription.session();
        TopicFilter filter = subscription.subscription().filter();
        LocalSubscription before = session.subscriptions.put(filter, subscription);
        subscriptions.add(filter, subscription);
        if (before != null) { // [MQTT-3.8.4-3] replaced without a gap
            subscriptions.remove(filter, before);
        } else {
            counters.subscriptions.increment();
            if (filter.isShared()) {
                counters.sharedSubscriptions.increment();
            }
        }
        if (subscription.isFed() || isLocal(session.clientId)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> known = routes.acquire(filter);
        if (before != null) {
            routes.release(filter);
        }
        return known;
    }

    /** One subscription less. */
    void unsubscribe(LocalSubscription subscription) {
        TopicFilter filter = subscription.subscription().filter();
        if (subscription.session().subscriptions.remove(filter, subscription)) {
            subscriptions.remove(filter, subscription);
            counters.subscriptions.decrement();
            if (filter.isShared()) {
                counters.sharedSubscriptions.decrement();
            }
            if (!subscription.isFed() && !isLocal(subscription.session().clientId)) {
                routes.release(filter);
            }
        }
    }

    /** Whether a topic is one of those in which the node speaks of itself. */
    static boolean isSystem(TopicName topic) {
        byte[] utf8 = topic.utf8();
        return utf8.length >= SYSTEM_UTF8.length
                && Arrays.equals(utf8, 0, SYSTEM_UTF8.length, SYSTEM_UTF8, 0, SYSTEM_UTF8.length)
                && (utf8.length == SYSTEM_UTF8.length || utf8[SYSTEM_UTF8.length] == '/');
    }

    /**
     * What the node says of itself, below {@code $SYS}: to its own subscribers, and to those who
     * subscribe later as retained messages. Other nodes hear nothing of it, and no store.
     */
    public void publishSystem(List<Message> messages) {
        messages.forEach(system::put);
        for (Shard shard : shards) {
            shard.loop.execute(now -> shard.deliverSystem(messages, now));
        }
    }

    /** Whether a retained message is kept; counted if not. */
    boolean keepsRetained(Message message) {
        int payloadBytes = message.payload().length;
        if (payloadBytes == 0 || !isRetainedFull(message.topic(), payloadBytes)) {
            return true;
        }
        counters.retainedRefused.increment();
        return false;
    }

    /** Publishes a will; {@code session} has none any more when that is kept. */
    void publishWill(Session session, Will will, long nowNanos) {
        Shard shard = session.shard;
        Message message = willMessage(session.clientId, will, null, nowNanos);
        if (will.retain() && keepsRetained(message)) {
            cluster.retained().put(message, Completion.IGNORED);
        }
        WillPublish pending = new WillPublish(shard, session, will.qos());
        shard.route(message, pending, nowNanos);
        pending.routed(nowNanos);
    }

    /** The message that a will is. */
    static Message willMessage(String clientId, Will will, @Nullable Origin origin, long nowNanos) {
        Properties properties = will.properties();
        return new Message(
                will.topic(),
                will.payload(),
                will.qos(),
                will.retain(), // [MQTT-3.1.2-14] [MQTT-3.1.2-15]
                withoutIntervals(properties),
                clientId,
                expiresAtNanos(properties, nowNanos),
                origin);
    }

    /** When a message with these properties is over. */
    static long expiresAtNanos(Properties properties, long nowNanos) {
        long seconds = properties.number(Property.MESSAGE_EXPIRY_INTERVAL, -1);
        return seconds < 0 ? Message.NEVER_EXPIRES : nowNanos + seconds * 1_000_000_000L;
    }

    /** What travels on: the intervals are counted from here, the rest goes as it came. */
    static Properties withoutIntervals(Properties properties) {
        if (properties.isEmpty()) {
            return properties;
        }
        return properties.toBuilder()
                .remove(Property.MESSAGE_EXPIRY_INTERVAL)
                .remove(Property.WILL_DELAY_INTERVAL)
                .remove(Property.TOPIC_ALIAS)
                .build();
    }
}
