package io.skein.mqtt.topic;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The rules that names and filters share (section 4.7.3). */
final class TopicRules {
    static final int BYTES_LIMIT = 65_535;

    private TopicRules() {}

    /** The bytes of a name or filter that keeps the common rules. */
    static byte[] utf8(String text, String what) {
        if (text.isEmpty()) { // [MQTT-4.7.3-1]
            throw new InvalidTopicException(what + " is empty");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) { // [MQTT-4.7.3-2]
                throw new InvalidTopicException(what + " contains U+0000");
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) { // [MQTT-1.5.4-1]
                throw new InvalidTopicException(what + " contains a lone surrogate");
            }
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > BYTES_LIMIT) { // [MQTT-4.7.3-3]
            throw new InvalidTopicException(
                    what + " has " + utf8.length + " bytes, the limit is " + BYTES_LIMIT);
        }
        return utf8;
    }

    static void requireNoWildcard(String name) {
        if (name.indexOf('#') >= 0 || name.indexOf('+') >= 0) { // [MQTT-3.3.2-2] [MQTT-4.7.1-1]
            throw new InvalidTopicException("topic name '" + name + "' contains a wildcard");
        }
    }

    static String[] split(String text) {
        List<String> levels = new ArrayList<>();
        int start = 0;
        for (int slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', start)) {
            levels.add(text.substring(start, slash));
            start = slash + 1;
        }
        levels.add(text.substring(start));
        return levels.toArray(String[]::new);
    }
}
