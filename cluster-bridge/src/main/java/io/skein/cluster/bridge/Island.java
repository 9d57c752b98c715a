package io.skein.cluster.bridge;

import io.skein.cluster.LocalBroker;
import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the links of a node have in common.
 *
 * @param node its name, as it stands in paths and in the topology
 * @param links all of them
 * @param stored what the sessions of the links were subscribed to before the start, by client id
 */
record Island(
        String node,
        Topology topology,
        List<LinkSettings> links,
        Wanted wanted,
        LocalBroker broker,
        Map<String, Set<TopicFilter>> stored) {
    /** Where messages go that leave by a link. */
    Way way(LinkSettings link) {
        return new Way(node, link.peer(), topology);
    }

    /** What a link asks the far side for, with the quality of each filter. */
    Map<TopicFilter, QoS> asks(LinkSettings link) {
        Map<TopicFilter, QoS> asked = new LinkedHashMap<>();
        if (!link.isInterest()) {
            for (TopicRule rule : link.rules()) {
                if (rule.isIn()) {
                    asked.merge(rule.remote(), rule.qos(), Island::higher);
                }
            }
            return asked;
        }
        for (TopicFilter wanted : wantedBeyond(link)) {
            for (TopicRule rule : link.rules()) {
                TopicFilter remote = rule.remoteOf(wanted);
                if (remote != null) {
                    asked.merge(remote, rule.qos(), Island::higher);
                }
            }
        }
        return withoutCovered(asked);
    }

    /** What clients want, and what other links take out of this node. */
    private List<TopicFilter> wantedBeyond(LinkSettings link) {
        List<TopicFilter> filters = new ArrayList<>();
        wanted.filters().forEach(filter -> filters.add(filter.withoutShare()));
        for (LinkSettings other : links) {
            if (!other.equals(link)) {
                other.rules().stream()
                        .filter(TopicRule::isOut)
                        .forEach(rule -> filters.add(rule.local()));
            }
        }
        return filters;
    }

    private static Map<TopicFilter, QoS> withoutCovered(Map<TopicFilter, QoS> asked) {
        Map<TopicFilter, QoS> left = new LinkedHashMap<>(asked);
        left.entrySet()
                .removeIf(one ->
                        asked.entrySet().stream()
                                .anyMatch(wide ->
                                        !wide.getKey().equals(one.getKey())
                                                && wide.getValue().compareTo(one.getValue()) >= 0
                                                && Filters.covers(wide.getKey(), one.getKey())));
        return left;
    }

    private static QoS higher(QoS one, QoS other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
