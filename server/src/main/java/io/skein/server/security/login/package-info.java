/**
 * What the ways to authenticate a client have in common: what they are asked, what they answer, and
 * the threads they may work on.
 */
@NullMarked
package io.skein.server.security.login;

import org.jspecify.annotations.NullMarked;
