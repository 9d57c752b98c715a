package io.skein.cluster.bridge;

import io.skein.mqtt.topic.TopicFilter;

/** How two filters lie to each other, as sets of topics. */
final class Filters {
    private Filters() {}

    /** Whether every topic that {@code one} matches is matched by {@code wide}. */
    static boolean covers(TopicFilter wide, TopicFilter one) {
        String[] outer = wide.levels();
        String[] inner = one.levels();
        if (isWildcard(outer[0]) && inner[0].startsWith("$")) { // [MQTT-4.7.2-1]
            return false;
        }
        for (int i = 0; i < outer.length; i++) {
            if (outer[i].equals("#")) {
                return true;
            }
            if (i == inner.length || inner[i].equals("#")) {
                return false;
            }
            if (!outer[i].equals("+") && !outer[i].equals(inner[i])) {
                return false;
            }
        }
        return outer.length == inner.length;
    }

    /** Whether some topic is matched by both. */
    static boolean overlap(TopicFilter one, TopicFilter other) {
        String[] a = one.levels();
        String[] b = other.levels();
        if ((isWildcard(a[0]) && b[0].startsWith("$"))
                || (isWildcard(b[0]) && a[0].startsWith("$"))) { // [MQTT-4.7.2-1]
            return false;
        }
        int common = Math.min(a.length, b.length);
        for (int i = 0; i < common; i++) {
            if (a[i].equals("#") || b[i].equals("#")) {
                return true;
            }
            if (!a[i].equals("+") && !b[i].equals("+") && !a[i].equals(b[i])) {
                return false;
            }
        }
        String[] longer = a.length > b.length ? a : b; // "a/#" matches "a" too [MQTT-4.7.1-2]
        return a.length == b.length || (longer.length == common + 1 && longer[common].equals("#"));
    }

    private static boolean isWildcard(String level) {
        return level.equals("#") || level.equals("+");
    }
}
