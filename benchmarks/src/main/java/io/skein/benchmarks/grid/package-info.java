/**
 * How fast the grid keeps and carries things: three nodes in one process, without clients, and many
 * clients of a cluster that runs.
 */
@NullMarked
package io.skein.benchmarks.grid;

import org.jspecify.annotations.NullMarked;
