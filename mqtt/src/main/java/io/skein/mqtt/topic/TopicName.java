package io.skein.mqtt.topic;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The topic of a message: at least one character, at most 65,535 bytes of UTF-8, no wildcard, no
 * U+0000. Immutable; equality is by content, byte for byte (MQTT does not normalise).
 */
public final class TopicName {
    private final byte[] utf8;
    private final int hash;

    /** Made when first asked for; two threads may both make it, which harms nobody. */
    private @Nullable String name;

    private TopicName(byte[] utf8, @Nullable String name) {
        this.utf8 = utf8;
        this.hash = Arrays.hashCode(utf8);
        this.name = name;
    }

    /**
     * The topic with this name.
     *
     * @throws InvalidTopicException if it breaks a rule of section 4.7
     */
    public static TopicName of(String name) {
        byte[] utf8 = TopicRules.utf8(name, "topic name");
        TopicRules.requireNoWildcard(utf8);
        return new TopicName(utf8, name);
    }

    /**
     * The topic with these bytes, which belong to it from now on and must not change.
     *
     * @throws InvalidTopicException if they break a rule of section 4.7
     */
    public static TopicName ofUtf8(byte[] utf8) {
        TopicRules.requireText(utf8, "topic name");
        TopicRules.requireNoWildcard(utf8);
        return new TopicName(utf8, null);
    }

    /** The name as text. */
    public String name() {
        String text = name;
        if (text == null) {
            text = new String(utf8, StandardCharsets.UTF_8);
            name = text;
        }
        return text;
    }

    /** The name as it stands on the wire, without the length; not to be changed by the caller. */
    public byte[] utf8() {
        return utf8;
    }

    /** Whether it begins with {@code $}: hidden from filters that begin with a wildcard. */
    public boolean isReserved() {
        return utf8[0] == '$'; // [MQTT-4.7.2-1]
    }

    /** The levels between the slashes; an empty level is an empty string. */
    public String[] levels() {
        return TopicRules.split(name());
    }

    /** How many levels there are: one more than slashes. */
    public int levelCount() {
        return TopicRules.levelCount(utf8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof TopicName that
                        && hash == that.hash
                        && Arrays.equals(utf8, that.utf8));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return name();
    }
}
