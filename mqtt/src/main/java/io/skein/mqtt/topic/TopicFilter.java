package io.skein.mqtt.topic;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription names: a filter with {@code +} and {@code #}, and for a shared subscription
 * ({@code $share/group/filter}, section 4.8.2) the group. Immutable; equality is by the whole text.
 */
public final class TopicFilter {
    private static final String SHARE_PREFIX = "$share/";

    private final String text;
    private final @Nullable String shareGroup;
    private final String[] levels;

    private TopicFilter(String text, @Nullable String shareGroup, String[] levels) {
        this.text = text;
        this.shareGroup = shareGroup;
        this.levels = levels;
    }

    /**
     * The filter with this text.
     *
     * @throws InvalidTopicException if it breaks a rule of section 4.7 or 4.8.2
     */
    public static TopicFilter of(String text) {
        TopicRules.utf8(text, "topic filter");
        return ofChecked(text);
    }

    /**
     * The filter with these bytes.
     *
     * @throws InvalidTopicException if they break a rule of section 4.7 or 4.8.2
     */
    public static TopicFilter ofUtf8(byte[] utf8) {
        TopicRules.requireText(utf8, "topic filter");
        return ofChecked(new String(utf8, StandardCharsets.UTF_8));
    }

    private static TopicFilter ofChecked(String text) {
        if (!text.startsWith(SHARE_PREFIX)) {
            return new TopicFilter(text, null, checkedLevels(text, text));
        }
        int slash = text.indexOf('/', SHARE_PREFIX.length());
        if (slash < 0 || slash == text.length() - 1) { // [MQTT-4.8.2-1]
            throw new InvalidTopicException(
                    "shared subscription '"
                            + TopicRules.shown(text)
                            + "' has no filter after the group");
        }
        String group = text.substring(SHARE_PREFIX.length(), slash);
        if (group.isEmpty() || group.indexOf('+') >= 0 || group.indexOf('#') >= 0) {
            // [MQTT-4.8.2-2]
            throw new InvalidTopicException(
                    "shared subscription '"
                            + TopicRules.shown(text)
                            + "' has an invalid group name");
        }
        return new TopicFilter(text, group, checkedLevels(text.substring(slash + 1), text));
    }

    /** The whole text, with {@code $share/group/} where it is shared. */
    public String text() {
        return text;
    }

    /** The group of a shared subscription, or null. */
    public @Nullable String shareGroup() {
        return shareGroup;
    }

    /** Whether this is a shared subscription. */
    public boolean isShared() {
        return shareGroup != null;
    }

    /** The same filter without its group; itself if it has none. */
    public TopicFilter withoutShare() {
        if (shareGroup == null) {
            return this;
        }
        String plain = text.substring(SHARE_PREFIX.length() + shareGroup.length() + 1);
        return new TopicFilter(plain, null, levels);
    }

    /** The levels of the filter itself, without the share; not to be changed by the caller. */
    public String[] levels() {
        return levels;
    }

    /** Whether it contains {@code +} or {@code #}. */
    public boolean hasWildcard() {
        for (String level : levels) {
            if (level.equals("+") || level.equals("#")) {
                return true;
            }
        }
        return false;
    }

    /** Whether a message on this topic is for this filter. */
    public boolean matches(TopicName topic) {
        if (topic.isReserved() && (levels[0].equals("+") || levels[0].equals("#"))) {
            return false; // [MQTT-4.7.2-1]
        }
        String[] names = topic.levels();
        for (int i = 0; i < levels.length; i++) {
            if (levels[i].equals("#")) {
                return true; // [MQTT-4.7.1-2] also the parent level: "a/#" matches "a"
            }
            if (i == names.length || !(levels[i].equals("+") || levels[i].equals(names[i]))) {
                return false;
            }
        }
        return levels.length == names.length;
    }

    private static String[] checkedLevels(String filter, String whole) {
        String[] levels = TopicRules.split(filter);
        for (int i = 0; i < levels.length; i++) {
            String level = levels[i];
            if (level.length() > 1 && (level.indexOf('#') >= 0 || level.indexOf('+') >= 0)) {
                // [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.1-3]
                throw new InvalidTopicException(
                        "topic filter '"
                                + TopicRules.shown(whole)
                                + "': a wildcard must be a whole level");
            }
            if (level.equals("#") && i != levels.length - 1) { // [MQTT-4.7.1-2]
                throw new InvalidTopicException(
                        "topic filter '"
                                + TopicRules.shown(whole)
                                + "': # is only allowed as the last level");
            }
        }
        return levels;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TopicFilter that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
