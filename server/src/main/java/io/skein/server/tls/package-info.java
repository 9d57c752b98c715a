/**
 * Certificates and what is made of them: PEM files, the TLS context of a listener and its
 * replacement while clients are connected, and who a client is by its certificate. Sockets are not
 * touched here.
 */
@NullMarked
package io.skein.server.tls;

import org.jspecify.annotations.NullMarked;
