package io.skein.lab.stress;

import io.netty.buffer.ByteBuf;

/**
 * The payload of a counter: a decimal number, as everybody's publishers send it; ours add, between
 * blanks, the number of the run and the time at which the message was due. Decoding makes no
 * objects; one for each thread.
 */
final class CounterPayload {
    private static final int DIGITS_LIMIT = 18;

    private long counter;
    private long run;
    private long dueNanos;
    private int at;

    /** Writes a payload; {@code run} below 0 for a counter alone. */
    static String text(long counter, long run, long dueNanos) {
        return run < 0 ? Long.toString(counter) : counter + " " + run + " " + dueNanos;
    }

    /** Reads a payload; false if it is none. */
    boolean read(ByteBuf buffer, int index, int length) {
        at = index;
        int end = index + length;
        run = -1;
        dueNanos = -1;
        counter = number(buffer, end);
        if (counter < 0) {
            return false;
        }
        if (at == end) {
            return true;
        }
        run = number(buffer, end);
        dueNanos = number(buffer, end);
        return run >= 0 && dueNanos >= 0 && at == end;
    }

    /** The digits from here to a blank or the end, both passed; -1 if there are none. */
    private long number(ByteBuf buffer, int end) {
        long value = 0;
        int start = at;
        while (at < end) {
            int digit = buffer.getByte(at++) - '0';
            if (digit == ' ' - '0' && at - start > 1 && at < end) {
                return value;
            }
            if (digit < 0 || digit > 9 || at - start > DIGITS_LIMIT + 1) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return at > start ? value : -1;
    }

    long counter() {
        return counter;
    }

    /** Number of the run, -1 for a counter alone. */
    long run() {
        return run;
    }

    /** By {@link WallClock}, -1 for a counter alone. */
    long dueNanos() {
        return dueNanos;
    }
}
