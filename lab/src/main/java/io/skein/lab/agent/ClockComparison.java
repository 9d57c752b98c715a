package io.skein.lab.agent;

/**
 * Compares two clocks in the manner of NTP (RFC 5905, section 8): a question leaves at t1 and
 * arrives at t2, the answer leaves at t3 and arrives at t4; t1 and t4 are of the near clock, t2 and
 * t3 of the far one. However the time on the way was divided between both ways, the offset is off
 * by half of it at most, so the exchange with the shortest way is the one that counts.
 */
final class ClockComparison {
    private long offsetNanos;
    private long roundTripNanos = Long.MAX_VALUE;
    private int exchanges;

    void add(long t1, long t2, long t3, long t4) {
        exchanges++;
        long onTheWay = (t4 - t1) - (t3 - t2);
        // Less than nothing comes of clocks that step, and says nothing.
        if (onTheWay >= 0 && onTheWay < roundTripNanos) {
            roundTripNanos = onTheWay;
            // Differences first: each clock may count from anywhere.
            offsetNanos = (t2 - t1) - onTheWay / 2;
        }
    }

    /** What is known after these exchanges, of which there must have been a sound one. */
    ClockReading reading() {
        if (roundTripNanos == Long.MAX_VALUE) {
            throw new IllegalStateException("no exchange that says anything");
        }
        return new ClockReading(offsetNanos, Math.ceilDiv(roundTripNanos, 2L), exchanges);
    }
}
