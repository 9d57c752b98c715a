package io.skein.server.security.rules;

import io.skein.mqtt.topic.TopicFilter;
import java.util.Objects;

/** How the filter of a rule stands to the filter of a subscription. */
final class Coverage {
    private static final String MANY = "#";
    private static final String ONE = "+";

    private Coverage() {}

    /** Whether every topic of the subscription is one of the rule. */
    static boolean covers(TopicFilter rule, TopicFilter subscription) {
        if (!concerns(rule, subscription)) {
            return false;
        }
        String[] outer = rule.levels();
        String[] inner = subscription.levels();
        if (isWildcard(outer[0]) && inner[0].startsWith("$")) { // [MQTT-4.7.2-1]
            return false;
        }
        for (int i = 0; i < outer.length; i++) {
            if (outer[i].equals(MANY)) {
                return true;
            }
            if (i == inner.length || inner[i].equals(MANY)) {
                return false;
            }
            if (!outer[i].equals(ONE) && !outer[i].equals(inner[i])) {
                return false;
            }
        }
        return outer.length == inner.length;
    }

    /** Whether some topic of the subscription is one of the rule. */
    static boolean intersects(TopicFilter rule, TopicFilter subscription) {
        if (!concerns(rule, subscription)) {
            return false;
        }
        String[] a = rule.levels();
        String[] b = subscription.levels();
        if ((isWildcard(a[0]) && b[0].startsWith("$"))
                || (isWildcard(b[0]) && a[0].startsWith("$"))) { // [MQTT-4.7.2-1]
            return false;
        }
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            String left = i < a.length ? a[i] : "";
            String right = i < b.length ? b[i] : "";
            boolean leftMany = i < a.length && left.equals(MANY);
            boolean rightMany = i < b.length && right.equals(MANY);
            if (leftMany || rightMany) {
                return true; // [MQTT-4.7.1-2] also where the other ends one level above
            }
            if (i == a.length || i == b.length) {
                return false;
            }
            if (!left.equals(ONE) && !right.equals(ONE) && !left.equals(right)) {
                return false;
            }
        }
        return true;
    }

    /** A rule for a share group is about that group; any other is about all subscriptions. */
    private static boolean concerns(TopicFilter rule, TopicFilter subscription) {
        return rule.shareGroup() == null
                || Objects.equals(rule.shareGroup(), subscription.shareGroup());
    }

    private static boolean isWildcard(String level) {
        return level.equals(MANY) || level.equals(ONE);
    }
}
