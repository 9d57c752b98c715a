package io.skein.server.security.callback;

import com.fasterxml.jackson.databind.JsonNode;
import io.skein.server.security.login.Decision;
import io.skein.server.security.rules.Action;
import io.skein.server.security.rules.Permission;
import io.skein.server.security.rules.Rule;
import io.skein.server.security.rules.TopicPattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a service answers: {@code {"result": "allow", "username": "...", "groups": [...], "rules":
 * [{"permission": "allow", "action": "publish", "topics": [...]}], "validSeconds": 60}}, of which
 * only the result, {@code allow}, {@code deny} or {@code ignore}, has to be there.
 */
final class CallbackAnswer {
    private static final int ENTRIES_MAXIMUM = 256;

    private CallbackAnswer() {}

    /** Throws IllegalArgumentException for anything that is not such an answer. */
    static Decision read(JsonNode answer, @Nullable String username) {
        return switch (text(answer, "result")) {
            case "allow" -> allowed(answer, username);
            case "deny" -> Decision.Denied.wrong("denied by the callback");
            case "ignore" -> new Decision.NotMine("ignored by the callback");
            default -> throw new IllegalArgumentException("result is not allow, deny or ignore");
        };
    }

    private static Decision allowed(JsonNode answer, @Nullable String username) {
        JsonNode valid = answer.path("validSeconds");
        if (!valid.isMissingNode() && !(valid.canConvertToInt() && valid.intValue() > 0)) {
            throw new IllegalArgumentException("validSeconds is no number above 0");
        }
        return new Decision.Allowed(
                answer.has("username") ? text(answer, "username") : username,
                new HashSet<>(texts(answer, "groups")),
                answer.has("rules") ? rules(answer.get("rules")) : null,
                valid.isMissingNode()
                        ? Decision.Allowed.FOREVER
                        : TimeUnit.SECONDS.toNanos(valid.intValue()));
    }

    private static List<Rule> rules(JsonNode nodes) {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode node : list(nodes, "rules")) {
            List<String> topics = texts(node, "topics");
            if (topics.isEmpty()) {
                throw new IllegalArgumentException("a rule without topics");
            }
            rules.add(
                    Rule.of(
                            value(Permission.class, node, "permission"),
                            value(Action.class, node, "action"),
                            topics.stream().map(TopicPattern::parse).toList()));
        }
        return rules;
    }

    private static <E extends Enum<E>> E value(Class<E> type, JsonNode node, String name) {
        return Enum.valueOf(type, text(node, name).toUpperCase(Locale.ROOT));
    }

    private static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (value.isTextual()) {
            return value.textValue();
        }
        throw new IllegalArgumentException(name + " is no text");
    }

    private static List<String> texts(JsonNode node, String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : list(node.path(name), name)) {
            if (!value.isTextual()) {
                throw new IllegalArgumentException(name + " is no list of texts");
            }
            texts.add(value.textValue());
        }
        return texts;
    }

    private static Iterable<JsonNode> list(JsonNode node, String name) {
        if (!node.isMissingNode() && (!node.isArray() || node.size() > ENTRIES_MAXIMUM)) {
            throw new IllegalArgumentException(
                    "%s is no list of at most %d".formatted(name, ENTRIES_MAXIMUM));
        }
        return node;
    }
}
