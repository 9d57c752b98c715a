/** What a node says of itself to its clients, below {@code $SYS}, and to its log about limits. */
@NullMarked
package io.skein.server.system;

import org.jspecify.annotations.NullMarked;
