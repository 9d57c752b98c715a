package io.skein.cli.mosquitto;

import io.skein.mqtt.topic.InvalidTopicException;
import io.skein.mqtt.topic.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mosquitto's access control list as rules of which the first that matches counts: for each user
 * what is denied and then what is allowed, behind them the same of the patterns, and at last that
 * nothing else is.
 */
final class AccessList {
    private static final String RULES = "security.rules.";
    private static final String ANONYMOUS = "";
    private static final Set<String> ACCESS = Set.of("read", "write", "readwrite", "deny");

    private final Translation translation;
    private final Map<String, List<Entry>> users = new LinkedHashMap<>();
    private final List<Entry> patterns = new ArrayList<>();
    private int rules;

    /** One line: the topics in Skein's spelling. */
    private record Entry(String access, String topic, Line line) {
        boolean denies() {
            return access.equals("deny");
        }
    }

    AccessList(Translation translation) {
        this.translation = translation;
    }

    /** Adds the rules of a list. */
    void translate(List<Line> lines) {
        read(lines);
        users.forEach(this::rulesOf);
        patterns.stream().filter(Entry::denies).forEach(entry -> rule(entry, null));
        patterns.stream().filter(entry -> !entry.denies()).forEach(entry -> rule(entry, null));
        translation.set(RULES + rules + ".permission", "deny", "whatever is not allowed above");
    }

    private void read(List<Line> lines) {
        String user = ANONYMOUS;
        for (Line line : lines) {
            switch (line.option()) {
                case "user" -> user = line.value();
                case "topic" -> add(users.computeIfAbsent(user, _ -> new ArrayList<>()), line);
                case "pattern" -> add(patterns, line);
                default -> translation.note(Note.of(line, "is no line of an access control list"));
            }
        }
    }

    private void add(List<Entry> entries, Line line) {
        String[] words = line.value().split("\\s+", 2);
        boolean hasAccess = words.length == 2 && ACCESS.contains(words[0]);
        String access = hasAccess ? words[0] : "readwrite";
        String topic = hasAccess ? words[1] : line.value();
        String spelled = topic.replace("%", "%%");
        if (line.option().equals("pattern")) {
            spelled = spelled.replace("%%c", "%c").replace("%%u", "%u");
        }
        try {
            TopicFilter.of(topic);
            if (topic.indexOf(',') < 0) {
                entries.add(new Entry(access, spelled, line));
                return;
            }
            lose(access, line, "was left out: a topic of a rule cannot contain a comma");
        } catch (InvalidTopicException e) {
            lose(access, line, "was left out: " + e.getMessage());
        }
    }

    private void lose(String access, Line line, String why) {
        translation.note(access.equals("deny") ? Note.weaker(line, why) : Note.of(line, why));
    }

    private void rulesOf(String user, List<Entry> entries) {
        if (user.indexOf('*') >= 0 || user.indexOf(',') >= 0) {
            entries.forEach(entry ->
                    lose(
                            entry.access(),
                            entry.line(),
                            "was left out: a user name of a rule cannot contain '*' or a comma"));
            return;
        }
        entries.stream().filter(Entry::denies).forEach(entry -> rule(entry, user));
        entries.stream().filter(entry -> !entry.denies()).forEach(entry -> rule(entry, user));
    }

    /** For everybody if the user is null. */
    private void rule(Entry entry, @Nullable String user) {
        String path = RULES + rules++ + ".";
        translation.set(path + "permission", entry.denies() ? "deny" : "allow", entry.line());
        String action =
                switch (entry.access()) {
                    case "read" -> "subscribe";
                    case "write" -> "publish";
                    default -> "all";
                };
        translation.set(path + "action", action, entry.line());
        if (user != null) {
            boolean anonymous = user.equals(ANONYMOUS);
            translation.set(
                    path + (anonymous ? "groups" : "users"),
                    anonymous ? "anonymous" : user,
                    entry.line());
        }
        translation.set(path + "topics", entry.topic(), entry.line());
    }
}
