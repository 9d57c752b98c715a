/**
 * A cluster of broker processes on this machine: where they listen, what they are told, that they
 * live, and that nothing of them stays. What a node does is not here but in the server; the
 * terminal is that of the command which uses this.
 */
@NullMarked
package io.skein.cli.up;

import org.jspecify.annotations.NullMarked;
