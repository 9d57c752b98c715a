/** How fast the grid keeps and carries things: three nodes in one process, without clients. */
@NullMarked
package io.skein.benchmarks.grid;

import org.jspecify.annotations.NullMarked;
