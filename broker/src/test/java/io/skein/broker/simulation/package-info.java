/**
 * Whole clusters of brokers in virtual time: every delay is drawn from one seed, so a run that
 * fails fails again. The architecture here is the simplest that keeps the port's contract, held in
 * memory.
 */
@NullMarked
package io.skein.broker.simulation;

import org.jspecify.annotations.NullMarked;
