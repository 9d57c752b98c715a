package io.skein.server.security.rules;

import io.skein.mqtt.topic.InvalidTopicException;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A topic filter of a rule, in which {@code %c} stands for the client id, {@code %u} for the user
 * name, {@code %g} for each group of the client, {@code %%} for a percent sign.
 *
 * <p>What a client has chosen itself must not widen a rule: a value that is empty, contains a
 * wildcard, a separator or a control character, or would begin the filter with {@code $}, is not
 * put in. An allowing rule does not apply then; a denying one applies whatever the value.
 */
public final class TopicPattern {
    private static final String SHARE = "$share/";

    private final String text;
    private final boolean isTemplate;

    private TopicPattern(String text, boolean isTemplate) {
        this.text = text;
        this.isTemplate = isTemplate;
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException that says what is wrong
     */
    public static TopicPattern parse(String text) {
        boolean isTemplate = text.indexOf('%') >= 0;
        try {
            String sample = replace(text, name -> "x");
            TopicFilter.of(sample == null ? text : sample);
        } catch (InvalidTopicException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
        return new TopicPattern(text, isTemplate);
    }

    /** The filters that this comes to for a client; none if it does not apply. */
    List<TopicFilter> filtersFor(Subject subject, Set<String> groups, Permission permission) {
        if (!isTemplate) {
            return List.of(TopicFilter.of(text));
        }
        List<TopicFilter> filters = new ArrayList<>();
        if (!text.contains("%g")) {
            add(filters, subject, null, permission);
        } else {
            groups.forEach(group -> add(filters, subject, group, permission));
        }
        return filters;
    }

    private void add(
            List<TopicFilter> filters,
            Subject subject,
            @Nullable String group,
            Permission permission) {
        UnaryOperator<@Nullable String> value =
                name ->
                        switch (name == null ? "" : name) {
                            case "c" -> subject.clientId();
                            case "u" -> subject.username();
                            default -> group;
                        };
        TopicFilter filter = filter(replace(text, value));
        if (filter != null) {
            filters.add(filter);
        } else if (permission == Permission.DENY) {
            filters.add(TopicFilter.of(withAnyLevel()));
        }
    }

    private static @Nullable TopicFilter filter(@Nullable String text) {
        try {
            return text == null ? null : TopicFilter.of(text);
        } catch (InvalidTopicException e) {
            return null; // too long with the value, or not UTF-8
        }
    }

    /** Each level in which a value stands as {@code +}; any group for one that is a value. */
    private String withAnyLevel() {
        List<String> levels = new ArrayList<>();
        for (String level : text.split("/", -1)) {
            boolean chosen = level.replace("%%", "").indexOf('%') >= 0;
            levels.add(chosen ? "+" : level.replace("%%", "%"));
        }
        boolean ofAnyGroup = text.startsWith(SHARE) && levels.get(1).equals("+");
        return String.join("/", ofAnyGroup ? levels.subList(2, levels.size()) : levels);
    }

    /** Null if a value is not fit to be put in. */
    private static @Nullable String replace(String text, UnaryOperator<@Nullable String> valueOf) {
        StringBuilder filter = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '%') {
                filter.append(c);
                continue;
            }
            String name = at < text.length() ? text.substring(at, at + 1) : "";
            at++;
            switch (name) {
                case "%" -> filter.append('%');
                case "c", "u", "g" -> {
                    String value = valueOf.apply(name);
                    if (value == null || !isFit(value, filter.isEmpty())) {
                        return null;
                    }
                    filter.append(value);
                }
                default ->
                        throw new IllegalArgumentException(
                                "'%s': after %% comes c, u, g or another %%".formatted(text));
            }
        }
        return filter.toString();
    }

    private static boolean isFit(String value, boolean first) {
        if (value.isEmpty() || (first && value.charAt(0) == '$')) {
            return false;
        }
        return value.chars()
                .noneMatch(c -> c == '+' || c == '#' || c == '/' || Character.isISOControl(c));
    }

    @Override
    public String toString() {
        return text;
    }
}
