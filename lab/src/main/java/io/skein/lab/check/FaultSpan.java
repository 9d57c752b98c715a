package io.skein.lab.check;

/**
 * A fault of the run.
 *
 * @param fromNanos when it began to hold
 * @param toNanos when it was undone; the end of the record if that is not in it
 */
record FaultSpan(String kind, String node, String words, long fromNanos, long toNanos) {
    /** Whether it held on another node while the other one did. */
    boolean overlapsOnAnotherNode(FaultSpan other) {
        return !node.equals(other.node) && fromNanos < other.toNanos && other.fromNanos < toNanos;
    }

    FaultSpan until(long nanos) {
        return new FaultSpan(kind, node, words, fromNanos, nanos);
    }
}
