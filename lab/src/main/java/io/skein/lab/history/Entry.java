package io.skein.lab.history;

/**
 * An event with its place.
 *
 * @param index its number, from 0; events are numbered in the order of their times
 * @param nanos since the start of the record, by one monotonic clock
 */
public record Entry(long index, long nanos, Event event) {}
