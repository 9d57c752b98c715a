package io.skein.cluster.grid;

import io.skein.cluster.Interest;
import io.skein.cluster.link.Peer;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import io.skein.mqtt.topic.TopicTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the other nodes want, in this node's memory. Safe for use by any thread. */
final class RoutingTable {
    private static final int LIFE_SHIFT = 44;

    private final TopicTree<Destination> tree = new TopicTree<>(System.nanoTime());
    private final long firstVersion;
    private final Map<Peer, Set<TopicFilter>> byNode = new ConcurrentHashMap<>();

    /**
     * An empty table.
     *
     * @param life of the process to which it belongs: versions differ from those of others
     */
    RoutingTable(int life) {
        firstVersion = (long) life << LIFE_SHIFT;
    }

    void add(Peer node, TopicFilter filter) {
        byNode.computeIfAbsent(node, key -> ConcurrentHashMap.newKeySet()).add(filter);
        tree.add(filter, destination(node, filter));
    }

    void remove(Peer node, TopicFilter filter) {
        tree.remove(filter, destination(node, filter));
        Set<TopicFilter> filters = byNode.get(node);
        if (filters != null) {
            filters.remove(filter);
        }
    }

    /** Forgets what a node wants. */
    void remove(Peer node) {
        Set<TopicFilter> filters = byNode.remove(node);
        if (filters != null) {
            filters.forEach(filter -> tree.remove(filter, destination(node, filter)));
        }
    }

    void divert(TopicFilter filter, Destination.Diversion diversion) {
        tree.add(filter, diversion);
    }

    void endDiversion(TopicFilter filter, Destination.Diversion diversion) {
        tree.remove(filter, diversion);
    }

    /** Nodes of which something is known. */
    Set<Peer> nodes() {
        return Set.copyOf(byNode.keySet());
    }

    /** What is known of a node. */
    Set<TopicFilter> filters(Peer node) {
        return Set.copyOf(byNode.getOrDefault(node, Set.of()));
    }

    long version() {
        return firstVersion + tree.version();
    }

    Interest interest(TopicName topic) {
        Interest found = find(topic);
        return found.isEmpty() ? Interest.NONE : found;
    }

    GridInterest find(TopicName topic) {
        // The version first: what changes while matching makes the result out of date, not wrong.
        long version = version();
        Set<Peer> nodes = new LinkedHashSet<>();
        Map<TopicFilter, List<Peer>> shares = new HashMap<>();
        List<Destination.Diversion> diversions = new ArrayList<>();
        tree.match(
                topic,
                destination -> {
                    switch (destination) {
                        case Destination.Route route -> nodes.add(route.node());
                        case Destination.Share share ->
                                shares.computeIfAbsent(share.filter(), key -> new ArrayList<>())
                                        .add(share.node());
                        case Destination.Diversion diversion -> {
                            if (!diversions.contains(diversion)) {
                                diversions.add(diversion);
                            }
                        }
                    }
                });
        return new GridInterest(version, nodes, shares, diversions);
    }

    private static Destination destination(Peer node, TopicFilter filter) {
        return filter.isShared()
                ? new Destination.Share(node, filter)
                : new Destination.Route(node);
    }
}
