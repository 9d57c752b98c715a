package io.skein.lab.fault;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be done to a node. */
public enum FaultKind {
    /** SIGKILL, and after a while a start. */
    KILL,
    /** SIGTERM, and after a while a start. */
    RESTART,
    /** SIGSTOP, and after a while SIGCONT. */
    FREEZE,
    /** Nothing passes between the node and the others; clients reach all of them. */
    PARTITION,
    /** What clients and the node say to each other takes longer. */
    DELAY,
    /** Segments between clients and the node are lost, and repeated by TCP. */
    LOSS,
    /** No room on the file system that the node writes to. */
    DISK,
    /** The node's clock jumps. */
    CLOCK;

    /**
     * The kinds in a list with commas, each once, in their order.
     *
     * @throws IllegalArgumentException if one is unknown, or there is none
     */
    public static List<FaultKind> parse(String list) {
        List<FaultKind> kinds = new ArrayList<>();
        for (String word : list.split(",")) {
            String name = word.strip().toLowerCase(Locale.ROOT);
            FaultKind kind =
                    Arrays.stream(values())
                            .filter(candidate -> candidate.word().equals(name))
                            .findFirst()
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "'%s' is no fault; known are %s"
                                                    .formatted(word.strip(), words())));
            if (!kinds.contains(kind)) {
                kinds.add(kind);
            }
        }
        return List.copyOf(kinds);
    }

    private static String words() {
        return Arrays.stream(values()).map(FaultKind::word).collect(Collectors.joining(", "));
    }

    /** As it is written in commands and records. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
