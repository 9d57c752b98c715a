package io.skein.lab.report;

import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {
    private static final int DIGITS = 3;

    private Numbers() {}

    /** Three significant digits, with k, M or G from ten thousand on: 0.0123, 1.5, 1,234, 25.3k. */
    public static String brief(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        if (size >= 999.5e6) {
            return significant(value / 1e9) + "G";
        }
        if (size >= 999.5e3) {
            return significant(value / 1e6) + "M";
        }
        if (size >= 9_999.5) {
            return significant(value / 1e3) + "k";
        }
        return size >= 999.5
                ? String.format(Locale.ROOT, "%,d", Math.round(value))
                : significant(value);
    }

    private static String significant(double value) {
        if (value == 0) {
            return "0";
        }
        int digits = DIGITS - 1 - (int) Math.floor(Math.log10(Math.abs(value)));
        String text = String.format(Locale.ROOT, "%." + Math.clamp(digits, 0, 9) + "f", value);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    /** A time that is given in microseconds, with the unit that suits it. */
    public static String micros(double micros) {
        return micros < 999.5
                ? significant(micros) + " us"
                : micros < 999.5e3
                        ? significant(micros / 1_000) + " ms"
                        : significant(micros / 1_000_000) + " s";
    }

    /** Bytes with a binary unit. */
    public static String bytes(double bytes) {
        return bytes < 1024 * 1024
                ? significant(bytes / 1024) + " KiB"
                : bytes < 1024.0 * 1024 * 1024
                        ? significant(bytes / (1024 * 1024)) + " MiB"
                        : significant(bytes / (1024.0 * 1024 * 1024)) + " GiB";
    }
}
