/**
 * Judges a recorded run: which promises a broker held, by what its clients did and saw and nothing
 * else. Knows no broker.
 */
@NullMarked
package io.skein.lab.check;

import org.jspecify.annotations.NullMarked;
