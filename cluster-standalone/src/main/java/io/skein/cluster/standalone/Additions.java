package io.skein.cluster.standalone;

import java.util.Arrays;

/**
 * Where in a group the messages stand that have joined the queue of one session: one that is
 * acknowledged in the same group need not be written. Used by one thread.
 */
final class Additions {
    /** No message stands there. */
    static final int NOWHERE = -1;

    private static final int SMALLEST = 4;

    // Ascending by sequence number; places of those that were taken are NOWHERE.
    private long[] sequences = new long[SMALLEST];
    private int[] places = new int[SMALLEST];
    private int size;

    /**
     * A message has joined; one out of order is forgotten, which costs a write and nothing else.
     */
    void add(long sequence, int place) {
        if (size > 0 && sequence <= sequences[size - 1]) {
            return;
        }
        if (size == sequences.length) {
            sequences = Arrays.copyOf(sequences, size * 2);
            places = Arrays.copyOf(places, size * 2);
        }
        sequences[size] = sequence;
        places[size++] = place;
    }

    /** Where the message with this sequence number stands; it stands nowhere afterwards. */
    int take(long sequence) {
        int index = Arrays.binarySearch(sequences, 0, size, sequence);
        if (index < 0) {
            return NOWHERE;
        }
        int place = places[index];
        places[index] = NOWHERE;
        return place;
    }
}
