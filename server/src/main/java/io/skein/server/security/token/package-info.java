/** JSON Web Tokens as passwords: the keys they are verified with, and what they say. */
@NullMarked
package io.skein.server.security.token;

import org.jspecify.annotations.NullMarked;
