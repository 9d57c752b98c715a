/** What a message costs around Redis: two nodes in one process, without clients. */
@NullMarked
package io.skein.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
