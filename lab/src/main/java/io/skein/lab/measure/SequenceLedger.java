package io.skein.lab.measure;

import java.util.Arrays;

/**
 * Which sequence numbers of one stream have arrived, exactly: a counter while they come in order,
 * one bit per number from the first gap on. A gap that is never closed costs one bit per later
 * message; nothing is estimated. Not thread-safe.
 */
public final class SequenceLedger {
    private static final long[] NOTHING = {};

    /** What an arrival was. */
    public enum Arrival {
        /** For the first time, above all that came before. */
        IN_ORDER,
        /** For the first time, but a larger number came before. */
        OUT_OF_ORDER,
        /** It had come before. */
        DUPLICATE
    }

    /** All numbers below this have arrived. */
    private long next;

    private long highest = -1;
    private long distinct;
    private long duplicates;
    private long outOfOrder;

    /** Bit {@code n - base} is set if {@code n} arrived, for numbers from {@code next} on. */
    private long[] bits = NOTHING;

    private long base;

    /** An empty ledger. */
    public SequenceLedger() {}

    /** Notes an arrival; numbers are 0 or above. */
    public Arrival record(long sequence) {
        if (sequence == next && highest < sequence) {
            next = sequence + 1;
            highest = sequence;
            distinct++;
            return Arrival.IN_ORDER;
        }
        if (contains(sequence)) {
            duplicates++;
            return Arrival.DUPLICATE;
        }
        distinct++;
        note(sequence);
        if (sequence > highest) {
            highest = sequence;
            return Arrival.IN_ORDER;
        }
        outOfOrder++;
        return Arrival.OUT_OF_ORDER;
    }

    /** Whether this number has arrived. */
    public boolean contains(long sequence) {
        if (sequence < next) {
            return true;
        }
        if (sequence > highest) {
            return false;
        }
        long bit = sequence - base;
        return (bits[(int) (bit >> 6)] & 1L << bit) != 0;
    }

    /** The largest number that arrived, -1 if none. */
    public long highest() {
        return highest;
    }

    /** How many different numbers arrived. */
    public long distinct() {
        return distinct;
    }

    /** How many different numbers below this one arrived. */
    public long distinctBelow(long limit) {
        long above = 0;
        for (long sequence = limit; sequence <= highest; sequence++) {
            above += contains(sequence) ? 1 : 0;
        }
        return distinct - above;
    }

    /** How many arrivals repeated an earlier one. */
    public long duplicates() {
        return duplicates;
    }

    /** How many numbers arrived for the first time after a larger one. */
    public long outOfOrder() {
        return outOfOrder;
    }

    /** The numbers that arrived, as ranges: {@code 0-99,103-200}; empty if none did. */
    public String ranges() {
        StringBuilder text = new StringBuilder();
        for (long first = 0; first <= highest; first++) {
            if (contains(first)) {
                long last = first < next ? next - 1 : first;
                while (contains(last + 1)) {
                    last++;
                }
                text.append(text.isEmpty() ? "" : ",").append(first).append('-').append(last);
                first = last;
            }
        }
        return text.toString();
    }

    /**
     * A ledger of the numbers in such a text, as if they had come in order.
     *
     * @throws IllegalArgumentException if it is not such a text, or goes beyond the limit
     */
    public static SequenceLedger ofRanges(String ranges, long limit) {
        SequenceLedger ledger = new SequenceLedger();
        for (String range : ranges.isEmpty() ? new String[0] : ranges.split(",", -1)) {
            int dash = range.indexOf('-');
            long first = Long.parseLong(range, 0, Math.max(0, dash), 10);
            long last = Long.parseLong(range, dash + 1, range.length(), 10);
            if (first <= ledger.highest || last < first || last >= limit) {
                throw new IllegalArgumentException(
                        "'%s' is no range above %d and below %d"
                                .formatted(range, ledger.highest, limit));
            }
            ledger.addRange(first, last);
        }
        return ledger;
    }

    private void addRange(long first, long last) {
        if (first == next && highest < first) {
            next = last + 1;
            highest = last;
            distinct += last - first + 1;
            return;
        }
        for (long sequence = first; sequence <= last; sequence++) {
            record(sequence);
        }
    }

    private void note(long sequence) {
        if (highest < next) {
            Arrays.fill(bits, 0); // no gap is open; what the bits say lies below next
            base = next & -64L;
        }
        int word = (int) ((sequence - base) >> 6);
        if (word >= bits.length) {
            makeRoom(sequence);
            word = (int) ((sequence - base) >> 6);
        }
        bits[word] |= 1L << (sequence - base);
        long top = Math.max(highest, sequence);
        while (next <= top && (bits[(int) ((next - base) >> 6)] & 1L << (next - base)) != 0) {
            next++;
        }
    }

    /** Drops the words that lie below {@code next}, then grows as far as is needed. */
    private void makeRoom(long sequence) {
        int dropped = (int) ((next - base) >> 6);
        int needed = Math.toIntExact(((sequence - base) >> 6) - dropped + 1);
        int kept = bits.length - dropped;
        long[] moved = needed <= bits.length / 2 ? bits : new long[Math.max(8, needed * 2)];
        System.arraycopy(bits, dropped, moved, 0, Math.max(0, kept));
        Arrays.fill(moved, Math.max(0, kept), moved.length, 0);
        bits = moved;
        base += 64L * dropped;
    }
}
