package io.skein.cluster.standalone;

/**
 * By what number the log knows a message.
 *
 * @param value the number, 1 or more
 * @param shared whether the message is in use more than once
 */
record MessageNumber(long value, boolean shared) {}
