/** The node's own topics. */
@NullMarked
package io.skein.server.system;

import org.jspecify.annotations.NullMarked;
