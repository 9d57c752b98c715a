package io.skein.cluster.grid;

import io.skein.cluster.Interest;
import io.skein.cluster.link.Peer;
import io.skein.mqtt.topic.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who beyond this node wants the messages of one topic.
 *
 * @param version of the routes it was found in
 * @param nodes with plain subscribers
 * @param shares nodes with a member, by group
 * @param diversions sessions that move; also to this node
 */
record GridInterest(
        long version,
        Set<Peer> nodes,
        Map<TopicFilter, List<Peer>> shares,
        List<Destination.Diversion> diversions)
        implements Interest {
    @Override
    public boolean isEmpty() {
        return nodes.isEmpty() && shares.isEmpty() && diversions.isEmpty();
    }
}
