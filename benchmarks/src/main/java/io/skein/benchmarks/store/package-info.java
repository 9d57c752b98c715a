/** What it costs to keep sessions on the local disk. */
@NullMarked
package io.skein.benchmarks.store;

import org.jspecify.annotations.NullMarked;
