package io.skein.cluster.grid;

import io.skein.cluster.link.Peer;
import io.skein.mqtt.topic.TopicFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sessions that move, as their mail is addressed on this node. Lives on the loop. */
final class Diversions {
    private final RoutingTable routing;
    private final Map<String, Diverted> bySession = new HashMap<>();

    private record Diverted(Destination.Diversion diversion, List<TopicFilter> filters) {}

    Diversions(RoutingTable routing) {
        this.routing = routing;
    }

    /** Mail for these filters goes to the next owner as well, unless a later one is known. */
    void begin(Frames.Move move) {
        Diverted known = bySession.get(move.clientId());
        if (known != null && known.diversion.epoch() >= move.epoch()) {
            return;
        }
        end(move.clientId(), move.epoch());
        Destination.Diversion diversion =
                new Destination.Diversion(move.to(), move.clientId(), move.epoch());
        bySession.put(move.clientId(), new Diverted(diversion, move.filters()));
        move.filters().forEach(filter -> routing.divert(filter, diversion));
    }

    /** The move under this epoch, or an earlier one, is over. */
    void end(String clientId, long epoch) {
        Diverted known = bySession.get(clientId);
        if (known != null && known.diversion.epoch() <= epoch) {
            bySession.remove(clientId);
            known.filters.forEach(filter -> routing.endDiversion(filter, known.diversion));
        }
    }

    /** A dead node is nobody's next owner. */
    void forget(Peer peer) {
        for (Diverted one : List.copyOf(bySession.values())) {
            if (one.diversion.node().equals(peer)) {
                end(one.diversion.clientId(), one.diversion.epoch());
            }
        }
    }
}
