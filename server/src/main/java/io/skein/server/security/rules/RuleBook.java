package io.skein.server.security.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All configured rules, in their order, and the groups of users.
 *
 * @param members the users of each group
 */
public record RuleBook(List<Rule> rules, Map<String, Set<String>> members) {
    /** No rules: everything is allowed. */
    public static final RuleBook EMPTY = new RuleBook(List.of(), Map.of());

    /** Copies the collections. */
    public RuleBook {
        rules = List.copyOf(rules);
        members = Map.copyOf(members);
    }

    /** These rules and behind them others, with the groups of both. */
    public RuleBook followedBy(RuleBook other) {
        List<Rule> all = new ArrayList<>(rules);
        all.addAll(other.rules);
        Map<String, Set<String>> both = new HashMap<>(members);
        other.members.forEach((group, users) -> both.merge(group, users, RuleBook::union));
        return new RuleBook(all, both);
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }

    /** Groups that come with the client, those its user is in, and the one of all like it. */
    Set<String> groupsOf(Subject subject) {
        Set<String> groups = ownGroups(subject);
        groups.add(subject.username() == null ? Rule.ANONYMOUS : Rule.AUTHENTICATED);
        return groups;
    }

    private Set<String> ownGroups(Subject subject) {
        Set<String> groups = new HashSet<>(subject.groups());
        groups.remove(Rule.ANONYMOUS); // nobody is put into these
        groups.remove(Rule.AUTHENTICATED);
        String username = subject.username();
        if (username != null) {
            members.forEach((group, users) -> {
                if (users.contains(username)) {
                    groups.add(group);
                }
            });
        }
        return groups;
    }

    /**
     * What the rules come to for one client.
     *
     * @param own rules that came with the client and stand before all others; null for none. An
     *     empty list allows nothing by itself
     */
    CompiledRules compile(Subject subject, @Nullable List<Rule> own) {
        return CompiledRules.of(own, rules, subject, groupsOf(subject), ownGroups(subject));
    }
}
