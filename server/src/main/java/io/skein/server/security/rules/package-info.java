/**
 * Who may publish and subscribe what: rules as they are written, and what they come to for one
 * client. Knows nothing of how a client was authenticated or where rules are kept.
 */
@NullMarked
package io.skein.server.security.rules;

import org.jspecify.annotations.NullMarked;
