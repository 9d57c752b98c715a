/** Tests of changing a node while it runs. */
@NullMarked
package io.skein.server.reload;

import org.jspecify.annotations.NullMarked;
