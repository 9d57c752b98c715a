package io.skein.lab.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them on a command line: {@code 500ms}, {@code 10s}, {@code 1.5m},
 * {@code 2h}.
 */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|h)");

    private Durations() {}

    /**
     * The duration in this text.
     *
     * @throws IllegalArgumentException if it is not a number with one of the units ms, s, m, h
     */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a duration; write for example 500ms, 10s or 2m");
        }
        double amount = Double.parseDouble(matcher.group(1));
        double seconds =
                switch (matcher.group(2)) {
                    case "ms" -> amount / 1000;
                    case "s" -> amount;
                    case "m" -> amount * 60;
                    default -> amount * 3600;
                };
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    /** The shortest of these forms that says the same. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        return millis % 60_000 == 0 && millis > 0
                ? millis / 60_000 + "m"
                : millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
