/** Certificates: files good and bad, and what is read in them. */
@NullMarked
package io.skein.server.tls;

import org.jspecify.annotations.NullMarked;
