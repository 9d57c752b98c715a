package io.skein.cluster.redis;

import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;

/** Who gets what matches a filter. */
sealed interface Destination {
    /** A persistent session, wherever it is. */
    record ToSession(String clientId, QoS granted) implements Destination {}

    /** Sessions of a node that end with their connections. */
    record ToNode(String node) implements Destination {}

    /** A member of a group that is a persistent session, wherever it is. */
    record ToGroup(String clientId, TopicFilter filter) implements Destination {}

    /** A node with a member of a group. */
    record ToMember(String node, TopicFilter filter) implements Destination {}
}
