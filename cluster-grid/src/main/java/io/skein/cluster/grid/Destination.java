package io.skein.cluster.grid;

import io.skein.cluster.link.Peer;
import io.skein.mqtt.topic.TopicFilter;

/** Where messages go that match a filter. */
sealed interface Destination {
    /** The node that is sent to. */
    Peer node();

    /** Some session of the node has the filter. */
    record Route(Peer node) implements Destination {}

    /** Some session of the node is a member of the group. */
    record Share(Peer node, TopicFilter filter) implements Destination {}

    /** A session that has the filter is moving to the node. */
    record Diversion(Peer node, String clientId, long epoch) implements Destination {}
}
