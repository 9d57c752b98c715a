package io.skein.server.balance;

import io.skein.cluster.NodeInfo;
import io.skein.cluster.NodeLoad;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where clients can go: each to the node with the fewest connections, counting those that were sent
 * there since that was heard. For one thread.
 */
final class Places {
    private static final class Place {
        final String address;
        long connections;

        Place(String address, long connections) {
            this.address = address;
            this.connections = connections;
        }
    }

    private final List<Place> places = new ArrayList<>();

    /** Other nodes; one of which nothing is known is taken to be empty. */
    Places(String self, List<NodeInfo> nodes, Map<String, NodeLoad> loads) {
        for (NodeInfo node : nodes) {
            NodeLoad load = loads.get(node.name());
            if (!node.name().equals(self) && (load == null || load.accepting())) {
                places.add(new Place(node.mqttAddress(), load == null ? 0 : load.connections()));
            }
        }
    }

    /** The address of the node for the next client; null where no other takes any. */
    @Nullable String next() {
        Place place = least();
        if (place == null) {
            return null;
        }
        place.connections++;
        return place.address;
    }

    /** The address of the node that is the next one's now. */
    @Nullable String best() {
        Place place = least();
        return place == null ? null : place.address;
    }

    private @Nullable Place least() {
        return places.stream()
                .min(Comparator.comparingLong(place -> place.connections))
                .orElse(null);
    }
}
