package io.skein.lab.link;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Figures of a link as people write them: {@code 20ms}, {@code 0.1%}, {@code 50Mbit}. */
final class LinkFigures {
    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([A-Za-z%]*)");

    private LinkFigures() {}

    /** A direction with one figure set. */
    static Impairment set(Impairment way, String key, String value) {
        return switch (key) {
            case "delay" ->
                    new Impairment(
                            nanos(value), way.jitterNanos(), way.loss(), way.bitsPerSecond());
            case "jitter" ->
                    new Impairment(way.delayNanos(), nanos(value), way.loss(), way.bitsPerSecond());
            case "loss" ->
                    new Impairment(
                            way.delayNanos(), way.jitterNanos(), share(value), way.bitsPerSecond());
            case "bandwidth" ->
                    new Impairment(
                            way.delayNanos(), way.jitterNanos(), way.loss(), bitsPerSecond(value));
            default ->
                    throw new IllegalArgumentException(
                            "'%s' is no figure of a link; there are delay, jitter, loss and bandwidth, for one direction with up- or down- before"
                                    .formatted(key));
        };
    }

    private static long nanos(String text) {
        Matcher matcher = match(text, "a time of a link, such as 20ms");
        double factor =
                switch (matcher.group(2)) {
                    case "us" -> 1e3;
                    case "ms" -> 1e6;
                    case "s" -> 1e9;
                    default -> throw refused(text, "a time of a link, such as 20ms");
                };
        return Math.round(Double.parseDouble(matcher.group(1)) * factor);
    }

    private static double share(String text) {
        Matcher matcher = match(text, "a loss, such as 0.1%");
        double number = Double.parseDouble(matcher.group(1));
        return switch (matcher.group(2)) {
            case "%" -> number / 100;
            case "" -> number;
            default -> throw refused(text, "a loss, such as 0.1%");
        };
    }

    private static long bitsPerSecond(String text) {
        if (text.equals("unlimited")) {
            return 0;
        }
        Matcher matcher = match(text, "a bandwidth, such as 50Mbit");
        double factor =
                switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                    case "kbit" -> 1e3;
                    case "mbit" -> 1e6;
                    case "gbit" -> 1e9;
                    default -> throw refused(text, "a bandwidth, such as 50Mbit or unlimited");
                };
        return Math.round(Double.parseDouble(matcher.group(1)) * factor);
    }

    private static Matcher match(String text, String form) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw refused(text, form);
        }
        return matcher;
    }

    private static IllegalArgumentException refused(String text, String form) {
        return new IllegalArgumentException("'%s' is not %s".formatted(text, form));
    }
}
