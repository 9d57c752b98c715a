package io.skein.dist.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a line that names a statement. The same identifier may mean different things in the
 * two specifications: {@code of 3.1.1}, {@code of 5} or {@code of both} behind one or several of
 * them says which is meant; where nothing is said it is MQTT 5, or 3.1.1 where MQTT 5 has none of
 * this identifier.
 *
 * @param id without the brackets
 */
record Citation(String id, Of of) {
    enum Of {
        UNSAID,
        MQTT_3_1_1,
        MQTT_5,
        BOTH
    }

    private static final Pattern WORDS =
            Pattern.compile("\\[(MQTT-\\d[^]\\s]*)]|\\bof (3\\.1\\.1|5|both)\\b");

    /** The citations in a line of source. */
    static List<Citation> in(String line) {
        List<Citation> found = new ArrayList<>();
        int said = 0;
        Matcher words = WORDS.matcher(line);
        while (words.find()) {
            String id = words.group(1);
            if (id != null) {
                found.add(new Citation(id, Of.UNSAID));
                continue;
            }
            Of of =
                    switch (words.group(2)) {
                        case "3.1.1" -> Of.MQTT_3_1_1;
                        case "5" -> Of.MQTT_5;
                        default -> Of.BOTH;
                    };
            for (; said < found.size(); said++) {
                found.set(said, new Citation(found.get(said).id, of));
            }
        }
        return found;
    }

    /** The specifications it speaks of; empty if it names a statement that does not exist. */
    List<Version> versions(Catalogue catalogue) {
        List<Version> wanted =
                switch (of) {
                    case MQTT_3_1_1 -> List.of(Version.MQTT_3_1_1);
                    case MQTT_5 -> List.of(Version.MQTT_5);
                    case BOTH -> List.of(Version.values());
                    case UNSAID ->
                            catalogue.has(Version.MQTT_5, id)
                                    ? List.of(Version.MQTT_5)
                                    : List.of(Version.MQTT_3_1_1);
                };
        return wanted.stream().allMatch(version -> catalogue.has(version, id)) ? wanted : List.of();
    }
}
