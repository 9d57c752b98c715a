/**
 * Clients' network connections: listeners, event loops with one shard each, and the way of the
 * bytes between a socket and the core. What the packets mean is not decided here.
 *
 * <p>Everything of one connection happens on one event loop at a time: first on the one that
 * accepted it, and after CONNECT on the one that owns its client id.
 */
@NullMarked
package io.skein.server.net;

import org.jspecify.annotations.NullMarked;
