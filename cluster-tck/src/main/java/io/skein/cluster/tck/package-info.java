/**
 * The contract suite of the cluster port: one abstract suite, which each architecture binds in a
 * few lines. Only what the port promises is tested here; what one architecture adds is tested next
 * to it.
 */
@NullMarked
package io.skein.cluster.tck;

import org.jspecify.annotations.NullMarked;
