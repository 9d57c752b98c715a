package io.skein.lab.link;

import java.util.Locale;
import java.util.Map;

/**
 * A kind of link.
 *
 * @param up from whoever connects towards the other side
 * @param down the way back
 * @param source where the figures come from
 */
public record LinkProfile(
        String name, String title, Impairment up, Impairment down, String source) {
    private static final String CHANGED = ", changed";

    /** Time to the other side and back, without jitter, loss and bandwidth. */
    public long roundTripNanos() {
        return up.delayNanos() + down.delayNanos();
    }

    /**
     * How long TCP waits before it repeats a segment: 200 ms, the least of Linux, or the round trip
     * and four deviations of it (RFC 6298).
     */
    public long retransmissionNanos() {
        return Math.max(
                200_000_000L, roundTripNanos() + 4 * (up.jitterNanos() + down.jitterNanos()));
    }

    /** The figures in a line. */
    public String figures() {
        return "%s: up %s; down %s".formatted(title, figures(up), figures(down));
    }

    private static String figures(Impairment way) {
        return String.format(
                Locale.ROOT,
                "%s ms, jitter %s ms, loss %s %%, %s",
                number(way.delayNanos() / 1e6),
                number(way.jitterNanos() / 1e6),
                number(way.loss() * 100),
                way.bitsPerSecond() == 0
                        ? "unlimited"
                        : number(way.bitsPerSecond() / 1e6) + " Mbit/s");
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.4f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    /** The same with some figures set otherwise; see {@link LinkProfiles#parse}. */
    LinkProfile with(Map<String, String> settings) {
        LinkProfile changed = this;
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            changed = changed.with(setting.getKey(), setting.getValue());
        }
        return changed;
    }

    private LinkProfile with(String key, String value) {
        if (key.startsWith("up-")) {
            return with(LinkFigures.set(up, key.substring(3), value), down);
        }
        if (key.startsWith("down-")) {
            return with(up, LinkFigures.set(down, key.substring(5), value));
        }
        return with(LinkFigures.set(up, key, value), LinkFigures.set(down, key, value));
    }

    private LinkProfile with(Impairment newUp, Impairment newDown) {
        return new LinkProfile(
                name, title.endsWith(CHANGED) ? title : title + CHANGED, newUp, newDown, source);
    }
}
