/** What the core does with a message, without a network, a store or other nodes. */
@NullMarked
package io.skein.benchmarks.broker;

import org.jspecify.annotations.NullMarked;
