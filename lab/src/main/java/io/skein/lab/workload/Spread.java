package io.skein.lab.workload;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How several generators share the clients of a workload. */
public enum Spread {
    /** Each topic with all its clients belongs to one generator: topics take turns. */
    TOPICS,
    /**
     * Publishers take turns, and subscribers likewise but one generator further: where there is one
     * of each for a topic, every message crosses between generators.
     */
    CLIENTS,
    /** The first half of the generators publishes, the others subscribe. */
    SIDES;

    /** The spread with this name, in lower case. */
    public static Spread parse(String name) {
        return Arrays.stream(values())
                .filter(spread -> spread.toString().equals(name.strip()))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "spread '%s' is none of %s"
                                        .formatted(
                                                name,
                                                Arrays.stream(values())
                                                        .map(Spread::toString)
                                                        .collect(Collectors.joining(", ")))));
    }

    /**
     * What serves where nobody says otherwise: whole topics where there are enough of them, so that
     * no clocks have to be compared.
     */
    public static Spread usual(Workload workload, int generators) {
        return workload.topics() >= generators ? TOPICS : CLIENTS;
    }

    /** Whether a message may be sent by one of several generators and received by another. */
    public boolean crosses() {
        return this != TOPICS;
    }

    int ofPublisher(Workload workload, int publisher, int generators) {
        return switch (this) {
            case TOPICS -> workload.topicOfPublisher(publisher) % generators;
            case CLIENTS -> publisher % generators;
            case SIDES -> publisher % publishing(generators);
        };
    }

    /** Who shares a subscription shares a generator, which alone can tell what they lack. */
    int ofSubscriber(Workload workload, int subscriber, int generators) {
        int turn = workload.shared() ? workload.topicOfSubscriber(subscriber) : subscriber;
        return switch (this) {
            case TOPICS -> workload.topicOfSubscriber(subscriber) % generators;
            case CLIENTS -> (turn + 1) % generators;
            case SIDES -> {
                int first = publishing(generators);
                yield generators == first ? 0 : first + turn % (generators - first);
            }
        };
    }

    private static int publishing(int generators) {
        return (generators + 1) / 2;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
