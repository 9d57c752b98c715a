/**
 * Finds how much a broker can take: probes of growing load until a bound is broken, then the knee
 * between. Each probe is a bench.
 */
@NullMarked
package io.skein.lab.capacity;

import org.jspecify.annotations.NullMarked;
