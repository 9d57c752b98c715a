/**
 * What may carry messages from node to node, measured side by side between two processes: the
 * ground of ADR 2. Run {@link io.skein.benchmarks.links.LinkComparison}.
 */
@NullMarked
package io.skein.benchmarks.links;

import org.jspecify.annotations.NullMarked;
