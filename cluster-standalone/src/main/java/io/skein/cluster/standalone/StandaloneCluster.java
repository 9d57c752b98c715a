package io.skein.cluster.standalone;

import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.Durability;
import io.skein.cluster.Interest;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.Ownership;
import io.skein.cluster.Promise;
import io.skein.cluster.Refusal;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The port of a node that is alone. Safe for use by any thread. */
final class StandaloneCluster implements Cluster, SessionStore, RetainedStore, Routes {
    private final NodeInfo self;
    private final Durability durability;
    private final Store store;

    StandaloneCluster(NodeInfo self, Durability durability, Store store) {
        this.self = self;
        this.durability = durability;
        this.store = store;
    }

    @Override
    public Set<Promise> promises() {
        Set<Promise> promises =
                EnumSet.of(
                        Promise.SUBSCRIBED_MEANS_DELIVERED,
                        Promise.ACKED_MEANS_QUEUED,
                        Promise.ORDERED_PER_PUBLISHER,
                        Promise.EXACTLY_ONCE,
                        Promise.ONE_OWNER_PER_CLIENT,
                        Promise.SESSION_FOLLOWS_CLIENT,
                        Promise.RETAINED_EVERYWHERE,
                        Promise.SHARED_GOES_TO_ONE);
        if (durability != Durability.NONE) {
            promises.add(Promise.ACKED_SURVIVES_RESTART);
            promises.add(Promise.WILL_FIRES_ONCE);
        }
        return promises;
    }

    @Override
    public CompletionStage<Void> start(LocalBroker broker) {
        return store.start(broker);
    }

    @Override
    public NodeInfo self() {
        return self;
    }

    @Override
    public List<NodeInfo> nodes() {
        return List.of(self);
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
        done.complete(null);
    }

    @Override
    public CompletionStage<Ownership> claim(String clientId, boolean cleanStart, SessionHead head) {
        CompletableFuture<Ownership> done = new CompletableFuture<>();
        store.submit(new Request.Claim(clientId, cleanStart, head, done));
        return done;
    }

    @Override
    public void write(List<SessionChange> changes, Completion done) {
        store.submit(new Request.Write(changes, done));
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
        store.submit(new Request.Retain(message, done));
    }

    @Override
    public CompletionStage<Iterator<Message>> match(TopicFilter filter) {
        return CompletableFuture.completedFuture(store.retained().iterator(filter));
    }

    @Override
    public long bytes(TopicName topic) {
        return store.retained().bytes(topic);
    }

    @Override
    public long bytes() {
        return store.retained().bytes();
    }

    @Override
    public long size() {
        return store.retained().size();
    }

    @Override
    public CompletionStage<Void> add(TopicFilter filter) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void remove(TopicFilter filter) {}

    @Override
    public Interest interest(TopicName topic) {
        return Interest.NONE;
    }

    @Override
    public long version() {
        return 0;
    }

    @Override
    public void close() {
        store.close();
    }
}
