package io.skein.cluster.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a function has told on a channel: {@code number:length:length:}, a label and a frame of so
 * many bytes, and perhaps more of these.
 */
final class Told {
    private final long number;
    private final String label;
    private final byte[] frame;

    private Told(long number, String label, byte[] frame) {
        this.number = number;
        this.label = label;
        this.frame = frame;
    }

    long number() {
        return number;
    }

    String label() {
        return label;
    }

    byte[] frame() {
        return frame;
    }

    /** All that was told at once, in its order. */
    static List<Told> of(byte[] message) {
        List<Told> all = new ArrayList<>();
        int at = 0;
        while (at < message.length) {
            int first = indexOf(message, at);
            int second = indexOf(message, first + 1);
            int third = indexOf(message, second + 1);
            int label = third + 1;
            int frame = label + (int) digits(message, first + 1, second);
            int end = frame + (int) digits(message, second + 1, third);
            all.add(
                    new Told(
                            digits(message, at, first),
                            Args.text(Arrays.copyOfRange(message, label, frame)),
                            Arrays.copyOfRange(message, frame, end)));
            at = end;
        }
        return all;
    }

    private static int indexOf(byte[] message, int from) {
        for (int i = from; i < message.length; i++) {
            if (message[i] == ':') {
                return i;
            }
        }
        throw new IllegalArgumentException("no ':' in what was told");
    }

    private static long digits(byte[] message, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + (message[i] - '0');
        }
        return number;
    }
}
