package io.skein.server.security.rules;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A user name or client id, in which {@code *} stands for any characters, also for none. */
public record NamePattern(String text) {
    /**
     * Whether a name fits; nobody's name (null) never does. Backtracks over one star at a time, so
     * that no name makes it slow.
     */
    boolean matches(@Nullable String name) {
        if (name == null) {
            return false;
        }
        int at = 0;
        int place = 0;
        int star = -1;
        int resume = 0;
        while (at < name.length()) {
            if (place < text.length() && text.charAt(place) == '*') {
                star = place++;
                resume = at;
            } else if (place < text.length() && text.charAt(place) == name.charAt(at)) {
                place++;
                at++;
            } else if (star >= 0) {
                place = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (place < text.length() && text.charAt(place) == '*') {
            place++;
        }
        return place == text.length();
    }

    /** Refuses what no name can be. */
    public NamePattern {
        if (text.isEmpty() || CONTROL.matcher(text).find()) {
            throw new IllegalArgumentException(
                    "expected a name, with * for any characters, not '" + text + "'");
        }
    }

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
}
