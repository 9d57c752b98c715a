package io.skein.lab.workload;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Usual ways in which publishers and subscribers share topics. */
public enum Layout {
    /** As the numbers say: one topic, one subscriber, unless others are named. */
    FREE,
    /** Each publisher has a topic and a subscriber of its own. */
    PAIRS,
    /** Each publisher has a topic of its own, to which its share of the subscribers listen. */
    FAN_OUT,
    /** Each subscriber has a topic of its own, to which its share of the publishers publish. */
    FAN_IN,
    /** Each publisher has a topic of its own, every subscriber listens to all with a wildcard. */
    WILDCARD,
    /** All publish to one topic; the subscribers share one subscription to it. */
    SHARED;

    /** The layout with this name, in lower case and with a dash. */
    public static Layout parse(String name) {
        return Arrays.stream(values())
                .filter(layout -> layout != FREE && layout.toString().equals(name.strip()))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "layout '%s' is none of %s"
                                        .formatted(
                                                name,
                                                Arrays.stream(values())
                                                        .filter(layout -> layout != FREE)
                                                        .map(Layout::toString)
                                                        .collect(Collectors.joining(", ")))));
    }

    /** How many subscribe if nobody says otherwise. */
    public int subscribers(int publishers) {
        return this == PAIRS ? publishers : 1;
    }

    /**
     * How many topics there are if nobody says otherwise.
     *
     * @throws IllegalArgumentException if so many publishers and subscribers have no such layout
     */
    public int topics(int publishers, int subscribers) {
        return switch (this) {
            case FREE, WILDCARD, SHARED -> 1;
            case PAIRS -> {
                require(publishers == subscribers, publishers, subscribers, "as many of both");
                yield publishers;
            }
            case FAN_OUT -> {
                require(
                        publishers <= subscribers,
                        publishers,
                        subscribers,
                        "no more publishers than subscribers");
                yield publishers;
            }
            case FAN_IN -> {
                require(
                        1 <= subscribers && subscribers <= publishers,
                        publishers,
                        subscribers,
                        "a subscriber, and no more of them than publishers");
                yield subscribers;
            }
        };
    }

    private void require(boolean holds, int publishers, int subscribers, String what) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "layout %s needs %s, not %d publishers and %d subscribers"
                            .formatted(this, what, publishers, subscribers));
        }
    }

    /** How the subscribers of a topic subscribe. */
    public Subscribing subscribing() {
        return switch (this) {
            case WILDCARD -> Subscribing.WILDCARD;
            case SHARED -> Subscribing.SHARED;
            case FREE, PAIRS, FAN_OUT, FAN_IN -> Subscribing.EACH;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
