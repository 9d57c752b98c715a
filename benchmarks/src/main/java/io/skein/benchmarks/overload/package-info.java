/** What a broker's well-behaved clients notice of those that are too many, too slow or too much. */
@NullMarked
package io.skein.benchmarks.overload;

import org.jspecify.annotations.NullMarked;
