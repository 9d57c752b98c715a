package io.skein.mqtt.topic;

import java.util.Arrays;

/** A topic level as a key: its UTF-8 bytes and their hash. */
final class Level {
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private Level() {}

    /**
     * The hash of a level that has been read byte by byte: begin with the seed of the tree, {@link
     * #step} over each byte, {@link #finish}. Without the seed nobody can prepare levels that meet.
     */
    static long step(long state, byte b) {
        return (state ^ b) * MULTIPLIER;
    }

    static int finish(long state) {
        return (int) (state >>> 32);
    }

    static int hash(long seed, byte[] level) {
        long state = seed;
        for (byte b : level) {
            state = step(state, b);
        }
        return finish(state);
    }

    static boolean equals(byte[] label, byte[] utf8, int from, int to) {
        return Arrays.equals(label, 0, label.length, utf8, from, to);
    }
}
