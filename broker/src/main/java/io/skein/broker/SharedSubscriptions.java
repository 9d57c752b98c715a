package io.skein.broker;

import java.util.Map;

/**
 * Which member of a shared subscription gets a message (section 4.8.2). Connected members go before
 * those that are away, members on the publisher's node before those on others.
 *
 * @param standard for groups that no prefix names
 * @param byGroupPrefix for groups whose name begins so; the longest prefix counts
 */
public record SharedSubscriptions(Strategy standard, Map<String, Strategy> byGroupPrefix) {
    /** How a member is chosen. */
    public enum Strategy {
        /** Each in its turn. */
        ROUND_ROBIN,
        /** The one with the fewest QoS 1 and 2 messages waiting and unacknowledged. */
        LEAST_INFLIGHT,
        /** All messages of a publisher to the same one, for as long as it is connected. */
        STICKY,
        /** Any, each as likely as another. */
        RANDOM
    }

    /** Each in its turn, for all groups. */
    public static final SharedSubscriptions DEFAULTS =
            new SharedSubscriptions(Strategy.ROUND_ROBIN, Map.of());

    /** Copies the map. */
    public SharedSubscriptions {
        byGroupPrefix = Map.copyOf(byGroupPrefix);
    }

    /** The strategy of a group. */
    public Strategy of(String group) {
        Strategy found = standard;
        int longest = -1;
        for (Map.Entry<String, Strategy> entry : byGroupPrefix.entrySet()) {
            if (group.startsWith(entry.getKey()) && entry.getKey().length() > longest) {
                found = entry.getValue();
                longest = entry.getKey().length();
            }
        }
        return found;
    }
}
