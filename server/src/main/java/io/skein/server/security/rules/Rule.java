package io.skein.server.security.rules;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule. Where a list is empty, that side of it matches everybody or everything; a client is
 * meant if all sides match.
 *
 * @param groups the client is in one of them; {@link #ANONYMOUS} and {@link #AUTHENTICATED} are
 *     groups too
 * @param topics a publish matches if a filter matches its topic; a subscription matches an allowing
 *     rule if a filter covers it whole, and a denying one if a filter has a topic in common with
 *     it. {@code $share/group/filter} matches subscriptions in that group alone
 */
public record Rule(
        Permission permission,
        Action action,
        List<NamePattern> users,
        Set<String> groups,
        List<NamePattern> clients,
        List<AddressRange> addresses,
        List<TopicPattern> topics) {
    /** The group of all clients that were not authenticated. */
    public static final String ANONYMOUS = "anonymous";

    /** The group of all clients that were authenticated. */
    public static final String AUTHENTICATED = "authenticated";

    /** Copies the collections. */
    public Rule {
        users = List.copyOf(users);
        groups = Set.copyOf(groups);
        clients = List.copyOf(clients);
        addresses = List.copyOf(addresses);
        topics = List.copyOf(topics);
    }

    /** A rule for whoever it is given to. */
    public static Rule of(Permission permission, Action action, List<TopicPattern> topics) {
        return new Rule(permission, action, List.of(), Set.of(), List.of(), List.of(), topics);
    }

    boolean isFor(Subject subject, Set<String> groupsOfSubject) {
        return any(users, subject.username())
                && any(clients, subject.clientId())
                && (groups.isEmpty() || groups.stream().anyMatch(groupsOfSubject::contains))
                && (addresses.isEmpty()
                        || addresses.stream().anyMatch(a -> a.contains(subject.address())));
    }

    private static boolean any(List<NamePattern> patterns, @Nullable String name) {
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> pattern.matches(name));
    }
}
