/**
 * What the specifications demand, statement by statement, and which test shows it: reads the
 * statements and the sources, writes {@code docs/conformance.md}. Needs nothing but the JDK, so
 * that {@code .ci/conformance} runs it from source.
 */
@NullMarked
package io.skein.dist.conformance;

import org.jspecify.annotations.NullMarked;
