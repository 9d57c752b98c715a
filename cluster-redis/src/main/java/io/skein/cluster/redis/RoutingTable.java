package io.skein.cluster.redis;

import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import io.skein.mqtt.topic.TopicTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all sessions and nodes want: a copy of the table in Redis as a topic tree. Fields are a
 * label and a filter with a zero between them, which no client id has; the value for a session is
 * the quality granted and the epoch, for a node which time it is a member. Lives on the loop.
 */
final class RoutingTable implements SharedTable.Copy {
    private static final int MATCHES_LIMIT = 8_192;
    private static final char BETWEEN = '\0';

    /**
     * Who gets the messages of one topic.
     *
     * @param members of groups: nodes that have one
     * @param groups all that there are, those included whose members are on no node at the moment
     */
    record Found(
            Map<String, QoS> sessions,
            Set<String> nodes,
            Map<TopicFilter, List<String>> members,
            Set<TopicFilter> groups) {}

    private record Entry(TopicFilter filter, Destination destination, String value) {}

    private final TopicTree<Destination> tree = new TopicTree<>(System.nanoTime());
    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<TopicName, Found> matches = new HashMap<>();

    static String field(String label, String filter) {
        return label + BETWEEN + filter;
    }

    static byte[] value(QoS granted, long epoch) {
        return Args.bytes(granted.value() + ":" + epoch);
    }

    @Override
    public void put(String field, byte[] value) {
        remove(field);
        int between = field.indexOf(BETWEEN);
        String label = field.substring(0, between);
        TopicFilter filter = TopicFilter.of(field.substring(between + 1));
        Entry entry = new Entry(filter, destination(label, filter, value), Args.text(value));
        entries.put(field, entry);
        tree.add(filter, entry.destination);
    }

    private static Destination destination(String label, TopicFilter filter, byte[] value) {
        String name = Names.withoutKind(label);
        if (Names.isSession(label)) {
            return filter.isShared()
                    ? new Destination.ToGroup(name, filter)
                    : new Destination.ToSession(name, QoS.of(value[0] - '0'));
        }
        return filter.isShared()
                ? new Destination.ToMember(name, filter)
                : new Destination.ToNode(name);
    }

    @Override
    public void remove(String field) {
        matches.clear();
        Entry before = entries.remove(field);
        if (before != null) {
            tree.remove(before.filter, before.destination);
        }
    }

    @Override
    public Set<String> fields() {
        return entries.keySet();
    }

    /** A field and its value. */
    record Route(String field, String value) {}

    /** Persistent sessions that are members of a group, and what says so. */
    Map<String, Route> ofGroup(TopicFilter share) {
        Map<String, Route> found = new LinkedHashMap<>();
        entries.forEach((field, entry) -> {
            if (entry.destination instanceof Destination.ToGroup to && to.filter().equals(share)) {
                found.put(to.clientId(), new Route(field, entry.value));
            }
        });
        return found;
    }

    /** The fields of one record, and their values. */
    Map<String, byte[]> fields(String label) {
        Map<String, byte[]> found = new LinkedHashMap<>();
        entries.forEach((field, entry) -> {
            if (field.length() > label.length()
                    && field.startsWith(label)
                    && field.charAt(label.length()) == BETWEEN) {
                found.put(field, Args.bytes(entry.value));
            }
        });
        return found;
    }

    Found match(TopicName topic) {
        @Nullable Found known = matches.get(topic);
        if (known != null) {
            return known;
        }
        Map<String, QoS> sessions = new LinkedHashMap<>();
        Set<String> nodes = new LinkedHashSet<>();
        Map<TopicFilter, List<String>> members = new LinkedHashMap<>();
        Set<TopicFilter> groups = new LinkedHashSet<>();
        tree.match(
                topic,
                destination -> {
                    switch (destination) {
                        case Destination.ToSession to ->
                                sessions.merge(to.clientId(), to.granted(), RoutingTable::higher);
                        case Destination.ToNode to -> nodes.add(to.node());
                        case Destination.ToGroup to -> groups.add(to.filter());
                        case Destination.ToMember to -> {
                            groups.add(to.filter());
                            members.computeIfAbsent(to.filter(), _ -> new ArrayList<>())
                                    .add(to.node());
                        }
                    }
                });
        Found found = new Found(sessions, nodes, members, groups);
        if (matches.size() >= MATCHES_LIMIT) {
            matches.clear();
        }
        matches.put(topic, found);
        return found;
    }

    private static QoS higher(QoS one, QoS other) {
        return one.value() >= other.value() ? one : other;
    }
}
