package io.skein.benchmarks.broker;

import io.skein.cluster.Cluster;
import io.skein.cluster.Completion;
import io.skein.cluster.Interest;
import io.skein.cluster.LocalBroker;
import io.skein.cluster.Message;
import io.skein.cluster.NodeInfo;
import io.skein.cluster.Ownership;
import io.skein.cluster.Promise;
import io.skein.cluster.RetainedStore;
import io.skein.cluster.Routes;
import io.skein.cluster.ServedHere;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.SessionStore;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One node that agrees to everything at once and keeps nothing. */
final class LoneCluster implements Cluster, SessionStore, Routes, RetainedStore {

    @Override
    public Set<Promise> promises() {
        return Set.of();
    }

    @Override
    public CompletionStage<Void> start(LocalBroker broker) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public NodeInfo self() {
        return new NodeInfo("n1", "", "");
    }

    @Override
    public List<NodeInfo> nodes() {
        return List.of(self());
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
    public CompletionStage<Ownership> claim(String clientId, boolean clean, SessionHead head) {
        return CompletableFuture.completedFuture(new Ownership(1, null));
    }

    @Override
    public void write(List<SessionChange> changes, Completion done) {
        done.complete(null);
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
    public void put(Message message, Completion done) {
        done.complete(null);
    }

    @Override
    public CompletionStage<Iterator<Message>> match(TopicFilter filter) {
        return CompletableFuture.completedFuture(Collections.emptyIterator());
    }

    @Override
    public long bytes(TopicName topic) {
        return 0;
    }

    @Override
    public long size() {
        return 0;
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {}
}
