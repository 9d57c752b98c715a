package io.skein.cluster;

/**
 * Who beyond this node wants the messages of one topic. Immutable, made by an architecture and
 * given back to it; the broker keeps it beside the matches of a topic as long as {@link
 * Routes#version()} stays the same.
 */
public interface Interest {
    /** Nobody. */
    Interest NONE = () -> true;

    /**
     * Whether nobody beyond this node wants these messages: nothing needs to be published there.
     */
    boolean isEmpty();
}
