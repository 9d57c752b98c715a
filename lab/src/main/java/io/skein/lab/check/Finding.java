package io.skein.lab.check;

/**
 * An anomaly that was found.
 *
 * @param nanos where in the run it belongs, since the start of the record
 * @param words who, what and when
 */
record Finding(Anomaly anomaly, long nanos, String words, Evidence evidence) {}
