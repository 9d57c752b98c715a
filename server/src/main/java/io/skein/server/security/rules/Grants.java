package io.skein.server.security.rules;

import java.util.ArrayList;
import java.util.List;

/** What a client may do by itself, without configured rules. */
public final class Grants {
    private Grants() {}

    /**
     * Rules that allow what stands in two lists of topic filters.
     *
     * @throws IllegalArgumentException if a filter is none
     */
    public static List<Rule> of(List<String> publish, List<String> subscribe) {
        List<Rule> rules = new ArrayList<>();
        add(rules, Action.PUBLISH, publish);
        add(rules, Action.SUBSCRIBE, subscribe);
        return rules;
    }

    private static void add(List<Rule> rules, Action action, List<String> filters) {
        if (!filters.isEmpty()) { // no topics at all would be every topic
            List<TopicPattern> topics = filters.stream().map(TopicPattern::parse).toList();
            rules.add(Rule.of(Permission.ALLOW, action, topics));
        }
    }
}
