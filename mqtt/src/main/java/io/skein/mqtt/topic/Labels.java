package io.skein.mqtt.topic;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lets the nodes of a tree share the bytes of labels that come again and again ("status",
 * "temperature"): a small table of those made of late. Used by the writer of the tree only.
 */
final class Labels {
    private static final int SLOTS = 1_024;

    private final byte[] @Nullable [] recent = new byte[SLOTS] @Nullable [];

    /** The bytes {@code utf8[from..to)}, as one array that equal labels may share. */
    byte[] shared(byte[] utf8, int from, int to, int hash) {
        int slot = hash & (SLOTS - 1);
        byte[] label = recent[slot];
        if (label == null || !Level.equals(label, utf8, from, to)) {
            label = Arrays.copyOfRange(utf8, from, to);
            recent[slot] = label;
        }
        return label;
    }
}
