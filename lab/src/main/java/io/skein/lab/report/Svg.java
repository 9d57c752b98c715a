package io.skein.lab.report;

import java.util.Locale;

/** Text of an SVG picture, element by element. Not thread-safe. */
final class Svg {
    /** How many series have a colour and a dash of their own. */
    static final int SERIES = 8;

    /** Larger than this, letters shout. */
    private static final double SCALE_MAXIMUM = 1.3;

    /** A picture that is wider is not shrunk to less than its size: letters would be too small. */
    private static final double SHRINKABLE_WIDTH = 640;

    private static final double LETTER = 7.2;

    private final StringBuilder text = new StringBuilder();

    Svg(double width, double height, String title) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" style=\"max-width: %.0fpx; min-width: %.0fpx\" role=\"img\" aria-label=\"%s\">",
                width,
                height,
                width * SCALE_MAXIMUM,
                width > SHRINKABLE_WIDTH ? width * 0.8 : 0,
                escaped(title));
        text(0, 14, "start", "title", title);
    }

    /** Numbers are written as Java would in the root locale. */
    Svg add(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
        return this;
    }

    Svg line(double x1, double y1, double x2, double y2, String kind) {
        return add(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>",
                x1, y1, x2, y2, kind);
    }

    Svg text(double x, double y, String anchor, String kind, String words) {
        return add(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>",
                x, y, anchor, kind, escaped(words));
    }

    /** The whole picture. */
    String end() {
        return text.append("</svg>\n").toString();
    }

    /** About how wide a text is. */
    static double width(String words) {
        return LETTER * words.length();
    }

    static String escaped(String words) {
        return words.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
