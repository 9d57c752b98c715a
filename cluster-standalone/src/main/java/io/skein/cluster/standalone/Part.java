package io.skein.cluster.standalone;

import org.jspecify.annotations.Nullable;

/**
 * A part of an {@link Image}; it does not change any more and may go to another thread.
 *
 * @param number of the message, null for an entry without one
 */
record Part(Entry entry, @Nullable MessageNumber number) {}
