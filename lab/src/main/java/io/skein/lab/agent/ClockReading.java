package io.skein.lab.agent;

/**
 * What a comparison of two clocks says.
 *
 * @param offsetNanos what the far clock is ahead of the near one
 * @param errorNanos how far the offset may be off, either way
 * @param exchanges how many questions it took
 */
record ClockReading(long offsetNanos, long errorNanos, int exchanges) {}
