/**
 * Connections between the nodes of a cluster, for architectures that need their own: framing,
 * back-pressure, TLS and reconnection. What travels over a link, and what a lost link means for
 * sessions and messages, is decided by the architecture that uses it and not here.
 */
@NullMarked
package io.skein.cluster.link;

import org.jspecify.annotations.NullMarked;
