package io.skein.cluster.bridge;

import io.skein.cluster.Interest;
import io.skein.cluster.Routes;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What clients of this node want. No other node is told by the port: links that ask for it carry it
 * to the far side. Any thread may call.
 */
final class Wanted implements Routes {
    private final Set<TopicFilter> filters = new HashSet<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Tells of every change from now on, on the thread that makes it. */
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    List<TopicFilter> filters() {
        synchronized (filters) {
            return new ArrayList<>(filters);
        }
    }

    @Override
    public CompletionStage<Void> add(TopicFilter filter) {
        synchronized (filters) {
            filters.add(filter);
        }
        listeners.forEach(Runnable::run);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void remove(TopicFilter filter) {
        synchronized (filters) {
            filters.remove(filter);
        }
        listeners.forEach(Runnable::run);
    }

    @Override
    public Interest interest(TopicName topic) {
        return Interest.NONE;
    }

    @Override
    public long version() {
        return 0;
    }
}
