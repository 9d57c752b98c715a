/** Tests of this package. */
@NullMarked
package io.skein.server.security;

import org.jspecify.annotations.NullMarked;
