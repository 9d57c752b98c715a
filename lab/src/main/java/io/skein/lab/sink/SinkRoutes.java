package io.skein.lab.sink;

import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Who gets what. A topic is matched once and remembered until a subscription changes. Belongs to
 * the event loop.
 */
final class SinkRoutes {
    /** Of topics that are remembered; then all are forgotten. */
    private static final int TOPICS_LIMIT = 100_000;

    private final List<SinkSubscription> subscriptions = new ArrayList<>();
    private final Map<TopicName, Route> routes = new HashMap<>();
    private long version;

    /** The subscribers of a topic; those that share a subscription take turns. */
    static final class Route {
        private final List<SinkSubscription> each = new ArrayList<>();
        private final Map<String, List<SinkSubscription>> groups = new HashMap<>();
        private int turn;

        /** Who gets a message whoever gets the one before. */
        List<SinkSubscription> each() {
            return each;
        }

        boolean hasGroups() {
            return !groups.isEmpty();
        }

        /** Who of each group gets the next message. */
        List<SinkSubscription> next() {
            turn++;
            return groups.values().stream()
                    .map(group -> group.get(Math.floorMod(turn, group.size())))
                    .toList();
        }
    }

    /** Changes whenever a route may. */
    long version() {
        return version;
    }

    void add(SinkSubscription added) {
        remove(added.connection(), added.filter());
        subscriptions.add(added);
        changed();
    }

    void remove(SinkConnection connection, TopicFilter filter) {
        subscriptions.removeIf(
                each -> each.connection() == connection && each.filter().equals(filter));
        changed();
    }

    void removeAll(SinkConnection connection) {
        if (subscriptions.removeIf(each -> each.connection() == connection)) {
            changed();
        }
    }

    private void changed() {
        version++;
        routes.clear();
    }

    Route of(TopicName topic) {
        if (routes.size() >= TOPICS_LIMIT) {
            routes.clear();
        }
        return routes.computeIfAbsent(topic, this::match);
    }

    private Route match(TopicName topic) {
        Route route = new Route();
        for (SinkSubscription each : subscriptions) {
            TopicFilter filter = each.filter();
            if (!filter.withoutShare().matches(topic)) {
                continue;
            }
            if (filter.isShared()) {
                route.groups
                        .computeIfAbsent(
                                Objects.requireNonNull(filter.shareGroup()), _ -> new ArrayList<>())
                        .add(each);
            } else {
                route.each.add(each);
            }
        }
        return route;
    }
}
