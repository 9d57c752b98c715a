package io.skein.lab.link;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a link is made of. */
public enum LinkMeans {
    /** A proxy of ours: needs nothing, and tells how late it was. */
    PROXY,
    /** The kernel's netem in a network namespace: segments are lost and TCP repeats them. */
    NETEM,
    /** Netem where it is possible, otherwise the proxy. */
    AUTO;

    /**
     * The means of this name, in lower case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static LinkMeans parse(String name) {
        return Arrays.stream(values())
                .filter(means -> means.toString().equals(name.strip()))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "links '%s' are none of %s"
                                        .formatted(
                                                name,
                                                Arrays.stream(values())
                                                        .map(LinkMeans::toString)
                                                        .collect(Collectors.joining(", ")))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
