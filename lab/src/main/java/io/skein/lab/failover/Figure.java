package io.skein.lab.failover;

import io.skein.lab.report.Numbers;
import java.util.Locale;

/** A time that is measured in every repetition. */
public enum Figure {
    /** The longest that a subscriber of the lost node was without a message. */
    OUTAGE("outage", "subscribers of the lost node: without messages"),

    /** From the fault until the last of them was connected again. */
    RECONNECTED("reconnected", "the same: until connected again"),

    /** The longest wait for a PUBACK that ended before the fault. */
    CALM_WAIT("calm wait", "publishers everywhere, before the fault: longest wait for a PUBACK"),

    /** The longest wait for a PUBACK, elsewhere, of messages to subscribers of the lost node. */
    DEPENDENT_WAIT("dependent wait", "publishers elsewhere, to subscribers of the lost node"),

    /** The longest wait for a PUBACK, elsewhere, of messages to subscribers elsewhere. */
    INDEPENDENT_WAIT("independent wait", "publishers elsewhere, to subscribers elsewhere"),

    /** The longest wait for a PUBACK of what was sent when the node began to come back. */
    RETURN_WAIT("return wait", "publishers everywhere, while the node comes back and after"),

    /** From the start, the continuation or the healing until the cluster carries all messages. */
    READY("ready", "from the undoing of the fault until the cluster is whole");

    private final String brief;
    private final String words;

    Figure(String brief, String words) {
        this.brief = brief;
        this.words = words;
    }

    /** For legends and headings of columns. */
    public String brief() {
        return brief;
    }

    /** For people. */
    String words() {
        return words;
    }

    /** The name of its field, without the unit. */
    public String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A value as people read it; a dash where there is none. */
    static String text(double millis) {
        return Double.isNaN(millis) ? "-" : Numbers.micros(millis * 1e3);
    }
}
