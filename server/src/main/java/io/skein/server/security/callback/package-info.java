/** Another service decides: asked over HTTP for each client. */
@NullMarked
package io.skein.server.security.callback;

import org.jspecify.annotations.NullMarked;
