package io.skein.lab.capture;

/**
 * One frame of a capture.
 *
 * @param atNanos since 1970
 * @param linkType as tcpdump numbers them
 * @param bytes as much as was kept of it; shared, to be read at once
 * @param length of it there
 * @param wireLength what it had on the wire
 */
@SuppressWarnings("ArrayRecordComponent") // read at once, never compared
record Frame(long atNanos, int linkType, byte[] bytes, int length, int wireLength) {}
