/**
 * Links of the architecture bridge between nodes in one process, and to far sides that misbehave.
 */
@NullMarked
package io.skein.server.links;

import org.jspecify.annotations.NullMarked;
