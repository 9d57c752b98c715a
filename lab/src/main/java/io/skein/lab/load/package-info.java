/**
 * The generator: connects the members of a workload, sends when messages are due, accounts for
 * every message, and measures its own error. A {@link LoadRound} is one measured interval between
 * two drain barriers; rounds on the same connections do not touch each other's messages.
 */
@NullMarked
package io.skein.lab.load;

import org.jspecify.annotations.NullMarked;
