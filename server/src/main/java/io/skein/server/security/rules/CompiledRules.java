package io.skein.server.security.rules;

import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules that are about one client, with its names put in. Immutable. */
final class CompiledRules {
    /** A rule of which only the topics are left to ask; no filters stand for every topic. */
    private record Clause(
            Permission permission, Action action, @Nullable List<TopicFilter> filters) {
        boolean matches(TopicName topic) {
            return filters == null || filters.stream().anyMatch(filter -> filter.matches(topic));
        }

        boolean matches(TopicFilter wanted) {
            return filters == null
                    || filters.stream()
                            .anyMatch(filter ->
                                    permission == Permission.ALLOW
                                            ? Coverage.covers(filter, wanted)
                                            : Coverage.intersects(filter, wanted));
        }
    }

    private final List<Clause> clauses;
    private final boolean otherwise;

    private CompiledRules(List<Clause> clauses, boolean otherwise) {
        this.clauses = List.copyOf(clauses);
        this.otherwise = otherwise;
    }

    static CompiledRules of(
            @Nullable List<Rule> own,
            List<Rule> configured,
            Subject subject,
            Set<String> groups,
            Set<String> namedGroups) {
        List<Rule> all = new ArrayList<>(own == null ? List.of() : own);
        all.addAll(configured);
        List<Clause> clauses = new ArrayList<>();
        for (Rule rule : all) {
            if (!rule.isFor(subject, groups)) {
                continue;
            }
            List<TopicFilter> filters =
                    rule.topics().stream()
                            .flatMap(topic ->
                                    topic
                                            .filtersFor(subject, namedGroups, rule.permission())
                                            .stream())
                            .toList();
            clauses.add(
                    new Clause(
                            rule.permission(),
                            rule.action(),
                            rule.topics().isEmpty() ? null : filters));
        }
        return new CompiledRules(clauses, own == null && configured.isEmpty());
    }

    /** Whether there is nothing to ask. */
    boolean allowEverything() {
        return otherwise;
    }

    boolean mayPublish(TopicName topic) {
        for (Clause clause : clauses) {
            if (clause.action.includes(Action.PUBLISH) && clause.matches(topic)) {
                return clause.permission == Permission.ALLOW;
            }
        }
        return otherwise;
    }

    boolean maySubscribe(TopicFilter filter) {
        for (Clause clause : clauses) {
            if (clause.action.includes(Action.SUBSCRIBE) && clause.matches(filter)) {
                return clause.permission == Permission.ALLOW;
            }
        }
        return otherwise;
    }
}
