/**
 * Microbenchmarks of the paths that every message takes. Measurements of a running broker are not
 * here but in {@code io.skein.lab}.
 */
@NullMarked
package io.skein.benchmarks;

import org.jspecify.annotations.NullMarked;
