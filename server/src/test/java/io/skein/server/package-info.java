/** Nodes as a whole, and what tests need to start and talk to one. */
@NullMarked
package io.skein.server;

import org.jspecify.annotations.NullMarked;
