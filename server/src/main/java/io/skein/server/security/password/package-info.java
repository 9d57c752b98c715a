/**
 * Users with passwords: the hashes, the file they are kept in, the login by user name and password,
 * and SCRAM-SHA-256.
 */
@NullMarked
package io.skein.server.security.password;

import org.jspecify.annotations.NullMarked;
