/**
 * {@code skein lab failover}: how long clients wait when a node is lost, and what is lost with it,
 * over many repetitions. Faults and load are made in {@code chaos}, which leaves a record of each
 * repetition; here figures are read from the records, and reported.
 */
@NullMarked
package io.skein.lab.failover;

import org.jspecify.annotations.NullMarked;
