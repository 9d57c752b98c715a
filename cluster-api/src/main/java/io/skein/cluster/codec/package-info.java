/**
 * The bytes of what stores keep and nodes exchange: messages, sessions and their changes, in one
 * compact binary format for the journal on disk, the links between nodes and the data grid. {@link
 * io.skein.cluster.codec.StateWriter} opens each frame with the version of the format and {@link
 * io.skein.cluster.codec.StateReader} reads it back, trusting nothing. Lengths, checksums and what
 * a frame is for are the business of whoever stores or sends it.
 *
 * <p>A number is an unsigned LEB128 varint; a string or an array is its length in bytes as a number
 * and the bytes; points in time are eight bytes.
 */
@NullMarked
package io.skein.cluster.codec;

import org.jspecify.annotations.NullMarked;
