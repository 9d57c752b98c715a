package io.skein.cli.mosquitto;

/**
 * A line that was not translated, or not as it stands.
 *
 * @param where {@code file:line}
 * @param line as it was written
 * @param why what differs
 * @param weakens whether clients could do more without it than Mosquitto lets them
 */
public record Note(String where, String line, String why, boolean weakens) {
    static Note of(Line line, String why) {
        return new Note(line.where(), line.text(), why, false);
    }

    static Note weaker(Line line, String why) {
        return new Note(line.where(), line.text(), why, true);
    }

    @Override
    public String toString() {
        return "%s: '%s' %s".formatted(where, line, why);
    }
}
