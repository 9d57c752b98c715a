package io.skein.lab.check;

import java.util.Arrays;

/**
 * Stretches of a record, one after the other, the last of which may be open: by indexes of events.
 */
final class Windows {
    private long[] bounds = new long[2];
    private int count;

    boolean isOpen() {
        return count > 0 && bounds[2 * count - 1] == Long.MAX_VALUE;
    }

    /** Begins one, if none is open. */
    void open(long index) {
        if (!isOpen()) {
            if (2 * count == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * bounds.length);
            }
            bounds[2 * count] = index;
            bounds[2 * count + 1] = Long.MAX_VALUE;
            count++;
        }
    }

    /** Ends the one that is open. */
    void close(long index) {
        if (isOpen()) {
            bounds[2 * count - 1] = index;
        }
    }

    /** Whether one of them has a part between two events. */
    boolean touches(long from, long to) {
        for (int i = count - 1; i >= 0 && bounds[2 * i + 1] >= from; i--) {
            if (bounds[2 * i] <= to) {
                return true;
            }
        }
        return false;
    }
}
