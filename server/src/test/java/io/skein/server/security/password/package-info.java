/** Tests of this package. */
@NullMarked
package io.skein.server.security.password;

import org.jspecify.annotations.NullMarked;
