/** Tests of this package. */
@NullMarked
package io.skein.server.security.rules;

import org.jspecify.annotations.NullMarked;
