package io.skein.dist.conformance;

/**
 * One normative statement.
 *
 * @param id as the specification prints it, without the brackets
 * @param binds {@code client}, {@code server} or {@code both}
 * @param gist what it demands, in our words
 * @param because why no test shows it, empty for {@link Standing#TO_SHOW}
 */
record Statement(
        Version version, String id, String binds, String gist, Standing standing, String because) {
    enum Standing {
        /** A test has to show it. */
        TO_SHOW,
        /** It asks nothing of this broker. */
        EXEMPT,
        /** It asks something that no test shows. */
        OPEN
    }

    /** The two numbers that name its section, such as {@code 3.1}. */
    String section() {
        String[] numbers = id.substring("MQTT-".length()).split("[.-]");
        return numbers[0] + "." + numbers[1];
    }

    @Override
    public String toString() {
        return "[" + id + "] of " + version;
    }
}
