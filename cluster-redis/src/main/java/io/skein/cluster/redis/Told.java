package io.skein.cluster.redis;

import java.util.Arrays;

/**
 * What a function has told on a channel: {@code number:length:} a label of so many bytes, then the
 * rest.
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

    static Told of(byte[] message) {
        int first = indexOf(message, 0);
        int second = indexOf(message, first + 1);
        long number = digits(message, 0, first);
        int length = (int) digits(message, first + 1, second);
        int end = second + 1 + length;
        return new Told(
                number,
                Args.text(Arrays.copyOfRange(message, second + 1, end)),
                Arrays.copyOfRange(message, end, message.length));
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
