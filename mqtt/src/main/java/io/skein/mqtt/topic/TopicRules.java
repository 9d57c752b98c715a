package io.skein.mqtt.topic;

import io.skein.mqtt.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The rules that names and filters share (section 4.7.3). */
final class TopicRules {
    static final int BYTES_LIMIT = 65_535;

    /** How much of a text an error message shows. */
    private static final int SHOWN_CHARACTERS = 80;

    private TopicRules() {}

    /** The bytes of a name or filter that keeps the common rules. */
    static byte[] utf8(String text, String what) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) { // [MQTT-1.5.4-1] [MQTT-1.5.3-1]
                throw new InvalidTopicException(what + " contains a lone surrogate");
            }
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        requireText(utf8, what);
        return utf8;
    }

    static void requireText(byte[] utf8, String what) {
        if (utf8.length == 0) { // [MQTT-4.7.3-1]
            throw new InvalidTopicException(what + " is empty");
        }
        if (utf8.length > BYTES_LIMIT) { // [MQTT-4.7.3-3]
            throw new InvalidTopicException(
                    what + " has " + utf8.length + " bytes, the limit is " + BYTES_LIMIT);
        }
        int fault = Utf8.firstFault(utf8);
        if (fault >= 0) { // [MQTT-1.5.4-1] [MQTT-4.7.3-2]
            throw new InvalidTopicException(
                    what
                            + (utf8[fault] == 0 ? " contains U+0000" : " is not UTF-8")
                            + " at byte "
                            + fault);
        }
    }

    static void requireNoWildcard(byte[] utf8) {
        for (byte b : utf8) {
            if (b == '#' || b == '+') { // [MQTT-3.3.2-2] [MQTT-4.7.1-1] [MQTT-4.7.0-1]
                throw new InvalidTopicException(
                        "topic name '"
                                + shown(new String(utf8, StandardCharsets.UTF_8))
                                + "' contains a wildcard");
            }
        }
    }

    static int levelCount(byte[] utf8) {
        int levels = 1;
        for (byte b : utf8) {
            if (b == '/') {
                levels++;
            }
        }
        return levels;
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

    /** A text of a client as a message may quote it: short, on one line. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && i < SHOWN_CHARACTERS; i++) {
            char c = text.charAt(i);
            shown.append(Character.isISOControl(c) ? '?' : c);
        }
        return text.length() > SHOWN_CHARACTERS ? shown.append("...").toString() : shown.toString();
    }
}
