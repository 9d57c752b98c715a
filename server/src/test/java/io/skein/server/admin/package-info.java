/** The admin API over HTTP, and its parts. */
@NullMarked
package io.skein.server.admin;

import org.jspecify.annotations.NullMarked;
