package io.skein.broker.simulation;

import io.skein.broker.AccessSettings;
import io.skein.broker.Broker;
import io.skein.broker.BrokerLimits;
import io.skein.broker.BrokerSettings;
import io.skein.cluster.Message;
import io.skein.cluster.Origin;
import io.skein.cluster.SessionChange;
import io.skein.cluster.SessionHead;
import io.skein.cluster.StoredSession;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * Several nodes around one state that never fails: sessions, owners, routes and retained messages
 * as all nodes would agree on them. What takes time between nodes takes virtual time.
 */
final class SimulatedCluster {
    static final long HOP_NANOS = 2_000_000;

    /** Who owns a client id, and what is stored of its session. */
    static final class Entry {
        long epoch;
        SimulatedNode owner;
        StoredSession stored;

        /** The messages that have been in its queue. */
        final Set<Origin> had = new HashSet<>();

        Entry(SimulatedNode owner, String clientId, SessionHead head) {
            this.owner = owner;
            this.stored = new StoredSession(clientId, head);
        }
    }

    final VirtualTime time;
    final List<SimulatedNode> nodes = new ArrayList<>();
    final Map<String, Entry> sessions = new HashMap<>();
    final Map<TopicName, Message> retained = new LinkedHashMap<>();
    final Map<TopicFilter, Set<Integer>> routes = new HashMap<>();
    long routesVersion;

    /**
     * Whether what changes of several sessions is kept for each by itself, or all of it at once.
     */
    boolean keepsApart;

    long lastOrdinal;

    private final IntFunction<SimulatedNode> factory;
    private int ids;

    SimulatedCluster(VirtualTime time, int nodes, int shards) {
        this(time, nodes, shards, BrokerLimits.DEFAULTS);
    }

    SimulatedCluster(VirtualTime time, int nodes, int shards, BrokerLimits limits) {
        this(time, nodes, shards, limits, AccessSettings.OPEN);
    }

    SimulatedCluster(
            VirtualTime time, int nodes, int shards, BrokerLimits limits, AccessSettings access) {
        this(
                time,
                nodes,
                shards,
                limits,
                settings -> new BrokerSettings(settings.limits(), settings.clientIds(), access));
    }

    SimulatedCluster(
            VirtualTime time,
            int nodes,
            int shards,
            BrokerLimits limits,
            UnaryOperator<BrokerSettings> adjust) {
        this.time = time;
        this.factory =
                index -> {
                    SimulatedNode node = new SimulatedNode(this, index);
                    List<SimulatedLoop> loops = new ArrayList<>();
                    for (int s = 0; s < shards; s++) {
                        loops.add(new SimulatedLoop(time));
                    }
                    BrokerSettings settings =
                            adjust.apply(new BrokerSettings(limits, () -> "assigned-" + ids++));
                    node.runs(new Broker(settings, node, loops), loops);
                    return node;
                };
        for (int n = 0; n < nodes; n++) {
            this.nodes.add(factory.apply(n));
        }
    }

    /** A node dies at this moment and is back at once, with what is stored. */
    void restart(SimulatedNode node) {
        node.crash();
        routes.values().forEach(who -> who.remove(node.index));
        routesVersion++;
        SimulatedNode again = factory.apply(node.index);
        nodes.set(node.index, again);
        again.broker().join();
    }

    /** What a node of this index has owned before belongs to this one. */
    List<Entry> inherit(SimulatedNode heir) {
        List<Entry> inherited =
                sessions.values().stream().filter(e -> e.owner.index == heir.index).toList();
        for (Entry entry : inherited) {
            entry.owner = heir;
            entry.epoch++;
        }
        return inherited;
    }

    /** A node dies; after a while the next one that lives takes over what it owned. */
    void crash(SimulatedNode node) {
        node.crash();
        time.after(
                1_000_000_000L,
                () -> {
                    SimulatedNode heir =
                            nodes.stream().filter(n -> !n.isCrashed()).findFirst().orElseThrow();
                    for (Entry entry : List.copyOf(sessions.values())) {
                        if (entry.owner == node) {
                            entry.owner = heir;
                            entry.epoch++;
                            heir.broker().adopt(copyOf(entry.stored), entry.epoch);
                        }
                    }
                    routes.values().forEach(who -> who.remove(node.index));
                    routesVersion++;
                });
    }

    Set<Integer> interested(TopicName topic, int except) {
        Set<Integer> nodes = new TreeSet<>();
        routes.forEach((filter, who) -> {
            if (!filter.isShared() && filter.matches(topic)) {
                nodes.addAll(who);
            }
        });
        nodes.remove(except);
        return nodes;
    }

    /** Shared filters with a member on some node, and the nodes that have one. */
    Map<TopicFilter, Set<Integer>> shares(TopicName topic) {
        Map<TopicFilter, Set<Integer>> found = new LinkedHashMap<>();
        routes.forEach((filter, who) -> {
            if (filter.isShared() && filter.matches(topic) && !who.isEmpty()) {
                found.put(filter, who);
            }
        });
        return found;
    }

    static StoredSession copyOf(StoredSession stored) {
        StoredSession copy = new StoredSession(stored.clientId(), stored.head());
        stored.subscriptions()
                .forEach(e ->
                        copy.apply(
                                new SessionChange.Subscribed(
                                        stored.clientId(),
                                        0,
                                        e.subscription(),
                                        e.subscriptionIdentifier())));
        stored.queue()
                .forEach(slot -> {
                    String id = stored.clientId();
                    long at = slot.sequence();
                    copy.apply(new SessionChange.Queued(id, 0, at, slot.queued()));
                    if (slot.packetId() != 0) {
                        copy.apply(new SessionChange.Sent(id, 0, at, slot.packetId()));
                    }
                    if (slot.released()) {
                        copy.apply(new SessionChange.Released(id, 0, at));
                    }
                });
        stored.received()
                .forEach(packetId ->
                        copy.apply(new SessionChange.Received(stored.clientId(), 0, packetId)));
        stored.underWay()
                .forEach((packetId, as) ->
                        copy.apply(new SessionChange.Received(stored.clientId(), 0, packetId, as)));
        return copy;
    }
}
