package io.skein.lab.shell;

import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The times of a {@link MessageFormat}: those of strftime in the C locale, and a few of their own.
 */
final class TimeFormat {
    private static final DateTimeFormatter ISO_PATTERN =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxx", Locale.ROOT);

    private static final DateTimeFormatter JSON_PATTERN =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSxx", Locale.ROOT);

    /** For example {@code 2016-08-10T09:47:38+0100}. */
    static final FormatPart ISO = part(ISO_PATTERN::format);

    /** Seconds and nanoseconds since 1970, for example {@code 1470818943.786368637}. */
    static final FormatPart UNIX =
            part(at -> String.format(Locale.ROOT, "%d.%09d", at.toEpochSecond(), at.getNano()));

    private TimeFormat() {}

    /** The time as it stands in JSON, to the microsecond. */
    static String json(ZonedDateTime at) {
        return JSON_PATTERN.format(at);
    }

    /** The piece for {@code @} and this letter, or null if there is none. */
    static @Nullable FormatPart field(char letter) {
        if (letter == 'N') {
            return part(at -> String.format(Locale.ROOT, "%09d", at.getNano()));
        }
        if (letter == 's') {
            return part(at -> Long.toString(at.toEpochSecond()));
        }
        String pattern = pattern(letter);
        if (pattern == null) {
            return null;
        }
        DateTimeFormatter formatter = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
        return part(formatter::format);
    }

    private static @Nullable String pattern(char letter) {
        return switch (letter) {
            case 'a' -> "EEE";
            case 'A' -> "EEEE";
            case 'b', 'h' -> "MMM";
            case 'B' -> "MMMM";
            case 'c' -> "EEE MMM ppd HH:mm:ss yyyy";
            case 'd' -> "dd";
            case 'D', 'x' -> "MM/dd/yy";
            case 'e' -> "ppd";
            case 'F' -> "yyyy-MM-dd";
            case 'H' -> "HH";
            case 'I' -> "hh";
            case 'j' -> "DDD";
            case 'm' -> "MM";
            case 'M' -> "mm";
            case 'n' -> "'\n'";
            case 'p' -> "a";
            case 'r' -> "hh:mm:ss a";
            case 'R' -> "HH:mm";
            case 'S' -> "ss";
            case 't' -> "'\t'";
            case 'T', 'X' -> "HH:mm:ss";
            case 'u' -> "e";
            case 'y' -> "yy";
            case 'Y' -> "yyyy";
            case 'z' -> "xx";
            case 'Z' -> "zzz";
            default -> null;
        };
    }

    private static FormatPart part(Function<ZonedDateTime, String> text) {
        return (_, at, out) -> out.writeBytes(text.apply(at).getBytes(StandardCharsets.UTF_8));
    }
}
