package io.skein.cluster.bridge;

import io.skein.mqtt.QoS;
import io.skein.mqtt.topic.TopicFilter;
import io.skein.mqtt.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which topics pass a link, which way, and what they are called on either side: the same but for a
 * prefix.
 *
 * @param local the filter on this side, its prefix included
 * @param remote the same topics as the far side calls them
 * @param qos the quality with which they pass at most
 */
record TopicRule(
        Direction direction,
        TopicFilter local,
        TopicFilter remote,
        QoS qos,
        String localPrefix,
        String remotePrefix) {
    /** Which way messages pass. */
    enum Direction {
        OUT,
        IN,
        BOTH
    }

    private static final int TOPIC_BYTES_MAXIMUM = 65_535;
    private static final String EMPTY = "\"\"";

    /**
     * Reads {@code filter [direction [qos [local-prefix [remote-prefix]]]]}, with {@code ""} for an
     * empty prefix.
     *
     * @throws IllegalArgumentException if it is not written like that; the message says why
     */
    static TopicRule parse(String text) {
        String[] words = text.strip().split("\\s+");
        if (words[0].isEmpty() || words.length > 5) {
            throw new IllegalArgumentException(
                    "'%s' is not filter [out|in|both [qos [local-prefix [remote-prefix]]]]"
                            .formatted(text.strip()));
        }
        String pattern = unquoted(words[0]);
        String localPrefix = words.length > 3 ? unquoted(words[3]) : "";
        String remotePrefix = words.length > 4 ? unquoted(words[4]) : "";
        TopicFilter local = TopicFilter.of(localPrefix + pattern);
        TopicFilter remote = TopicFilter.of(remotePrefix + pattern);
        if (local.isShared() || remote.isShared()) {
            throw new IllegalArgumentException(
                    "'" + pattern + "': a link does not pass shared subscriptions");
        }
        return new TopicRule(
                words.length > 1 ? direction(words[1]) : Direction.OUT,
                local,
                remote,
                words.length > 2 ? qos(words[2]) : QoS.AT_LEAST_ONCE,
                localPrefix,
                remotePrefix);
    }

    private static String unquoted(String word) {
        return word.equals(EMPTY) ? "" : word;
    }

    private static Direction direction(String word) {
        for (Direction direction : Direction.values()) {
            if (direction.name().toLowerCase(Locale.ROOT).equals(word)) {
                return direction;
            }
        }
        throw new IllegalArgumentException("'" + word + "' is no direction: out, in or both");
    }

    private static QoS qos(String word) {
        return switch (word) {
            case "0" -> QoS.AT_MOST_ONCE;
            case "1" -> QoS.AT_LEAST_ONCE;
            case "2" -> QoS.EXACTLY_ONCE;
            default -> throw new IllegalArgumentException("'" + word + "' is no QoS: 0, 1 or 2");
        };
    }

    boolean isOut() {
        return direction != Direction.IN;
    }

    boolean isIn() {
        return direction != Direction.OUT;
    }

    /** What the far side calls a topic of this side; null if it does not pass. */
    @Nullable TopicName outward(TopicName topic) {
        return isOut() && local.matches(topic) ? renamed(topic, localPrefix, remotePrefix) : null;
    }

    /** What this side calls a topic of the far side; null if it does not pass. */
    @Nullable TopicName inward(TopicName topic) {
        return isIn() && remote.matches(topic) ? renamed(topic, remotePrefix, localPrefix) : null;
    }

    private static @Nullable TopicName renamed(TopicName topic, String from, String to) {
        if (from.equals(to)) {
            return topic;
        }
        String name = topic.name();
        if (name.length() <= from.length() || !name.startsWith(from)) {
            return null; // "a/#" matches "a" as well, which has nothing behind the prefix "a/"
        }
        String renamed = to + name.substring(from.length());
        return renamed.getBytes(StandardCharsets.UTF_8).length > TOPIC_BYTES_MAXIMUM
                ? null
                : TopicName.of(renamed);
    }

    /** What to ask the far side for, where somebody here wants this; null if nothing of it. */
    @Nullable TopicFilter remoteOf(TopicFilter wanted) {
        if (!isIn() || !Filters.overlap(local, wanted)) {
            return null;
        }
        if (!Filters.covers(local, wanted) || !wanted.text().startsWith(localPrefix)) {
            return remote;
        }
        return TopicFilter.of(remotePrefix + wanted.text().substring(localPrefix.length()));
    }
}
