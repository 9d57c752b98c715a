package io.skein.cluster.grid;

import io.skein.cluster.link.Peer;
import io.skein.mqtt.topic.TopicFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Members of groups on their way from this node. A group has this node's route until the next
 * owner's is known to all: who finds no member here meanwhile knows that there is one. Lives on the
 * loop.
 */
final class LeavingMembers {
    private final Peer self;
    private final GridRoutes routes;
    private final RoutingTable routing;
    private final Map<String, Leaving> bySession = new HashMap<>();
    private final Map<TopicFilter, Integer> counts = new HashMap<>();

    private record Leaving(long epoch, Peer to, List<TopicFilter> groups) {}

    LeavingMembers(Peer self, GridRoutes routes, RoutingTable routing) {
        this.self = self;
        this.routes = routes;
        this.routing = routing;
    }

    /** A session is claimed under this epoch. */
    void begin(Frames.Claimed claimed, Peer to, List<TopicFilter> groups) {
        for (TopicFilter group : groups) {
            routes.pin(group);
            if (counts.merge(group, 1, Integer::sum) == 1) {
                routing.add(self, group); // for what this node's clients publish
            }
        }
        Leaving former =
                bySession.put(claimed.clientId(), new Leaving(claimed.epoch(), to, groups));
        if (former != null) {
            end(former);
        }
    }

    /** The routes of the owner under this epoch are known to all. */
    void settled(String clientId, long epoch) {
        Leaving leaving = bySession.get(clientId);
        if (leaving != null && leaving.epoch <= epoch) {
            bySession.remove(clientId);
            end(leaving);
        }
    }

    /** What was on its way to a dead node has other owners by now. */
    void forget(Peer peer) {
        bySession
                .values()
                .removeIf(leaving -> {
                    boolean forgotten = leaving.to.equals(peer);
                    if (forgotten) {
                        end(leaving);
                    }
                    return forgotten;
                });
    }

    private void end(Leaving leaving) {
        for (TopicFilter group : leaving.groups) {
            routes.unpin(group);
            if (counts.merge(group, -1, Integer::sum) == 0) {
                counts.remove(group);
                routing.remove(self, group);
            }
        }
    }
}
